"""Presets that hold the same: copies under other names, in other folders, with other notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prismdesk.adapters.card import Preset


def duplicates(presets: Iterable[Preset]) -> tuple[tuple[Preset, ...], ...]:
    """Return groups of two or more presets whose tensors are the same to the bit.

    The oldest of each group comes first; groups come by its name.
    """
    groups: dict[str, list[Preset]] = {}
    for preset in presets:
        if preset.content_sha256:
            groups.setdefault(preset.content_sha256, []).append(preset)
    several = (
        tuple(sorted(group, key=lambda preset: (preset.changed_ns, str(preset.path))))
        for group in groups.values()
        if len(group) > 1
    )
    return tuple(sorted(several, key=lambda group: group[0].name.casefold()))
