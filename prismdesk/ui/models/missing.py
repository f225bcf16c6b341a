"""Weights that are missed where sound is to be made, and the way to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.catalogue import variant_of
from prismdesk.engines.weights.catalogue import UnknownModelError, model_of
from prismdesk.engines.weights.places import missing_sentence, state_of
from prismdesk.session.model_words import missing_words

if TYPE_CHECKING:
    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.engines.weights.model import Model


@dataclass(frozen=True, slots=True)
class MissedWeights:
    """A model that isn't whole on this machine.

    Attributes:
        model: which.
        words: that it isn't, in few words, e.g. "Not installed: 11 GB to fetch."
        in_full: which files it lacks.
    """

    model: Model
    words: str
    in_full: str


def missed_weights(engine: Capabilities, variant_id: str) -> MissedWeights | None:
    """Return the model whose weights an engine's variant lacks; None if it lacks none.

    Args:
        engine: what the engine offers now.
        variant_id: the variant that is wanted; empty for the one that stands for all.
    """
    variant = variant_of(engine, variant_id)
    if variant is None or not variant.why_not:
        return None
    try:
        model = model_of(variant.id, engine.id)
    except UnknownModelError:
        return None
    state = state_of(model)
    if state.is_installed:
        return None
    return MissedWeights(model, missing_words(state), missing_sentence(model, state))
