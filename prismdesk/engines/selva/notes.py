"""Short sentences on how takes were made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.hosting.device import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.engines.hosting.surroundings import Surroundings
    from prismdesk.engines.selva.run_state import RunState
    from prismdesk.engines.weights.model import Model

_WAYS = {
    "joint": "averaged at every step",
    "sequential": "one carrying the other on",
}


def notes_on(run: RunState, around: Surroundings) -> tuple[str, ...]:
    """Say which model, windows and precision made the takes, and what was done without."""
    model, settings = run.checkpoint.model, run.settings
    notes = [f"Made with {model.name} in {name_of(run.checkpoint.precision)}."]
    if len(run.windows) > 1:
        notes.append(f"{len(run.windows)} windows of 8 s, {_WAYS[settings.long]}.")
    if run.picture is None:
        notes.append("From words alone: there was no picture.")
    if settings.strength < 1.0:
        from_what = "the take" if run.request.source is not None else "the sound there"
        notes.append(f"A variation of {from_what} at strength {settings.strength:g}.")
    if run.keeps_surroundings and not around.known.any():
        notes.append("No sound was around the region to join, so it stands alone.")
    return (*notes, *run.memory.notes)


def licences_of(model: Model, roles: Sequence[str]) -> str:
    """Name the licences of the files that made a take, each once, the model's own first."""
    names = [model.licence_weights.name, *(model.files[role].licence.name for role in roles)]
    return ", ".join(dict.fromkeys(names))
