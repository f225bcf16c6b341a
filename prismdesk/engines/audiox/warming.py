"""What of a checkpoint is loaded ahead of the first job: all that a usual run wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prismdesk.engines.audiox.memory_needs import RunSize, stage_needs
from prismdesk.engines.audiox.model_files import files_of
from prismdesk.engines.audiox.networks import (
    DECODER,
    DENOISER_NETWORK,
    MAF,
    SYNC,
    VIDEO_PROMPT,
    WORDS,
)
from prismdesk.engines.audiox.offer import ENGINE_ID
from prismdesk.engines.hosting.chosen_checkpoint import chosen_checkpoint
from prismdesk.engines.hosting.warming import WarmSet

if TYPE_CHECKING:
    from prismdesk.engines.hosting.network import Network
    from prismdesk.engines.request import MachineOptions

_USUAL_LATENT_FRAMES = 237
"""Of about 11 s, the natural length."""


def warm_set(variant: str, machine: MachineOptions) -> WarmSet:
    """Return the networks of a run with picture and words, of the natural length.

    Raises:
        UnsupportedError: the device isn't there.
        UnknownModelError: there is no such variant.
        WeightsMissingError: its files aren't all here.
        ConfigError: its ``config.json`` can't be used.
        CheckpointError: its weights can't.
    """
    checkpoint = chosen_checkpoint(ENGINE_ID, variant, device=machine.device)
    files = files_of(checkpoint)
    networks: list[Network[Any]] = [DENOISER_NETWORK, WORDS]
    if files.has_picture:
        networks.append(VIDEO_PROMPT)
    if files.sync is not None:
        networks.append(SYNC)
    if files.config.gate is not None:
        networks.append(MAF)
    networks.append(DECODER)
    size = RunSize(
        window_frames=_USUAL_LATENT_FRAMES,
        has_picture=True,
        has_sound_prompt=False,
        has_known_sound=False,
    )
    return WarmSet(
        checkpoint=checkpoint,
        networks=tuple(networks),
        needs=tuple(stage_needs(checkpoint, size)),
    )
