"""An engine's checkpoints as the contract tells of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.capabilities import Variant
from prismdesk.engines.weights import catalogue, places

if TYPE_CHECKING:
    from prismdesk.engines.weights.model import Model
    from prismdesk.engines.weights.places import ModelState


def variants_for(engine: str) -> tuple[Variant, ...]:
    """Return an engine's checkpoints in their order, with what is missing of each."""
    models = catalogue.models_for(engine)
    return tuple(map(_variant, models, places.states_of(models)))


def _variant(model: Model, state: ModelState) -> Variant:
    return Variant(
        id=model.id,
        name=model.name,
        summary=model.summary,
        native_rate_hz=model.native_rate_hz,
        native_channels=model.native_channels,
        licence_code=model.licence_code.name,
        licence_weights=model.licence_weights.name,
        allows_commercial_use=model.allows_commercial_use,
        why_not="" if state.is_installed else places.missing_sentence(model, state),
    )
