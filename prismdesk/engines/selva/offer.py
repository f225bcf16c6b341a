"""What the engine of SelVA and MMAudio offers, as plain data: importable without torch."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from prismdesk.engines.capabilities import Capabilities, EngineInput, EngineTask
from prismdesk.engines.selva.setting_specs import SELVA_SETTINGS
from prismdesk.engines.weights import places
from prismdesk.engines.weights.variants import variants_for

if TYPE_CHECKING:
    from collections.abc import Hashable

ENGINE_ID = "selva"
NATURAL_LENGTH_SECONDS = 8.0
CONTEXT_SECONDS = 10.0


def selva_offer() -> Capabilities:
    """What it offers with the weights that are on this machine now."""
    return _offer(places.stamp())


@lru_cache(maxsize=1)
def _offer(stamp: Hashable) -> Capabilities:
    del stamp  # Only says when to look again.
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
        variants=variants_for(ENGINE_ID),
        native_channels=1,
        natural_length_seconds=NATURAL_LENGTH_SECONDS,
        context_seconds=CONTEXT_SECONDS,
        licence_code="see the variant",
        licence_weights="see the variant",
        allows_commercial_use=False,
        takes_adapters=True,
        needs_torch=True,
    )
