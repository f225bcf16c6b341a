"""Edits of a training set: each returns another set and leaves the one it was given."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from prismdesk.adapters.training_set import TrainingSet, TrainingSetError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prismdesk.adapters.training_set import Split, TrainingPair

HELD_OUT_SHARE = 0.15
_MOST_SHARE = 0.25


def set_prompt(training_set: TrainingSet, keys: Iterable[str], prompt: str) -> TrainingSet:
    """Give pairs words; "" lets the set's own count."""
    return _with_all(training_set, keys, prompt=" ".join(prompt.split()))


def set_split(training_set: TrainingSet, keys: Iterable[str], split: Split) -> TrainingSet:
    """Say what pairs are used for."""
    return _with_all(training_set, keys, split=split)


def set_licence(training_set: TrainingSet, keys: Iterable[str], licence: str) -> TrainingSet:
    """Say under which licence the sound of pairs is."""
    return _with_all(training_set, keys, licence=" ".join(licence.split()))


def set_note(training_set: TrainingSet, keys: Iterable[str], note: str) -> TrainingSet:
    """Note something of pairs."""
    return _with_all(training_set, keys, note=note.strip())


def set_name(training_set: TrainingSet, key: str, name: str) -> TrainingSet:
    """Give a pair a name for people."""
    return _with_all(training_set, [key], name=" ".join(name.split()) or key)


def set_masks(
    training_set: TrainingSet, key: str, masks: Sequence[str], mask_name: str = ""
) -> TrainingSet:
    """Give a pair other masks: paths in the set's folder; none for the whole picture."""
    return _with_all(training_set, [key], masks=tuple(masks), mask_name=mask_name)


def without_film(training_set: TrainingSet, keys: Iterable[str]) -> TrainingSet:
    """Let pairs be trained without picture."""
    return _with_all(
        training_set, keys, film="", film_stream=0, features="", masks=(), mask_name=""
    )


def accept(training_set: TrainingSet, keys: Iterable[str], kind: str) -> TrainingSet:
    """Answer the doubts of a kind with "it is meant so"; the key "" means the whole set."""
    for key in keys:
        if not key:
            training_set = replace(training_set, accepted=_more(training_set.accepted, kind))
            continue
        pair = training_set.pair(key)
        training_set = training_set.with_pair(replace(pair, accepted=_more(pair.accepted, kind)))
    return training_set


def remove(training_set: TrainingSet, keys: Iterable[str]) -> TrainingSet:
    """Take pairs out of the set; their sounds stay until the folder is tidied.

    Raises:
        TrainingSetError: there is no such pair.
    """
    keys = tuple(keys)
    for key in keys:
        training_set.pair(key)
    return training_set.without(*keys)


def move(training_set: TrainingSet, keys: Iterable[str], to: int) -> TrainingSet:
    """Move pairs, in their order, so that the first of them gets a number, counted from 0."""
    wanted = {training_set.pair(key).key for key in keys}
    moved = [pair for pair in training_set.pairs if pair.key in wanted]
    others = [pair for pair in training_set.pairs if pair.key not in wanted]
    to = max(0, to)
    return replace(training_set, pairs=(*others[:to], *moved, *others[to:]))


def hold_out(
    training_set: TrainingSet, *, share: float = HELD_OUT_SHARE, seed: int = 0
) -> TrainingSet:
    """Hold some pairs out, drawn by a seed, and train on the others; those left out stay so.

    Pairs of one file, copies of one sound, and regions of one film that overlap stay together, so
    that nothing that is trained on is measured by.

    Raises:
        TrainingSetError: the share is none, or the pairs can't be divided.
    """
    if not 0 < share < 1:
        raise TrainingSetError("Hold out a share between 0 and 1, such as 0.15.")
    used = [pair for pair in training_set.pairs if pair.split != "left out"]
    groups = groups_of(used)
    if len(groups) < 2:
        raise TrainingSetError(
            "All clips come from one place, so that none can be held out; add others."
        )
    random.Random(seed).shuffle(groups)
    wanted = max(1, round(share * len(used)))
    most = max(wanted, int(_MOST_SHARE * len(used)), min(len(group) for group in groups))
    held: set[str] = set()
    for group in groups:
        if len(held) < wanted and len(held) + len(group) <= most:
            held |= {pair.key for pair in group}
    keys = [pair.key for pair in used]
    trained = set_split(training_set, [key for key in keys if key not in held], "train")
    return set_split(trained, [key for key in keys if key in held], "hold out")


def groups_of(pairs: Sequence[TrainingPair]) -> list[list[TrainingPair]]:
    """Return pairs in groups that belong on one side: of one file, one sound, one time of a film.

    In the order of the set.
    """
    groups: list[list[TrainingPair]] = []
    for pair in pairs:
        near = [group for group in groups if any(_belong(pair, other) for other in group)]
        joined = [*(other for group in near for other in group), pair]
        kept = [group for group in groups if not any(group is one for one in near)]
        groups = [*kept, joined]
    return groups


def _belong(one: TrainingPair, other: TrainingPair) -> bool:
    if one.sound == other.sound or (one.source.file and one.source.file == other.source.file):
        return True
    is_one_film = bool(one.film) and one.film == other.film
    return is_one_film and one.film_start < _end(other) and other.film_start < _end(one)


def _end(pair: TrainingPair) -> Fraction:
    return pair.film_start + Fraction(pair.length_seconds)


def _with_all(training_set: TrainingSet, keys: Iterable[str], **values: Any) -> TrainingSet:
    for key in keys:
        training_set = training_set.with_pair(replace(training_set.pair(key), **values))
    return training_set


def _more(accepted: tuple[str, ...], kind: str) -> tuple[str, ...]:
    return accepted if kind in accepted else (*accepted, kind)
