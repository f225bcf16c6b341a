"""Which models can be trained here, and how a run stands against the machine's memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.training.memory_needs import needed_bytes, refusal, trained_size
from prismdesk.engines.weights.catalogue import all_models
from prismdesk.engines.weights.places import state_of

if TYPE_CHECKING:
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.weights.model import Model

_TRAINED_ENGINES = ("selva", "audiox")
_GB = 1e9


def trainable_models() -> tuple[Model, ...]:
    """Return the installed models that presets can be trained for, in the catalogue's order."""
    return tuple(
        model
        for model in all_models()
        if model.engine in _TRAINED_ENGINES and state_of(model).is_installed
    )


def memory_words(
    model: Model, options: TrainingOptions, card_bytes: int | None
) -> tuple[str, bool]:
    """Return a sentence on the memory that a run takes, and whether that is there.

    Args:
        model: the base.
        options: of the run.
        card_bytes: of the graphics card; None where the processor trains.
    """
    if card_bytes is None:
        return "No graphics card: the processor trains, which takes long.", True
    is_half = options.precision != "fp32"
    refused = refusal(model, options, card_bytes, is_half=is_half)
    if refused:
        return refused, False
    need = needed_bytes(trained_size(model, options.method), options, is_half=is_half)
    return f"Takes about {need / _GB:.1f} of {card_bytes / _GB:.1f} GB of the graphics card.", True
