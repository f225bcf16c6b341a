"""Older formats of the project file, brought up to date one step at a time.

``CURRENT_FORMAT`` is what this program writes. ``UPGRADES[n]`` turns a project object of format
n into format n + 1; it never changes its argument, and keeps what it doesn't know.
``docs/file-format.md`` tells what changed in each step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.project.store.errors import FormatError, NewerFormatError

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.store.json_patch import Json


def _ranges_as_pairs_and_choice_as_comp(project: dict[str, Json]) -> dict[str, Json]:
    """From 0 to 1: ranges become pairs; a region's chosen ``take`` becomes its ``comp``."""
    regions = project.get("regions", [])
    if not isinstance(regions, list):
        return project
    return {**project, "regions": [_region_from_0_to_1(region) for region in regions]}


def _region_from_0_to_1(region: Json) -> Json:
    if not isinstance(region, dict):
        return region
    upgraded = {name: value for name, value in region.items() if name != "take"}
    upgraded["range"] = _pair(region.get("range"))
    if region.get("take") is not None:
        upgraded["comp"] = [{"take_id": region["take"], "range": upgraded["range"]}]
    takes = region.get("takes", [])
    if isinstance(takes, list):
        upgraded["takes"] = [_take_from_0_to_1(take) for take in takes]
    return upgraded


def _take_from_0_to_1(take: Json) -> Json:
    if not isinstance(take, dict):
        return take
    upgraded = {**take, "region": _pair(take.get("region"))}
    provenance = take.get("provenance")
    if isinstance(provenance, dict) and "context" in provenance:
        upgraded["provenance"] = {**provenance, "context": _pair(provenance["context"])}
    return upgraded


def _pair(old_range: Json) -> Json:
    """``{"start_samples": a, "end_samples": b}`` as ``[a, b]``; anything else as it is."""
    match old_range:
        case {"start_samples": start, "end_samples": end}:
            return [start, end]
        case _:
            return old_range


def _commercial_or_not_as_use(project: dict[str, Json]) -> dict[str, Json]:
    """From 1 to 2: ``is_commercial`` becomes one of three kinds of ``use``."""
    if "is_commercial" not in project:
        return project
    upgraded = {name: value for name, value in project.items() if name != "is_commercial"}
    match project["is_commercial"]:
        case True:
            return {**upgraded, "use": "commercial"}
        case False:
            return {**upgraded, "use": "non-commercial"}
        case oddity:
            return {**upgraded, "use": oddity}


UPGRADES: dict[int, Callable[[dict[str, Json]], dict[str, Json]]] = {
    0: _ranges_as_pairs_and_choice_as_comp,
    1: _commercial_or_not_as_use,
}
CURRENT_FORMAT = 2


def check_format(number: Json) -> int:
    """Return a file's format number if this program can read it.

    Raises:
        NewerFormatError: a newer program wrote it.
        FormatError: it is no format number.
    """
    if isinstance(number, bool) or not isinstance(number, int) or number < min(UPGRADES):
        raise FormatError("format must be the number of a format")
    if number > CURRENT_FORMAT:
        raise NewerFormatError(
            f"a newer PrismDesk wrote it (format {number}, this one reads up to {CURRENT_FORMAT})"
        )
    return number


def upgrade(project: dict[str, Json], from_format: int) -> dict[str, Json]:
    """Return a project object of an older format in the current one; the argument is unchanged."""
    for number in range(from_format, CURRENT_FORMAT):
        project = UPGRADES[number](project)
    return project
