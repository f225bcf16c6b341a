"""What each stage of a run costs, estimated, so that progress moves evenly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.audiox.stages import (
    decoding,
    fusing,
    known_sound,
    picture,
    sampling,
    sound_prompt,
    words,
)
from prismdesk.engines.hosting.stage_costs import stage_costs
from prismdesk.engines.sampling.samplers.kinds import sampler_kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prismdesk.engines.audiox.planning import AudioxPlan

_TOKENS_OF_WORDS = 128
_TOKENS_OF_SEGMENT = 1569
_SEGMENTS_PER_SECOND = 3.125
_TOKENS_OF_FILM = 2500
_TOKENS_OF_CONTEXT = 400
_SAMPLES_PER_WEIGHT = 32.0
"""Operations of the autoencoder for each of its weights and latent frames, over its rates."""


def audiox_costs(plan: AudioxPlan, *, takes: int) -> dict[str, float]:
    """Return the cost of every stage by name, in operations.

    A network does two operations for each weight and token.
    """
    settings, windows = plan.settings, len(plan.windows)
    kind = sampler_kind(settings.sampler)
    calls = settings.steps * kind.calls_per_step * takes * (1 if settings.guidance == 1.0 else 2)
    frames = sum(window.latent_frames for window in plan.windows)
    tokens: Mapping[str, float] = {
        words.STAGE: _TOKENS_OF_WORDS,
        picture.MOVEMENT_STAGE: plan.stretch.seconds * _SEGMENTS_PER_SECOND * _TOKENS_OF_SEGMENT,
        picture.MEANING_STAGE: windows * _TOKENS_OF_FILM,
        sound_prompt.STAGE: windows * _SAMPLES_PER_WEIGHT * 215,
        fusing.STAGE: windows * takes * _TOKENS_OF_CONTEXT,
        known_sound.STAGE: _SAMPLES_PER_WEIGHT * plan.stretch.latent_frames,
        sampling.STAGE: calls * frames,
        decoding.STAGE: takes * _SAMPLES_PER_WEIGHT * plan.stretch.latent_frames,
    }
    number_bytes = plan.checkpoint.precision.itemsize
    return stage_costs(
        plan.needs,
        lambda name, weight_bytes: 2.0 * weight_bytes / number_bytes * tokens.get(name, 0.0),
    )
