"""The licences that a set's sounds are under."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prismdesk.adapters.training_set import TrainingSet


def licences_of(training_set: TrainingSet) -> tuple[str, ...]:
    """Return the licences that pairs state, the commonest first."""
    counts = Counter(pair.licence.strip() for pair in training_set.pairs if pair.licence.strip())
    return tuple(licence for licence, _ in counts.most_common())
