"""Doubts about pairs that are copies of others; which are is found once and kept beside the set."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from prismdesk.project.store.durable import write_atomically
from prismdesk.session.training_checks_doubt import LEAVE_OUT, REMOVE, Doubt, keep
from prismdesk.session.training_checks_likeness import near_copies, same_wave
from prismdesk.session.training_sets_sounds import read_sound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from prismdesk.adapters.training_set import TrainingPair, TrainingSet
    from prismdesk.media.audio import AudioBlock
    from prismdesk.progress import IsCancelled
    from prismdesk.session.training_checks_sound import SoundFacts

COPIES_FILE = "copies.json"
_MOST_BYTES = 16 << 20
_SOUNDS_AT_ONCE = 8


def doubts_of_copies(
    folder: Path,
    training_set: TrainingSet,
    facts: Mapping[str, SoundFacts],
    cancelled: IsCancelled,
) -> dict[str, Doubt]:
    """Return for each pair that is a copy of one before it a doubt.

    Args:
        folder: of the set.
        training_set: its pairs.
        facts: of the pairs that are used, by key, in the order of the set.
        cancelled: asked between the pairs.

    Raises:
        Cancelled: as told.
    """
    pairs = {pair.key: pair for pair in training_set.pairs}
    first_of: dict[str, str] = {}
    found: dict[str, Doubt] = {}
    for key, one in facts.items():
        if one.content in first_of:
            found[key] = _copy(pairs[first_of[one.content]], "is the same as")
        first_of.setdefault(one.content, key)
    different = {content: facts[key] for content, key in first_of.items()}
    near = _kept(folder, different)
    if near is None:
        near = _near(
            folder, {content: pairs[key] for content, key in first_of.items()}, different, cancelled
        )
        _keep(folder, different, near)
    for content, of in near.items():
        if content in first_of and of in first_of:
            found[first_of[content]] = _copy(pairs[first_of[of]], "is nearly the same as")
    return found


def _near(
    folder: Path,
    pairs: Mapping[str, TrainingPair],
    facts: Mapping[str, SoundFacts],
    cancelled: IsCancelled,
) -> dict[str, str]:
    """Return which contents are nearly the same as which before them."""

    @lru_cache(maxsize=_SOUNDS_AT_ONCE)
    def sound(content: str) -> tuple[AudioBlock, int]:
        return read_sound(folder, pairs[content])

    def is_same(one: str, other: str) -> bool:
        return same_wave(*sound(one), *sound(other))

    prints = {content: one.fingerprint for content, one in facts.items() if one.fingerprint}
    return near_copies(prints, is_same, cancelled)


def _name_of(facts: Mapping[str, SoundFacts]) -> str:
    """Return what names sounds in their order, and what was measured of them."""
    told = "\n".join(f"{content} {one.fingerprint}" for content, one in facts.items())
    return hashlib.sha256(told.encode()).hexdigest()


def _kept(folder: Path, facts: Mapping[str, SoundFacts]) -> dict[str, str] | None:
    path = folder / COPIES_FILE
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["sounds"] != _name_of(facts):
            return None
        return {str(content): str(of) for content, of in kept["copies"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _keep(folder: Path, facts: Mapping[str, SoundFacts], near: Mapping[str, str]) -> None:
    """Write what was found; where the disk refuses, it is looked for again next time."""
    values = {"sounds": _name_of(facts), "copies": dict(near)}
    with suppress(OSError):
        write_atomically(folder / COPIES_FILE, json.dumps(values).encode())


def _copy(other: TrainingPair, words: str) -> Doubt:
    return Doubt(
        "copy",
        f"It {words} {other.name} ({other.key}), which then counts twice.",
        remedies=(REMOVE, LEAVE_OUT, keep("copy")),
    )
