"""What the engine of AudioX offers, as plain data: importable without torch."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from prismdesk.engines.audiox.setting_specs import AUDIOX_SETTINGS
from prismdesk.engines.capabilities import Capabilities, EngineInput, EngineTask
from prismdesk.engines.weights import places
from prismdesk.engines.weights.variants import variants_for

if TYPE_CHECKING:
    from collections.abc import Hashable

ENGINE_ID = "audiox"
ENGINE_NAME = "AudioX"
NATURAL_LENGTH_SECONDS = 10.0
CONTEXT_SECONDS = 10.0

_INPUTS = frozenset(
    {
        EngineInput.TEXT,
        EngineInput.NEGATIVE_TEXT,
        EngineInput.PICTURE,
        EngineInput.AUDIO_CONTEXT,
    }
)


def audiox_offer() -> Capabilities:
    """What it offers with the weights that are on this machine now."""
    return _offer(places.stamp())


@lru_cache(maxsize=1)
def _offer(stamp: Hashable) -> Capabilities:
    del stamp  # Only says when to look again.
    return Capabilities(
        id=ENGINE_ID,
        name=ENGINE_NAME,
        version="1",
        summary=(
            "Makes stereo effects and music from words, picture, sound, or any mix of them; "
            "inpaints, carries sound and music on in either direction, and varies takes."
        ),
        tasks=frozenset(EngineTask),
        inputs=_INPUTS,
        settings=AUDIOX_SETTINGS,
        variants=variants_for(ENGINE_ID),
        native_rate_hz=44_100,
        native_channels=2,
        natural_length_seconds=NATURAL_LENGTH_SECONDS,
        context_seconds=CONTEXT_SECONDS,
        licence_code="CC BY-NC 4.0",
        licence_weights="CC BY-NC 4.0",
        allows_commercial_use=False,
        takes_adapters=True,
        needs_torch=True,
    )
