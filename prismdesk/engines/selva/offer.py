"""What the engine of SelVA and MMAudio offers, as plain data: importable without torch."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from prismdesk.engines.contract import Capabilities, EngineInput, EngineTask, Variant
from prismdesk.engines.selva.setting_specs import SELVA_SETTINGS
from prismdesk.engines.weights import catalogue, places

if TYPE_CHECKING:
    from collections.abc import Hashable

    from prismdesk.engines.weights.model import Model
    from prismdesk.engines.weights.places import ModelState

ENGINE_ID = "selva"
NATURAL_LENGTH_SECONDS = 8.0
CONTEXT_SECONDS = 10.0


def selva_offer() -> Capabilities:
    """What it offers with the weights that are on this machine now."""
    return _offer(places.stamp())


@lru_cache(maxsize=1)
def _offer(stamp: Hashable) -> Capabilities:
    del stamp  # Only says when to look again.
    models = catalogue.models_for(ENGINE_ID)
    states = places.states_of(models)
    return Capabilities(
        id=ENGINE_ID,
        name="SelVA / MMAudio",
        version="1",
        summary=(
            "Makes sound that fits the picture, the words, or both; inpaints and carries sound on. "
            "SelVA listens to the prompt while it watches, MMAudio takes in the whole picture."
        ),
        tasks=frozenset(EngineTask),
        inputs=frozenset(EngineInput),
        settings=SELVA_SETTINGS,
        variants=tuple(map(_variant, models, states)),
        native_channels=1,
        natural_length_seconds=NATURAL_LENGTH_SECONDS,
        context_seconds=CONTEXT_SECONDS,
        licence_code="see the variant",
        licence_weights="see the variant",
        allows_commercial_use=False,
        needs_torch=True,
    )


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
