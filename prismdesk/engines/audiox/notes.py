"""Short sentences on how takes were made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.hosting.device import name_of

if TYPE_CHECKING:
    from prismdesk.engines.audiox.run_state import RunState
    from prismdesk.engines.hosting.surroundings import Surroundings

_WAYS = {
    "joint": "averaged at every step",
    "single": "averaged at every step, as this model makes no longer ones",
    "sequential": "one carrying the other on",
}


def notes_on(run: RunState, around: Surroundings) -> tuple[str, ...]:
    """Say which model, windows and precision made the takes, and what was done without."""
    model, settings = run.checkpoint.model, run.settings
    notes = [
        f"Made with {model.name} in {name_of(run.checkpoint.precision)}: "
        f"{settings.steps} steps of {settings.sampler}."
    ]
    if len(run.windows) > 1:
        notes.append(f"{len(run.windows)} windows of 11 s, {_WAYS[settings.long]}.")
    if run.picture is None:
        notes.append("There was no picture.")
    if settings.audio_prompt == "on" and run.request.task is EngineTask.GENERATE:
        notes.append("It was told the sound that stood there.")
    if settings.noise_level is not None:
        from_what = "the take" if run.request.source is not None else "the sound there"
        notes.append(f"A variation of {from_what} from noise level {settings.noise_level:.3g}.")
    if run.keeps_surroundings and not around.known.any():
        notes.append("No sound was around the region to join, so it stands alone.")
    return (*notes, *run.memory.notes)
