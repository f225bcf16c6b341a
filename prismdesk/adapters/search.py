"""Finding presets among many: by words, by what they fit, by order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prismdesk.adapters.card import Preset

Test = Callable[["Preset"], bool]


class Order(StrEnum):
    """How a list of presets is sorted."""

    NEWEST = "newest"
    NAME = "name"
    FAVOURITES = "favourites"
    MODEL = "model"


def has_words(preset: Preset, text: str) -> bool:
    """Whether every word of a text is in a preset's name, triggers, tags, notes or model."""
    said = (
        preset.name,
        "" if preset.facts is None else preset.facts.title,
        preset.trigger,
        *preset.tags,
        preset.notes,
        preset.description,
        preset.author,
        preset.base_model,
    )
    heap = "\n".join(said).casefold()
    return all(word in heap for word in text.casefold().split())


def found(
    presets: Iterable[Preset],
    *,
    text: str = "",
    tests: Iterable[Test] = (),
    order: Order = Order.NAME,
) -> tuple[Preset, ...]:
    """Return those presets that have some words and pass all tests, sorted.

    Args:
        presets: to choose from.
        text: words that must all be there; empty for all.
        tests: what must be true of each.
        order: of the answer; those of the same rank come by name.
    """
    wanted = tuple(tests)
    kept = [
        preset
        for preset in presets
        if has_words(preset, text) and all(test(preset) for test in wanted)
    ]
    return in_order(kept, order)


def in_order(presets: Iterable[Preset], order: Order) -> tuple[Preset, ...]:
    """Return presets sorted; those of the same rank come by name."""
    by_name = sorted(presets, key=lambda preset: (preset.name.casefold(), str(preset.path)))
    if order is Order.NEWEST:
        by_name.sort(key=lambda preset: -preset.changed_ns)
    elif order is Order.FAVOURITES:
        by_name.sort(key=lambda preset: not preset.is_favourite)
    elif order is Order.MODEL:
        by_name.sort(key=lambda preset: (preset.family, preset.base_model))
    return tuple(by_name)
