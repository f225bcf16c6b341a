"""Regions by what people call them on the command line: an id, a name, or a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.project.model import Project, Region


def regions_named(project: Project, names: Sequence[str]) -> tuple[Region, ...]:
    """Return regions by id or name.

    Raises:
        InputError: there is none of that name, or several.
    """
    found: list[Region] = []
    for name in names:
        by_id = [region for region in project.regions if region.id == name]
        by_name = by_id or [region for region in project.regions if region.name == name]
        if not by_name:
            known = ", ".join(region.name or region.id for region in project.regions[:8])
            raise InputError(f"The project has no region “{name}”; it has: {known or 'none'}.")
        if len(by_name) > 1:
            ids = ", ".join(region.id for region in by_name)
            raise InputError(f"Several regions are called “{name}”; give the id of one: {ids}.")
        found += [region for region in by_name if region not in found]
    return tuple(found)


def find_region(project: Project, text: str) -> Region:
    """Return the region of an id, a name, or a number counted along the film from 1.

    Raises:
        InputError: there is none, or several have the name.
    """
    ordered = sorted(project.regions, key=lambda region: region.range)
    is_named = any(text in (region.id, region.name) for region in ordered)
    if not is_named and text.isascii() and text.isdigit() and 1 <= int(text) <= len(ordered):
        return ordered[int(text) - 1]
    return regions_named(project, [text])[0]
