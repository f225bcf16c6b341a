"""Edits of where a region's sound joins the lane, and of where it lies inside its region.

In the drawings ``{ }`` is a region, ``t`` its take where it sounds, ``~`` what the take has beyond
(handles, or what a trim hid), ``.`` the lane as it was.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from prismdesk.project.errors import EditError
from prismdesk.project.lookup import region_of, region_of_take, replace_region, take_of
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from prismdesk.project.ids import RegionId, TakeId
    from prismdesk.project.model import CompSegment, Project, Region, Take


class SeamEnd(StrEnum):
    """Which of a region's two seams."""

    IN = "in"
    OUT = "out"


def seam_take(region: Region, end: SeamEnd) -> Take | None:
    """Return the take that is heard at a seam; None where no take is chosen."""
    if not region.comp:
        return None
    segment = region.comp[0 if end is SeamEnd.IN else -1]
    return next(take for take in region.takes if take.id == segment.take_id)


def seam_samples(region: Region, end: SeamEnd) -> int | None:
    """Return where a seam lies on the timeline; None where no take is chosen."""
    if not region.comp:
        return None
    if end is SeamEnd.IN:
        return region.comp[0].range.start_samples
    return region.comp[-1].range.end_samples


def seam_shift_samples(region: Region, end: SeamEnd) -> int:
    """Return how much later a seam lies than where its take was made to join; 0 without a take."""
    take, at_samples = seam_take(region, end), seam_samples(region, end)
    if take is None or at_samples is None:
        return 0
    made = take.made_range
    return at_samples - (made.start_samples if end is SeamEnd.IN else made.end_samples)


def shift_seam(project: Project, region_id: RegionId, end: SeamEnd, shift_samples: int) -> Project:
    """Put a seam some samples later than where its take was made to join, or earlier.

    ::

        before  ..~~{tttttt}~~..
        in +2   ..~~~~{tttt}~~..      the lane is heard where the take was
        in -2   ..{tttttttt}~~..      the take is heard on its handle

    The region's edge goes with its seam, so that nothing outside the region changes.

    Args:
        project: the project.
        region_id: the region.
        end: which seam.
        shift_samples: from where the take was made to join; positive is later.

    Raises:
        EditError: there is no such region or no take is chosen in it, the take's sound doesn't
            reach there, or nothing of the take would be left.
    """
    region = region_of(project, region_id)
    take = seam_take(region, end)
    if take is None:
        raise EditError("No take is heard in the region, so it has no seam to shift.")
    is_in = end is SeamEnd.IN
    made = take.made_range
    to_samples = (made.start_samples if is_in else made.end_samples) + shift_samples
    _check_material(take, end, to_samples, project.rate_hz)
    segment = region.comp[0 if is_in else -1]
    _check_rest(segment, take, end, to_samples)
    span = (
        SampleRange(to_samples, segment.range.end_samples)
        if is_in
        else SampleRange(segment.range.start_samples, to_samples)
    )
    moved = replace(segment, range=span)
    comp = (moved, *region.comp[1:]) if is_in else (*region.comp[:-1], moved)
    changed = replace(region, range=_with_edge(region, segment, end, to_samples), comp=comp)
    return replace_region(project, changed)


def nudge_take(project: Project, take_id: TakeId, by_samples: int) -> Project:
    """Move a take's sound inside its region, onto its handles; the region stays where it is.

    ::

        before  ..~~{tttttt}~~..
        by -2   ~~{tttttttt}....      as drawn by the take: its tail has come into the region

    Seams that lay where the take was made to join are made anew, as those of a trimmed region.

    Raises:
        EditError: there is no such take, or its sound would no longer fill what it fills now.
    """
    region, take = region_of_take(project, take_id), take_of(project, take_id)
    if not by_samples:
        return project
    moved = replace(
        take,
        region=take.region.shifted(by_samples),
        moved_samples=take.moved_samples + by_samples,
    )
    filled = region.range.intersection(take.sound_range)
    there = moved.sound_range
    if filled is not None and not (
        there.start_samples <= filled.start_samples and filled.end_samples <= there.end_samples
    ):
        is_later = by_samples > 0
        kept = (
            filled.start_samples - take.sound_range.start_samples
            if is_later
            else take.sound_range.end_samples - filled.end_samples
        )
        raise EditError(
            f"{take.name} keeps {milliseconds(kept, project.rate_hz)} "
            f"{'before' if is_later else 'after'} the region, so it can't move "
            f"{milliseconds(abs(by_samples), project.rate_hz)} {'later' if is_later else 'earlier'}"
            "; make it again with longer handles."
        )
    takes = tuple(moved if one.id == take_id else one for one in region.takes)
    return replace_region(project, replace(region, takes=takes))


def milliseconds(samples: int, rate_hz: int) -> str:
    """Return a length in milliseconds, as short as it can be told: "8 ms", "0.5 ms"."""
    figure = f"{samples * 1000 / rate_hz:.1f}".removesuffix(".0").replace("-", "−")
    return f"{figure} ms"


def _check_material(take: Take, end: SeamEnd, to_samples: int, rate_hz: int) -> None:
    sound, made = take.sound_range, take.made_range
    if end is SeamEnd.IN:
        beyond = sound.start_samples - to_samples
        kept, wanted = made.start_samples - sound.start_samples, made.start_samples - to_samples
        if to_samples < 0 and beyond <= 0:
            raise EditError("The seam can't lie before the film's first picture.")
    else:
        beyond = to_samples - sound.end_samples
        kept, wanted = sound.end_samples - made.end_samples, to_samples - made.end_samples
    if beyond > 0:
        side = "before" if end is SeamEnd.IN else "after"
        raise EditError(
            f"{take.name} keeps {milliseconds(max(0, kept), rate_hz)} {side} the region, not "
            f"{milliseconds(wanted, rate_hz)}; make it again with longer handles."
        )


def _check_rest(segment: CompSegment, take: Take, end: SeamEnd, to_samples: int) -> None:
    start, last = segment.range.start_samples, segment.range.end_samples
    if (end is SeamEnd.IN and to_samples >= last) or (end is SeamEnd.OUT and to_samples <= start):
        raise EditError(f"Nothing of {take.name} would be left; shift the seam less far.")


def _with_edge(region: Region, segment: CompSegment, end: SeamEnd, to_samples: int) -> SampleRange:
    """Return the region's range: its edge goes with a seam that lies on it, or that leaves it."""
    start, last = region.range.start_samples, region.range.end_samples
    if end is SeamEnd.IN:
        is_on_edge = segment.range.start_samples == start
        return SampleRange(to_samples if is_on_edge else min(start, to_samples), last)
    is_on_edge = segment.range.end_samples == last
    return SampleRange(start, to_samples if is_on_edge else max(last, to_samples))
