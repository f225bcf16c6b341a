"""One run, stage by stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.contract import Phase, Result
from prismdesk.engines.hosting.hands import SamplingHands
from prismdesk.engines.hosting.output import as_sound, as_sounds
from prismdesk.engines.hosting.surroundings import read_surroundings
from prismdesk.engines.sampling.keeping import feather_samples
from prismdesk.engines.selva.networks import GENERATOR, listens
from prismdesk.engines.selva.notes import licences_of, notes_on
from prismdesk.engines.selva.stages import picture_timing, words
from prismdesk.engines.selva.stages.conditioning import StretchFeatures
from prismdesk.engines.selva.stages.decoding import decoded, decoded_so_far
from prismdesk.engines.selva.stages.known_sound import known_latent
from prismdesk.engines.selva.stages.picture_meaning import picture_meaning
from prismdesk.engines.selva.stages.sampling import sample_latents

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.selva.run_state import RunState
    from prismdesk.engines.sound import Sound


def make_takes(run: RunState) -> Result:
    """Go through the stages in an order that needs one large network at a time."""
    around = read_surroundings(run.request, run.stretch, run.settings.placement)
    roles = _roles(run)
    weights = run.checked_weights(roles, GENERATOR)
    run.monitor.begin(words.STAGE, Phase.ANALYSING)
    prompt = words.prompt_states(run)
    unwanted = None
    if run.request.negative_prompt.strip() or run.settings.negative == "published":
        unwanted = words.clip_states(run, run.request.negative_prompt)
    if listens(run.checkpoint) and picture_timing.is_used(run):
        words.t5_states(run, run.request.prompt)
    features = StretchFeatures(
        meaning=picture_meaning(run),
        timing=picture_timing.picture_timing(run),
        words=prompt,
        unwanted=unwanted,
    )
    guard_samples = feather_samples(
        run.settings.feather_frames,
        run.stretch.project_rate_hz,
        run.stretch.latent_rate_hz,
    )

    def heard(latent: Tensor, seed: int) -> Sound:
        wave = decoded_so_far(run, latent)
        return as_sound(run, wave, around, seed=seed, notes=(), guard_samples=guard_samples)

    hands = SamplingHands(run, stop_at_step=run.settings.stop_at_step, as_sound=heard)
    latents = sample_latents(run, features, around, known_latent(run, around), hands)
    waves = decoded(run, latents)
    sounds = as_sounds(
        run, waves[:, None], around, notes_on(run, around), guard_samples=guard_samples
    )
    run.monitor.done(Phase.DECODING)
    model = run.checkpoint.model
    return Result(
        sounds=hands.marked(sounds),
        weights=weights,
        licence=licences_of(model, roles),
        allows_commercial_use=model.allows_commercial_use,
    )


def _roles(run: RunState) -> list[str]:
    """The files that decide the sound."""
    roles = ["generator", "vae", "vocoder", "clip"]
    if picture_timing.is_used(run):
        roles += ["sync", "t5"] if listens(run.checkpoint) else ["sync"]
    return roles
