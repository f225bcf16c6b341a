"""What can be done about doubts, done: each remedy changes the set's file once.

Sounds are written anew and never over the old ones, so that going back is a matter of the set's
file alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from prismdesk.adapters import training_set_edits as edits
from prismdesk.adapters.sound_change import SoundChange
from prismdesk.adapters.training_set import TrainingSetError, read_set, write_set
from prismdesk.progress import IsCancelled, never_cancelled
from prismdesk.session.training_checks_doubt import DOUBT_KINDS, THE_SET
from prismdesk.session.training_checks_measuring import facts_of_pair, measured_set
from prismdesk.session.training_checks_pairs import MOST_SECONDS, usual_level_of
from prismdesk.session.training_checks_words import shortened, spoken
from prismdesk.session.training_sets_rebuilding import remade
from prismdesk.session.training_sets_sounds import with_changes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prismdesk.adapters.training_set import TrainingPair, TrainingSet
    from prismdesk.media.speech import Stretches
    from prismdesk.session.session import Session

_LOUDEST_PEAK_DB = -1.0
_QUIET_SET_LUFS = -23.0
_KEPT_AROUND_SECONDS = 0.1
_ONSET_SECONDS = 1.0
_SPEECH_MARGIN_SECONDS = 0.05
_KEEP = "keep:"
_LICENCE = "licence:"


def apply_remedy(
    folder: Path,
    key: str,
    remedy_id: str,
    *,
    session: Session | None = None,
    cancelled: IsCancelled = never_cancelled,
) -> TrainingSet:
    """Do something about a doubt; write the set and return it.

    Args:
        folder: of the set.
        key: of the pair; ``THE_SET`` for the whole.
        remedy_id: as the doubt names it. ``licence:WORDS`` takes any words.
        session: of the project that is open, which "rebuild" can't open once more.
        cancelled: asked while sounds are measured.

    Raises:
        TrainingSetError: there is no such pair or remedy, or it can't be done.
        MediaError: the sound can't be read.
        MediaWorkError: the disk refused; the set is as it was.
        Cancelled: as told; the set is as it was.
    """
    before = read_set(folder)
    after = remedied(folder, before, key, remedy_id, session=session, cancelled=cancelled)
    if after != before:
        write_set(folder, after)
    return after


def remedied(
    folder: Path,
    training_set: TrainingSet,
    key: str,
    remedy_id: str,
    *,
    session: Session | None = None,
    cancelled: IsCancelled = never_cancelled,
) -> TrainingSet:
    """Return a set as ``apply_remedy`` would write it; new sounds lie in its folder already."""
    if remedy_id.startswith(_KEEP):
        kind = remedy_id.removeprefix(_KEEP)
        if kind not in DOUBT_KINDS:
            raise TrainingSetError(f"Nothing is doubted as '{kind}': {', '.join(DOUBT_KINDS)}.")
        return edits.accept(training_set, [key], kind)
    if key == THE_SET:
        if remedy_id != "split":
            raise TrainingSetError(f"The whole set can't be mended by '{remedy_id}'.")
        return edits.hold_out(training_set)
    pair = training_set.pair(key)
    if remedy_id.startswith(_LICENCE):
        return edits.set_licence(training_set, [key], remedy_id.removeprefix(_LICENCE))
    if remedy_id in _WORDS_AND_USE:
        return _WORDS_AND_USE[remedy_id](training_set, pair)
    if remedy_id == "rebuild":
        return training_set.with_pair(remade(folder, pair, session=session, cancelled=cancelled))
    changes = _changes(folder, training_set, pair, remedy_id, cancelled)
    return training_set.with_pair(with_changes(folder, pair, *changes)) if changes else training_set


def _name_as_prompt(training_set: TrainingSet, pair: TrainingPair) -> TrainingSet:
    return edits.set_prompt(training_set, [pair.key], spoken(pair.name).lower())


def _shorten_prompt(training_set: TrainingSet, pair: TrainingPair) -> TrainingSet:
    words = shortened(training_set.words_of(pair))
    trigger = training_set.trigger.strip()
    own = words.removeprefix(trigger).lstrip(", ") if trigger else words
    return edits.set_prompt(training_set, [pair.key], own)


_WORDS_AND_USE: dict[str, Callable[[TrainingSet, TrainingPair], TrainingSet]] = {
    "remove": lambda made, pair: edits.remove(made, [pair.key]),
    "leave out": lambda made, pair: edits.set_split(made, [pair.key], "left out"),
    "hold out": lambda made, pair: edits.set_split(made, [pair.key], "hold out"),
    "without film": lambda made, pair: edits.without_film(made, [pair.key]),
    "without masks": lambda made, pair: edits.set_masks(made, pair.key, ()),
    "name as prompt": _name_as_prompt,
    "shorten prompt": _shorten_prompt,
}


def _changes(
    folder: Path,
    training_set: TrainingSet,
    pair: TrainingPair,
    remedy_id: str,
    cancelled: IsCancelled,
) -> tuple[SoundChange, ...]:
    """Return what a remedy does to a pair's sound; nothing where there is nothing to do."""
    facts = facts_of_pair(folder, pair, cancelled)
    begins, ends, heard_at = facts.begins_at_seconds, facts.ends_at_seconds, facts.heard_at_seconds
    match remedy_id:
        case "normalise":
            return _to_usual_level(folder, training_set, pair, cancelled)
        case "trim":
            start = max(0.0, begins - _KEPT_AROUND_SECONDS)
            end = min(facts.length_seconds, ends + _KEPT_AROUND_SECONDS)
            return _kept(start, end, facts.length_seconds)
        case "shorten":
            return _kept(0.0, min(MOST_SECONDS, facts.length_seconds), facts.length_seconds)
        case "onset" if heard_at > _ONSET_SECONDS:
            return _kept(heard_at - _ONSET_SECONDS, facts.length_seconds, facts.length_seconds)
        case "onset":
            lead = _ONSET_SECONDS - heard_at
            if pair.film:
                lead = min(lead, float(pair.film_start))
            return (SoundChange("lead", lead),) if lead > 0 else ()
        case "mute speech":
            return tuple(_spoken(facts.speech, facts.length_seconds, "mute"))
        case "cut speech":
            # From the last to the first, so that each lies where it was found.
            return tuple(reversed(_spoken(facts.speech, facts.length_seconds, "cut")))
    raise TrainingSetError(f"{pair.name} can't be mended by '{remedy_id}'.")


def _kept(start: float, end: float, length: float) -> tuple[SoundChange, ...]:
    return (SoundChange("keep", start, end),) if start > 0 or end < length else ()


def _to_usual_level(
    folder: Path, training_set: TrainingSet, pair: TrainingPair, cancelled: IsCancelled
) -> tuple[SoundChange, ...]:
    """Return the gain to the level in the middle of the others, as far as there is headroom."""
    used = [one for one in training_set.pairs if one.split != "left out"]
    others = replace(training_set, pairs=tuple(one for one in used if one.key != pair.key))
    facts = measured_set(folder, others, progress=lambda _: None, cancelled=cancelled)
    usual_db = usual_level_of(iter(facts.values()))
    own = facts_of_pair(folder, pair, cancelled)
    gain_db = (_QUIET_SET_LUFS if usual_db is None else usual_db) - own.level_db
    gain_db = round(min(gain_db, _LOUDEST_PEAK_DB - own.peak_db), 2)
    return (SoundChange("gain", gain_db),) if gain_db else ()


def _spoken(
    stretches: Stretches | None, length_seconds: float, kind: Literal["mute", "cut"]
) -> list[SoundChange]:
    return [
        SoundChange(
            kind,
            max(0.0, start - _SPEECH_MARGIN_SECONDS),
            min(length_seconds, end + _SPEECH_MARGIN_SECONDS),
        )
        for start, end in stretches or ()
    ]
