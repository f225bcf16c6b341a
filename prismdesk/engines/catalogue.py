"""Which engines there are; importable without torch and without any engine's own libraries."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from prismdesk.engines.ambience.offer import AMBIENCE
from prismdesk.engines.audiox.offer import ENGINE_ID as AUDIOX
from prismdesk.engines.audiox.offer import audiox_offer
from prismdesk.engines.errors import UnsupportedError
from prismdesk.engines.selva.offer import ENGINE_ID as SELVA
from prismdesk.engines.selva.offer import selva_offer

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.engines.capabilities import (
        Capabilities,
        EngineTask,
        Variant,
    )
    from prismdesk.engines.contract import Engine, EngineFactory

_OFFERS: dict[str, Callable[[], Capabilities]] = {
    AMBIENCE.id: lambda: AMBIENCE,
    SELVA: selva_offer,
    AUDIOX: audiox_offer,
}
"""What each engine offers now: of some that depends on what is installed."""

_FACTORIES = {
    AMBIENCE.id: ("prismdesk.engines.ambience.engine", "AmbienceEngine"),
    SELVA: ("prismdesk.engines.selva.engine", "SelvaEngine"),
    AUDIOX: ("prismdesk.engines.audiox.engine", "AudioxEngine"),
}


def available_engines() -> tuple[Capabilities, ...]:
    """What every engine offers, in the order to list them."""
    return tuple(offer() for offer in _OFFERS.values())


def capabilities_of(engine_id: str) -> Capabilities:
    """What one engine offers.

    Raises:
        UnsupportedError: no engine has this id; the message names those there are.
    """
    offer = _OFFERS.get(engine_id)
    if offer is None:
        known = ", ".join(_OFFERS)
        raise UnsupportedError(f'There is no engine called "{engine_id}"; choose one of: {known}.')
    return offer()


def variant_of(capabilities: Capabilities, variant_id: str) -> Variant | None:
    """Return a variant of an engine: the named one, without a name the first that is usable.

    Of variants none of which is usable, the first stands for them. None if the engine has none of
    that name, or none at all.
    """
    variants = capabilities.variants
    if variant_id:
        return next((variant for variant in variants if variant.id == variant_id), None)
    usable = (variant for variant in variants if not variant.why_not)
    return next(usable, variants[0] if variants else None)


def engines_that_can(task: EngineTask) -> tuple[Capabilities, ...]:
    """Those engines whose capabilities hold ``task``."""
    return tuple(offer for offer in available_engines() if task in offer.tasks)


def create_engine(engine_id: str) -> Engine:
    """Make an engine that has loaded nothing yet; its libraries are imported only here.

    Raises:
        UnsupportedError: no engine has this id.
    """
    module, factory = _FACTORIES[capabilities_of(engine_id).id]
    return cast("EngineFactory", getattr(import_module(module), factory))()
