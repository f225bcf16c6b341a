"""What of a checkpoint is loaded ahead of the first job: all that a usual run wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.hosting.chosen_checkpoint import chosen_checkpoint
from prismdesk.engines.hosting.warming import WarmSet
from prismdesk.engines.selva.fitting_sizes import check_sizes
from prismdesk.engines.selva.lengths import NATURAL_SECONDS
from prismdesk.engines.selva.memory_needs import RunSize, stage_needs
from prismdesk.engines.selva.networks import (
    CLIP_IMAGE,
    CLIP_TEXT,
    CLIP_WORDS,
    GENERATOR,
    SYNC,
    T5,
    TEXT_SYNC,
    VAE_DECODER,
    VOCODER,
    listens,
)
from prismdesk.engines.selva.offer import ENGINE_ID

if TYPE_CHECKING:
    from prismdesk.engines.request import MachineOptions


def warm_set(variant: str, machine: MachineOptions) -> WarmSet:
    """Return the networks of a run with picture and words, of the natural length.

    Raises:
        UnsupportedError: the device isn't there.
        UnknownModelError: there is no such variant.
        WeightsMissingError: its files aren't all here.
        CheckpointError: its networks don't fit each other.
    """
    checkpoint = chosen_checkpoint(ENGINE_ID, variant, device=machine.device)
    check_sizes(checkpoint.model)
    does_listen = listens(checkpoint)
    size = RunSize(
        window_seconds=NATURAL_SECONDS,
        has_meaning=not does_listen,
        has_timing=True,
        has_known_sound=False,
    )
    of_family = (TEXT_SYNC, T5) if does_listen else (SYNC, CLIP_IMAGE)
    return WarmSet(
        checkpoint=checkpoint,
        networks=(GENERATOR, *of_family, CLIP_TEXT, CLIP_WORDS, VAE_DECODER, VOCODER),
        needs=tuple(stage_needs(checkpoint, size)),
    )
