"""Presets as they are typed: ``NAME``, ``NAME:STRENGTH``, a reference, a hash or a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.adapters.reference import is_reference
from prismdesk.engines.request import LEAST_STRENGTH, MOST_STRENGTH
from prismdesk.errors import InputError
from prismdesk.session.preset_fit import unusable
from prismdesk.session.presets import find_preset

if TYPE_CHECKING:
    from collections.abc import Iterable


def read_adapters(texts: Iterable[str]) -> tuple[tuple[str, float], ...]:
    """Return (reference, strength) of presets as they were typed.

    Without a strength a preset has the one that its card names.

    Raises:
        InputError: one isn't there or can't be used, a strength is no number from -1 to 2, or one
            is named twice.
    """
    found: dict[str, float] = {}
    for text in texts:
        name, strength = parted(text)
        preset = find_preset(name)
        if reason := unusable(preset):
            raise InputError(reason)
        if preset.reference in found:
            raise InputError(f"The preset {preset.name} is named twice; give it one strength.")
        found[preset.reference] = preset.strength if strength is None else strength
    return tuple(found.items())


def parted(text: str) -> tuple[str, float | None]:
    """Part a name from its strength; a path or a reference may have a colon of its own.

    Raises:
        InputError: the strength is no number from -1 to 2.
    """
    name, colon, number = text.rpartition(":")
    if not colon or not name or is_reference(text) or Path(text).exists():
        return text, None
    try:
        strength = float(number)
    except ValueError:
        if "/" in number or "\\" in number:
            return text, None
        raise InputError(
            f"“{text}” must be written NAME or NAME:STRENGTH, with a number as strength."
        ) from None
    if not LEAST_STRENGTH <= strength <= MOST_STRENGTH:
        raise InputError(
            f"The strength of {name} must be a number from {LEAST_STRENGTH:g} to "
            f"{MOST_STRENGTH:g}, not {number}."
        )
    return name, strength
