from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from safetensors.torch import save_file

from prismdesk.engines.audiox.checkpoint import (
    AUTOENCODER,
    DENOISER,
    FUSION,
    autoencoder_of_file,
    conditioner_part,
    parts_of,
    read_parts,
)
from prismdesk.engines.audiox.config import AudioxConfig, read_config
from prismdesk.engines.loading.checkpoint_error import CheckpointError
from prismdesk.engines.loading.state_file import read_state
from tests.conformance.manifest import manifest_config

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

TEXT, PICTURE, SOUND = (
    conditioner_part(name) for name in ("text_prompt", "video_prompt", "audio_prompt")
)


@pytest.fixture(scope="module")
def config() -> AudioxConfig:
    return read_config(manifest_config("audiox.maf"))


@pytest.fixture
def state() -> dict[str, Tensor]:
    """One tensor of every part, and the tables that files hold beside."""
    return {
        "model.model.project.weight": torch.tensor([1.0]),
        "model.model.transformer.layers.0.pre_norm.beta": torch.zeros(4),
        "model.model.transformer.rotary_pos_emb.inv_freq": 10000 ** -(torch.arange(16) / 16),
        "pretransform.model.encoder.layers.1.beta": torch.tensor([2.0]),
        "maf_block.norm1.weight": torch.tensor([3.0]),
        "conditioner.conditioners.video_prompt.proj.weight": torch.tensor([4.0]),
        "conditioner.conditioners.video_prompt.v.embeddings.position_ids": torch.arange(3),
        "conditioner.conditioners.audio_prompt.proj_features.weight": torch.tensor([5.0]),
    }


def test_every_part_has_its_own_names(config: AudioxConfig, state: dict[str, Tensor]) -> None:
    parts = parts_of(state, config, where="model.ckpt")

    assert {part: list(held) for part, held in parts.items()} == {
        DENOISER: ["project.weight"],
        AUTOENCODER: ["encoder.layers.1.beta"],
        FUSION: ["norm1.weight"],
        PICTURE: ["proj.weight"],
        TEXT: [],
        SOUND: ["proj_features.weight"],
    }


@pytest.mark.parametrize("name", ["model.safetensors", "model.ckpt"])
def test_files_are_mapped_and_not_read(
    tmp_path: Path, config: AudioxConfig, state: dict[str, Tensor], name: str
) -> None:
    path = tmp_path / name
    if path.suffix == ".ckpt":
        torch.save({"state_dict": state, "epoch": 3}, path)
    else:
        save_file(state, path)

    parts = read_parts(path, config)

    assert parts[SOUND]["proj_features.weight"].item() == 5.0
    with path.open("r+b") as file:
        content = file.read()
        file.seek(content.index(torch.tensor([3.0]).numpy().tobytes()))
        file.write(torch.tensor([7.0]).numpy().tobytes())
    assert parts[FUSION]["norm1.weight"].item() == 7.0


def test_files_of_training_are_taken_with_the_averaged_denoiser(
    config: AudioxConfig, state: dict[str, Tensor]
) -> None:
    trained = {f"diffusion.{name}": tensor for name, tensor in state.items()}
    averaged = {
        "diffusion_ema.ema_model.model.project.weight": torch.tensor([9.0]),
        "diffusion_ema.initted": torch.tensor(True),
        "diffusion_ema.step": torch.tensor(10),
    }

    without = parts_of(trained, config, where="x")
    with_averages = parts_of(trained | averaged, config, where="x")

    assert without[DENOISER]["project.weight"].item() == 1.0
    assert with_averages[DENOISER]["project.weight"].item() == 9.0
    assert with_averages[FUSION]["norm1.weight"].item() == 3.0


def test_what_belongs_to_no_part_is_told(config: AudioxConfig, state: dict[str, Tensor]) -> None:
    odd = {
        name: torch.zeros(1)
        for name in ("losses.a", "conditioner.conditioners.other.x", "model.x", "y" * 500)
    }

    with pytest.raises(CheckpointError, match=r"model\.ckpt holds 4 tensors \(losses\.a, ") as told:
        parts_of(state | odd, config, where="model.ckpt")
    assert "y" * 5 not in str(told.value)


@pytest.mark.parametrize(
    ("prefix", "told"),
    [
        ("maf_block.", "holds nothing for the fusion that"),
        ("conditioner.conditioners.video_prompt.", "nothing for the conditioner video_prompt"),
    ],
)
def test_missing_parts_are_told(
    config: AudioxConfig, state: dict[str, Tensor], prefix: str, told: str
) -> None:
    partial = {name: one for name, one in state.items() if not name.startswith(prefix)}

    with pytest.raises(CheckpointError, match=told):
        parts_of(partial, config, where="model.ckpt")


def test_fusion_without_a_gate_is_left_over(state: dict[str, Tensor]) -> None:
    base = read_config(manifest_config("audiox.base"))

    with pytest.raises(CheckpointError, match=r"1 tensors \(maf_block"):
        parts_of(state, base, where="model.ckpt")


def test_other_models_are_recognised(config: AudioxConfig) -> None:
    autoencoder = {"encoder.layers.0.weight_v": torch.zeros(1)}
    autoencoder |= {"decoder.layers.0.weight_v": torch.zeros(1)}

    with pytest.raises(CheckpointError, match="an autoencoder of AudioX, not an AudioX model"):
        parts_of(autoencoder, config, where="VAE.ckpt")
    with pytest.raises(CheckpointError, match="isn't an AudioX model"):
        parts_of({"a": torch.zeros(1)}, config, where="x")


def test_tables_of_other_values_are_refused(config: AudioxConfig, state: dict[str, Tensor]) -> None:
    offset = "model.model.transformer.layers.0.pre_norm.beta"
    frequencies = "model.model.transformer.rotary_pos_emb.inv_freq"

    for changed in ({offset: torch.full((4,), 0.1)}, {frequencies: torch.ones(16)}):
        with pytest.raises(CheckpointError, match="has other values in model"):
            parts_of(state | changed, config, where="model.ckpt")
    halved = {frequencies: state[frequencies].half()}
    parts_of(state | halved, config, where="model.ckpt")


def test_autoencoder_has_a_file_of_its_own(tmp_path: Path, state: dict[str, Tensor]) -> None:
    alone = {"encoder.layers.0.bias": torch.ones(2), "decoder.layers.0.bias": torch.zeros(2)}
    torch.save({"state_dict": alone}, tmp_path / "VAE.ckpt")

    read = autoencoder_of_file(read_state(tmp_path / "VAE.ckpt"), where="VAE.ckpt")

    assert list(read) == list(alone)
    with pytest.raises(CheckpointError, match="is an AudioX model, not an autoencoder alone"):
        autoencoder_of_file(state, where="VAE.ckpt")
    with pytest.raises(CheckpointError, match=r"holds 1 tensors \(b\) besides"):
        autoencoder_of_file(alone | {"b": torch.zeros(1)}, where="VAE.ckpt")
