"""Regions and takes by what people call them on the command line: a name, a number or an id.

An id or a name as it is written comes first, then a name in other letters (upper and lower case),
then a number. What isn't there, or means several, is refused by a sentence that lists what is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from unicodedata import normalize

from prismdesk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prismdesk.project.model import Project, Region, Take

    _Thing = TypeVar("_Thing", Region, Take)

_MOST_LISTED = 8
_MOST_DIGITS = 6


def find_regions(project: Project, texts: Iterable[str]) -> tuple[Region, ...]:
    """Return regions in the order in which they are named, each once.

    Raises:
        InputError: as ``find_region``.
    """
    found = [find_region(project, text) for text in texts]
    return tuple(dict.fromkeys(found))


def find_region(project: Project, text: str) -> Region:
    """Return the region of a name, an id, or a number counted along the film from 1.

    Raises:
        InputError: there is none, or several have the name.
    """
    found = _regions_called(project, text)
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(region.id for region in found)
        raise InputError(f"Several regions are called “{text}”; give the id of one: {ids}.")
    known = [f"{number} “{name_of(one)}”" for number, one in enumerate(_along_film(project), 1)]
    raise InputError(f"The project has no region “{text}”; it has: {_listed(known)}.")


def find_take(project: Project, text: str, *, region: Region | None = None) -> Take:
    """Return the take of a name, an id or a number, or of ``REGION/TAKE``.

    A number is the one that a take's name ends in (``2`` is “Take 2”), or its place among the
    takes of its region where no name there ends in it.

    Args:
        project: whose takes.
        text: what the take is called.
        region: look in this region only; every region if None.

    Raises:
        InputError: there is none, or several are called that.
    """
    regions = _along_film(project) if region is None else (region,)
    found = _takes_called(regions, text) or _takes_by_path(project, text, regions)
    if len(found) == 1:
        return found[0]
    if found:
        listed = _listed([f"{_path_of(project, take)} ({take.id})" for take in found])
        raise InputError(f"Several takes are called “{text}”; name the region too: {listed}.")
    there = [take for one in regions for take in one.takes]
    if region is not None:
        known = _listed([take.name for take in there])
        raise InputError(f"“{name_of(region)}” has no take “{text}”; it has: {known}.")
    known = _listed([_path_of(project, take) for take in there])
    raise InputError(f"The project has no take “{text}”; it has: {known}.")


def name_of(region: Region) -> str:
    """Return what to call a region in a sentence: its name, or its id if it has none."""
    return region.name or region.id


def _along_film(project: Project) -> tuple[Region, ...]:
    return tuple(sorted(project.regions, key=lambda region: region.range))


def _regions_called(project: Project, text: str) -> tuple[Region, ...]:
    ordered = _along_film(project)
    if named := _named(ordered, text):
        return named
    number = _number(text)
    return ordered[number - 1 : number] if number else ()


def _takes_called(regions: Sequence[Region], text: str) -> tuple[Take, ...]:
    if named := _named([take for region in regions for take in region.takes], text):
        return named
    number = _number(text)
    return tuple(take for one in regions for take in _numbered(one.takes, number)) if number else ()


def _numbered(takes: tuple[Take, ...], number: int) -> tuple[Take, ...]:
    ending = tuple(take for take in takes if _number(take.name.rpartition(" ")[2]) == number)
    return ending or takes[number - 1 : number]


def _takes_by_path(project: Project, text: str, within: Sequence[Region]) -> tuple[Take, ...]:
    """Return the takes of ``REGION/TAKE``; either name may hold a stroke itself."""
    places = [place for place, letter in enumerate(text) if letter == "/"]
    found: list[Take] = []
    for place in places:
        regions = [one for one in _regions_called(project, text[:place]) if one in within]
        found += _takes_called(regions, text[place + 1 :])
    return tuple(dict.fromkeys(found))


def _named(things: Sequence[_Thing], text: str) -> tuple[_Thing, ...]:
    """Return what has the text as its id, else as its name, else as its name in any letters."""
    wanted = _folded(text)
    if not wanted:
        return ()
    return (
        tuple(thing for thing in things if thing.id == text)
        or tuple(thing for thing in things if thing.name == text)
        or tuple(thing for thing in things if _folded(thing.name) == wanted)
    )


def _folded(text: str) -> str:
    return normalize("NFC", text.strip().casefold())


def _number(text: str) -> int:
    """Return a number from 1, 0 if it is none."""
    digits = text.strip()
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
    return int(digits) if is_number else 0


def _path_of(project: Project, take: Take) -> str:
    home = next(region for region in project.regions if take in region.takes)
    return f"{name_of(home)}/{take.name}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_LISTED]) or "none"
    more = len(names) - _MOST_LISTED
    return f"{shown} and {more} more" if more > 0 else shown
