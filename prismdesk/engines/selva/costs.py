"""What each stage of a run costs, estimated, so that progress moves evenly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.hosting.stage_costs import stage_costs
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

    from prismdesk.engines.hosting.memory import StageNeeds
    from prismdesk.engines.sampling.windows import Window
    from prismdesk.engines.selva.settings import SelvaSettings
    from prismdesk.engines.selva.stretch import SelvaStretch

_TOKENS_PER_FRAME = 730
_TOKENS_PER_SEGMENT = 1569
_ENCODING_FLOP_PER_SECOND = 8e9
_VOCODING_FLOP_PER_SECOND = 2e11


def selva_costs(
    needs: Sequence[StageNeeds],
    stretch: SelvaStretch,
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

    def work(name: str, weight_bytes: int) -> float:
        at_tokens = 2.0 * weight_bytes / number_bytes * tokens.get(name, 0.0)
        return at_tokens + by_seconds.get(name, 0.0) * stretch.seconds

    return stage_costs(needs, work)
