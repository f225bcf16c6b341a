"""One run, stage by stage."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from prismdesk.engines.audiox.networks import DENOISER_NETWORK
from prismdesk.engines.audiox.notes import notes_on
from prismdesk.engines.audiox.stages import picture, words
from prismdesk.engines.audiox.stages.decoding import decoded, decoded_so_far
from prismdesk.engines.audiox.stages.fusing import StretchTokens, fused
from prismdesk.engines.audiox.stages.known_sound import known_latents
from prismdesk.engines.audiox.stages.picture import picture_tokens
from prismdesk.engines.audiox.stages.sampling import sample_latents
from prismdesk.engines.audiox.stages.sound_prompt import sound_tokens
from prismdesk.engines.contract import Phase, Result
from prismdesk.engines.hosting.hands import SamplingHands
from prismdesk.engines.hosting.output import as_sound, as_sounds
from prismdesk.engines.hosting.surroundings import read_surroundings

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.audiox.run_state import RunState
    from prismdesk.engines.sound import Sound

_GUARD_FRAMES = 2
"""Latent frames beside the region that hold some of what was in it."""


def make_takes(run: RunState) -> Result:
    """Go through the stages in an order that needs one large network at a time."""
    around = read_surroundings(
        run.request,
        run.stretch,
        run.settings.placement,
        model_channels=run.config.audio_channels,
    )
    weights = run.checked_weights(_roles(run), DENOISER_NETWORK)
    run.monitor.begin(words.STAGE, Phase.ANALYSING)
    prompt = words.word_tokens(run, run.request.prompt)
    unwanted = None
    if run.request.negative_prompt.strip() and run.settings.guidance != 1.0:
        unwanted = words.word_tokens(run, run.request.negative_prompt)
    tokens = StretchTokens(
        words=prompt,
        unwanted=unwanted,
        pictures=picture_tokens(run),
        sounds=sound_tokens(run, around),
    )
    known = known_latents(run, around)
    guard_frames = _GUARD_FRAMES * run.stretch.project_rate_hz / run.stretch.latent_rate_hz
    guard_samples = ceil(guard_frames)

    def heard(latents: Tensor, seed: int) -> Sound:
        wave = decoded_so_far(run, latents)
        return as_sound(run, wave, around, seed=seed, notes=(), guard_samples=guard_samples)

    hands = SamplingHands(run, stop_at_step=run.settings.stop_at_step, as_sound=heard)
    latents = sample_latents(run, fused(run, tokens), around, known, hands)
    waves = decoded(run, latents)
    sounds = as_sounds(run, waves, around, notes_on(run, around), guard_samples=guard_samples)
    run.monitor.done(Phase.DECODING)
    model = run.checkpoint.model
    return Result(
        sounds=hands.marked(sounds),
        weights=weights,
        licence=model.licence_weights.name,
        allows_commercial_use=False,
    )


def _roles(run: RunState) -> list[str]:
    """The files that decide the sound."""
    return ["config", "model", "t5"] + (["sync"] if picture.looks_at_movement(run) else [])
