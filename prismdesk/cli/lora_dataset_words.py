"""Sets as the terminal prints them, and pairs as people name them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from prismdesk.errors import InputError

if TYPE_CHECKING:
    from prismdesk.adapters.training_set import TrainingPair, TrainingSet

_MOST_LISTED = 8


def print_set(made: TrainingSet, *, as_json: bool = False) -> None:
    """Print a set, a line for each pair."""
    if as_json:
        print(json.dumps(set_node(made), indent=2))
        return
    train, held = len(made.of_split("train")), len(made.of_split("hold out"))
    print(f"{made.name}: {len(made.pairs)} clips, {train} to train on, {held} held out")
    for pair in made.pairs:
        picture = "  picture" if pair.has_picture else ""
        mask = f"  mask {pair.mask_name or len(pair.masks)}" if pair.masks else ""
        words = made.words_of(pair)
        said = f"  “{words}”" if words else ""
        print(f"  {pair.key}  {pair.length_seconds:.2f} s  {pair.split}{picture}{mask}{said}")


def set_node(made: TrainingSet) -> dict[str, Any]:
    """Return a set as JSON has it."""
    return {
        "name": made.name,
        "prompt": made.prompt,
        "trigger": made.trigger,
        "accepted": list(made.accepted),
        "pairs": [_pair_node(made, pair) for pair in made.pairs],
    }


def find_pair(made: TrainingSet, text: str) -> TrainingPair:
    """Return the pair of a key, or of a name that only one has.

    Raises:
        InputError: there is none, or several have the name.
    """
    for pair in made.pairs:
        if pair.key == text:
            return pair
    found = [pair for pair in made.pairs if pair.name.casefold() == text.casefold()]
    if len(found) == 1:
        return found[0]
    keys = [pair.key for pair in (found or made.pairs)]
    more = "" if len(keys) <= _MOST_LISTED else " …"
    listed = ", ".join(keys[:_MOST_LISTED]) + more
    if found:
        raise InputError(f"Several pairs are called “{text}”; give the key of one: {listed}.")
    raise InputError(f"The set {made.name} has no pair “{text}”; it has: {listed or 'none'}.")


def _pair_node(made: TrainingSet, pair: TrainingPair) -> dict[str, Any]:
    return {
        **asdict(pair),
        "film_start": str(pair.film_start),
        "words": made.words_of(pair),
    }
