"""What a region's sound shall avoid: words apart by commas, one chip each.

New regions for effects begin with those of the preferences ("speech, music"): all that lie on a
track of dialogue, effects or ambience. On a music bus nothing is avoided at first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prismdesk.engines.capabilities import EngineInput
from prismdesk.project.lookup import track_of
from prismdesk.project.model import BusKind, Task

if TYPE_CHECKING:
    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.project.ids import TrackId
    from prismdesk.project.model import Project

SPEECH = "speech"

_SEPARATORS = re.compile(r"[,;\n]")
_FOR_EFFECTS = frozenset({BusKind.DIALOGUE, BusKind.EFFECTS, BusKind.AMBIENCE})
_TASKS = frozenset({Task.GENERATE, Task.INPAINT})


def avoided(text: str) -> tuple[str, ...]:
    """Return the words of a text to avoid, each once whatever its case, in order."""
    found: dict[str, str] = {}
    for part in _SEPARATORS.split(text):
        word = " ".join(part.split())
        if word:
            found.setdefault(word.casefold(), word)
    return tuple(found.values())


def avoid_text(words: tuple[str, ...]) -> str:
    """Return words as the text that a region keeps."""
    return ", ".join(words)


def with_avoided(text: str, added: str) -> str:
    """Return a text to avoid with more words at its end; those it has stay where they are."""
    return avoid_text(avoided(f"{text},{added}"))


def without_avoided(text: str, word: str) -> str:
    """Return a text to avoid without one word."""
    gone = word.casefold()
    return avoid_text(tuple(one for one in avoided(text) if one.casefold() != gone))


def avoided_at_first(
    project: Project, track_id: TrackId, task: Task, engine: Capabilities | None, usual: str
) -> str:
    """Return what a new region's sound shall avoid.

    Args:
        project: where the region will lie.
        track_id: on which track.
        task: what it is for.
        engine: who is to make it.
        usual: the text of the preferences.
    """
    if engine is None or EngineInput.NEGATIVE_TEXT not in engine.inputs or task not in _TASKS:
        return ""
    bus_id = track_of(project, track_id).bus_id
    kind = next(bus.kind for bus in project.buses if bus.id == bus_id)
    return avoid_text(avoided(usual)) if kind in _FOR_EFFECTS else ""
