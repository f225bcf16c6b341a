"""What speaks against training on a set: doubts about its pairs and about all of it.

Nothing here forbids anything. A doubt comes with what can be done about it; ``apply_remedy``
does that, writes the set, and the next check costs only what changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.adapters.training_set import read_set
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.progress import FractionDone, IsCancelled, ignore_progress, never_cancelled
from prismdesk.session.training_checks_doubt import DOUBT_KINDS, THE_SET, Doubt, DoubtKind
from prismdesk.session.training_checks_measuring import measured_set
from prismdesk.session.training_checks_pairs import doubts_of_pairs
from prismdesk.session.training_checks_remedies import apply_remedy
from prismdesk.session.training_checks_set import doubts_of_set

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from prismdesk.adapters.training_set import TrainingSet

_USUAL_RATE_HZ = 44_100

__all__ = ["DOUBT_KINDS", "THE_SET", "Doubt", "DoubtKind", "apply_remedy", "checks_of"]


def checks_of(
    folder: Path,
    *,
    training_set: TrainingSet | None = None,
    model_id: str = "",
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Mapping[str, tuple[Doubt, ...]]:
    """Look through a set; sounds that were measured before aren't again.

    Args:
        folder: of the set.
        training_set: as it is edited, where it isn't written yet.
        model_id: that is to be trained, whose rate counts; empty takes 44.1 kHz.
        progress: told the share done.
        cancelled: asked often.

    Returns:
        For each pair's key, in the order of the set, its doubts, the gravest first; under
        ``THE_SET`` those about the whole. Doubts that the user has answered are left out.

    Raises:
        TrainingSetError: the set can't be read.
        InputError: there is no such model.
        Cancelled: as told; what was measured is kept.
    """
    made = read_set(folder) if training_set is None else training_set
    rate_hz = model_rate_hz(model_id)
    facts = measured_set(folder, made, progress=progress, cancelled=cancelled)
    found = {
        pair.key: tuple(one for one in doubts if one.kind not in pair.accepted)
        for pair, doubts in doubts_of_pairs(folder, made, facts, rate_hz, cancelled)
    }
    found[THE_SET] = tuple(one for one in doubts_of_set(made) if one.kind not in made.accepted)
    return found


def model_rate_hz(model_id: str) -> int:
    """Return at which rate a model makes sound; 44.1 kHz where none is named.

    Raises:
        InputError: there is no such model.
    """
    return model_of(model_id).native_rate_hz if model_id else _USUAL_RATE_HZ
