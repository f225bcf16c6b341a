"""Doubts about a set as a whole: how much there is, and what is held out to measure by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.adapters.training_set_edits import groups_of
from prismdesk.session.training_checks_doubt import Doubt, keep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prismdesk.adapters.training_set import TrainingSet

FEWEST_PAIRS = 15
"""Of one sound that the model half knows; a new simple one takes 30 to 60, a strange one 150."""

_LEAST_HELD_OUT = 0.05
_MOST_HELD_OUT = 0.4
_FEWEST_TO_HOLD_OUT = 5
_SPLIT = ("split", "Hold out about one in seven")


def doubts_of_set(training_set: TrainingSet) -> Iterator[Doubt]:
    """Yield what speaks against the whole."""
    train = training_set.of_split("train")
    held = training_set.of_split("hold out")
    if not train:
        yield Doubt("size", "There is nothing to train on; add clips.")
        return
    yield from _held_out(training_set, len(train), len(held))
    seconds = sum(pair.length_seconds for pair in train)
    if len(train) < FEWEST_PAIRS:
        clips = "1 clip is" if len(train) == 1 else f"{len(train)} clips are"
        yield Doubt(
            "size",
            f"{clips} few ({seconds:.0f} s): {FEWEST_PAIRS} to 30 correct a sound that the model "
            "knows, 30 to 60 teach a simple new one, 150 or more one it never heard.",
            remedies=(keep("size"),),
        )


def _held_out(training_set: TrainingSet, train: int, held: int) -> Iterator[Doubt]:
    used = train + held
    split = (_SPLIT,) if used > 1 else ()
    if not held:
        yield Doubt(
            "held out",
            "No clip is held out, so that nothing shows when training learns them by heart.",
            remedies=(*split, keep("held out")),
        )
        return
    if held > _MOST_HELD_OUT * used:
        yield Doubt(
            "held out",
            f"{held} of {used} clips are held out; a fifth of them is enough to measure by.",
            remedies=(_SPLIT, keep("held out")),
        )
    elif used >= _FEWEST_TO_HOLD_OUT and held < _LEAST_HELD_OUT * used:
        yield Doubt(
            "held out",
            f"Only {held} of {used} clips are held out, which says little.",
            remedies=(_SPLIT, keep("held out")),
        )
    pairs = [pair for pair in training_set.pairs if pair.split != "left out"]
    for group in groups_of(pairs):
        if len({pair.split for pair in group}) > 1:
            names = " and ".join(
                next(pair.name for pair in group if pair.split == split)
                for split in ("train", "hold out")
            )
            yield Doubt(
                "held out",
                f"{names} come from one place, and one is trained on while the other measures.",
                remedies=(_SPLIT, keep("held out")),
            )
            return
