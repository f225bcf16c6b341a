"""A doubt about a training set: what may be wrong, where, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

DoubtKind = Literal[
    "file", "film", "picture", "length", "level", "clipping", "silence", "onset", "speech",
    "music", "rate", "copy", "prompt", "licence", "model", "held out", "size",
]  # fmt: skip
"""What is looked at; a pair's ``accepted`` names these."""

DOUBT_KINDS: tuple[DoubtKind, ...] = get_args(DoubtKind)

THE_SET = ""
"""The key of doubts about the set as a whole."""

LEAVE_OUT = ("leave out", "Leave it out")
REMOVE = ("remove", "Remove it")


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubt.

    Attributes:
        kind: what was looked at.
        sentence: what was found, for people.
        at_seconds: where in the sound, None where it is about all of it.
        remedies: (id, label) of what ``apply_remedy`` can do about it, the best first.
    """

    kind: DoubtKind
    sentence: str
    at_seconds: float | None = None
    remedies: tuple[tuple[str, str], ...] = ()


def keep(kind: DoubtKind) -> tuple[str, str]:
    """Return the remedy that answers doubts of a kind with "it is meant so"."""
    return f"keep:{kind}", "It is meant so"
