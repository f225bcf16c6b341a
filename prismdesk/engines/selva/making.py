"""One run, stage by stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.contract import Phase, Result
from prismdesk.engines.hosting.output import as_sounds
from prismdesk.engines.hosting.surroundings import read_surroundings
from prismdesk.engines.sampling.keeping import feather_samples
from prismdesk.engines.selva.networks import listens
from prismdesk.engines.selva.notes import licences_of, notes_on
from prismdesk.engines.selva.stages import picture_timing, words
from prismdesk.engines.selva.stages.conditioning import StretchFeatures
from prismdesk.engines.selva.stages.decoding import decoded
from prismdesk.engines.selva.stages.known_sound import known_latent
from prismdesk.engines.selva.stages.picture_meaning import picture_meaning
from prismdesk.engines.selva.stages.sampling import sample_latents

if TYPE_CHECKING:
    from prismdesk.engines.selva.run_state import RunState


def make_takes(run: RunState) -> Result:
    """Go through the stages in an order that needs one large network at a time."""
    around = read_surroundings(run.request, run.stretch, run.settings.placement)
    roles = _roles(run)
    weights = run.checked_weights(roles)
    run.monitor.begin(words.STAGE, Phase.ANALYSING)
    prompt = words.clip_states(run, run.request.prompt)
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
    latents = sample_latents(run, features, around, known_latent(run, around))
    waves = decoded(run, latents)
    sounds = as_sounds(
        run,
        waves[:, None],
        around,
        notes_on(run, around),
        guard_samples=feather_samples(
            run.settings.feather_frames,
            run.stretch.project_rate_hz,
            run.stretch.latent_rate_hz,
        ),
    )
    run.monitor.done(Phase.DECODING)
    model = run.checkpoint.model
    return Result(
        sounds=sounds,
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
