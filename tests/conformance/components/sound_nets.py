"""Spectrogram, autoencoder and vocoders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.nets.bigvgan import bigvgan_checkpoint
from prismdesk.engines.nets.bigvgan_config import BigVganConfig
from prismdesk.engines.nets.mel import MelScale
from prismdesk.engines.nets.mel_bands import MEL_MODES
from prismdesk.engines.nets.mel_vae import MelVaeConfig, mel_vae_checkpoint
from prismdesk.engines.nets.snake import AntiAliasedSnake, low_pass_taps

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from tests.conformance.case_file import Case


def _mel(case: Case) -> dict[str, Tensor]:
    return {"mel": MelScale(MEL_MODES[case.config["mode"]]).mel(case.inputs["wave"])}


def _vae(case: Case) -> dict[str, Tensor]:
    statistics = {name: case.inputs[name] for name in ("data_mean", "data_std")}
    checkpoint = mel_vae_checkpoint(MelVaeConfig(**case.config))
    vae = fill(checkpoint, case.state() | statistics, where=case.name)
    if case.operation == "decode":
        return {"mel": vae.decode(case.inputs["latent"].transpose(1, 2))}
    mean, std = vae.encode(case.inputs["mel"])
    return {"mean": mean, "std": std}


def _bigvgan(case: Case) -> dict[str, Tensor]:
    checkpoint = bigvgan_checkpoint(BigVganConfig.from_published(case.config))
    return {"wave": fill(checkpoint, case.state(), where=case.name)(case.inputs["mel"])}


def _aa_snake(case: Case) -> dict[str, Tensor]:
    learned = {
        f"act.{name}": case.inputs[name] for name in ("alpha", "beta") if name in case.inputs
    }
    snake = AntiAliasedSnake(
        case.config["channels"],
        with_beta="beta" in case.inputs,
        log_scale=case.config.get("snake_logscale", True),
    )
    snake.load_state_dict(learned)
    return {"taps": torch.tensor(low_pass_taps()), "y": snake(case.inputs["x"])}


RUNNERS: dict[str, Callable[[Case], dict[str, Tensor]]] = {
    "selva.mel": _mel,
    "selva.vae": _vae,
    "selva.bigvgan": _bigvgan,
    "selva.bigvgan_v2": _bigvgan,
    "selva.aa_snake": _aa_snake,
}
