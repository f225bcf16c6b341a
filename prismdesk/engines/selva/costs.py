"""What each stage of a run costs, estimated, so that progress moves evenly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.selva.generator.guidance import GUIDED_FROM
from prismdesk.engines.selva.lengths import CLIP_RATE_HZ, SYNC_RATE_HZ, SYNC_STEP_FRAMES
from prismdesk.engines.selva.stages import (
    decoding,
    known_sound,
    picture_meaning,
    picture_timing,
    sampling,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prismdesk.engines.sampling.windows import Window
    from prismdesk.engines.selva.memory_needs import StageNeeds
    from prismdesk.engines.selva.settings import SelvaSettings
    from prismdesk.engines.selva.stretch import Stretch

_FLOP_PER_LOADED_BYTE = 100.0
"""A byte read from disk takes as long as so many operations, roughly, wherever that is."""

_FLOP_PER_CHECKED_BYTE = 30.0

CHECKING = "checking"
"""The stage in which files are read for their checksums; of known files it takes no time."""

_TOKENS_PER_FRAME = 730
_TOKENS_PER_SEGMENT = 1569
_ENCODING_FLOP_PER_SECOND = 8e9
_VOCODING_FLOP_PER_SECOND = 2e11


def stage_costs(
    needs: Sequence[StageNeeds],
    stretch: Stretch,
    windows: Sequence[Window],
    settings: SelvaSettings,
    *,
    takes: int,
    number_bytes: int,
) -> dict[str, float]:
    """Return the cost of every stage by name, in operations.

    A transformer does two operations for each weight and token; decoding and encoding are
    convolutions whose cost follows the seconds.
    """
    weights: dict[str, int] = {}
    for need in needs:
        weights[need.name] = weights.get(need.name, 0) + need.weight_bytes
    evaluations = settings.steps * takes * (2 if settings.guidance >= GUIDED_FROM else 1)
    frames = sum(window.latent_frames for window in windows)
    tokens: Mapping[str, float] = {
        words.STAGE: 2 * 77,
        picture_meaning.STAGE: stretch.seconds * CLIP_RATE_HZ * _TOKENS_PER_FRAME,
        picture_timing.STAGE: stretch.seconds
        * SYNC_RATE_HZ
        / SYNC_STEP_FRAMES
        * _TOKENS_PER_SEGMENT,
        sampling.STAGE: evaluations * frames,
    }
    by_seconds = {
        known_sound.STAGE: _ENCODING_FLOP_PER_SECOND,
        decoding.STAGE: takes * _VOCODING_FLOP_PER_SECOND,
    }
    costs = {
        name: count * _FLOP_PER_LOADED_BYTE
        + 2.0 * count / number_bytes * tokens.get(name, 0.0)
        + by_seconds.get(name, 0.0) * stretch.seconds
        for name, count in weights.items()
    }
    costs[CHECKING] = sum(weights.values()) * _FLOP_PER_CHECKED_BYTE
    return costs
