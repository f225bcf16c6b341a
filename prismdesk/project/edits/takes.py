"""Edits of takes: what was made for a region, and which of it is heard.

In the drawings ``{ }`` is a region, ``t`` and ``u`` its takes where they sound, ``.`` the lane
as it was. Takes are immutable records of how they were made; only the choice, name, rating, note
and gain are edited.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from prismdesk.project.consistency import BEST_RATING, check_comp, check_take
from prismdesk.project.edits.arguments import finite_gain, rules_as_refusals, unused_id
from prismdesk.project.errors import EditError
from prismdesk.project.lookup import (
    region_of,
    region_of_take,
    replace_region,
    replace_take,
    take_of,
)
from prismdesk.project.model import CompSegment, RegionStatus

if TYPE_CHECKING:
    from prismdesk.project.ids import RegionId, TakeId
    from prismdesk.project.model import Project, Region, Take


def add_take(project: Project, region_id: RegionId, take: Take) -> Project:
    """Bring a new take: it is chosen, and the region waits for review.

    ::

        before  {....} open      after  {tttt} review

    If the region's edges moved since the take was asked for, the take is heard as far as its
    sound reaches inside the region; if it reaches nowhere, it is kept and the choice stays.

    Raises:
        EditError: there is no such region, the take's id is used, or the take breaks a rule.
    """
    region = region_of(project, region_id)
    unused_id(project, take.id)
    with rules_as_refusals():
        check_take(take)
    added = replace(region, takes=(*region.takes, take), status=RegionStatus.REVIEW)
    return replace_region(project, replace(added, comp=_whole(added, take) or region.comp))


def choose_take(project: Project, take_id: TakeId) -> Project:
    """Let one take be heard over its whole region.

    ::

        before  {ttuu}      after  {uuuu}

    Raises:
        EditError: there is no such take, or its sound doesn't reach into the region.
    """
    region, take = region_of_take(project, take_id), take_of(project, take_id)
    comp = _whole(region, take)
    if not comp:
        raise EditError(f'Take "{take_id}" has no sound inside region "{region.id}".')
    return replace_region(project, replace(region, comp=comp))


def clear_choice(project: Project, region_id: RegionId) -> Project:
    """Let no take be heard; the takes stay.

    ::

        before  {tttt}      after  {....}

    Raises:
        EditError: there is no such region.
    """
    return replace_region(project, replace(region_of(project, region_id), comp=()))


def comp_takes(project: Project, region_id: RegionId, segments: tuple[CompSegment, ...]) -> Project:
    """Say which take is heard where; touching segments of one take become one.

    ::

        before  {tttttt}      after  {ttuu.t}

    Args:
        project: the project.
        region_id: the region.
        segments: in any order; where none lies, the lane sounds as it was.

    Raises:
        EditError: there is no such region, or a segment is empty, overlaps another, reaches past
            the region or its take's sound, or names a take of another region.
    """
    region = region_of(project, region_id)
    ordered = sorted(segments, key=lambda segment: segment.range)
    for earlier, later in pairwise(ordered):
        if earlier.range.end_samples > later.range.start_samples:
            raise EditError(f"Two comp segments overlap at {later.range.start_samples}.")
    comped = replace(region, comp=_joined(ordered))
    with rules_as_refusals():
        check_comp(comped)
    return replace_region(project, comped)


def rate_take(project: Project, take_id: TakeId, rating: int) -> Project:
    """Rate a take from 0 (not rated) to 5: before ``t``, after ``t ***``.

    Raises:
        EditError: there is no such take or rating.
    """
    if not 0 <= rating <= BEST_RATING:
        raise EditError(f"A rating is a whole number from 0 to {BEST_RATING}, not {rating}.")
    return replace_take(project, replace(take_of(project, take_id), rating=rating))


def rename_take(project: Project, take_id: TakeId, name: str) -> Project:
    """Name a take: before ``Take 3``, after ``the slow one``.

    Raises:
        EditError: there is no such take.
    """
    return replace_take(project, replace(take_of(project, take_id), name=name))


def note_take(project: Project, take_id: TakeId, note: str) -> Project:
    """Write a note on a take: before ``""``, after ``"a bird at the end"``.

    Raises:
        EditError: there is no such take.
    """
    return replace_take(project, replace(take_of(project, take_id), note=note))


def set_take_gain(project: Project, take_id: TakeId, gain_db: float) -> Project:
    """Set a take's gain in dB: before ``{tttt}`` at 0 dB, after at -3 dB.

    Raises:
        EditError: there is no such take, or the gain is no finite number.
    """
    return replace_take(project, replace(take_of(project, take_id), gain_db=finite_gain(gain_db)))


def remove_take(project: Project, take_id: TakeId) -> Project:
    """Take a take away; where it was heard, the lane sounds as it was.

    ::

        before  {ttuu}      after (u)  {tt..}

    Its file stays on disk, so that undo brings it back.

    Raises:
        EditError: there is no such take.
    """
    region = region_of_take(project, take_id)
    return replace_region(
        project,
        replace(
            region,
            takes=tuple(take for take in region.takes if take.id != take_id),
            comp=tuple(segment for segment in region.comp if segment.take_id != take_id),
        ),
    )


def restore_take(
    project: Project,
    region_id: RegionId,
    take: Take,
    *,
    place: int,
    comp: tuple[CompSegment, ...] | None = None,
) -> Project:
    """Bring a removed take back to its place in the list; its file was never away.

    ::

        before (no u)  {tt..}      after  {ttuu}

    Args:
        project: the project.
        region_id: the region it was removed from.
        take: the take as it was.
        place: index in the list, from 0.
        comp: which take is heard where afterwards; as it is now if None.

    Raises:
        EditError: there is no such region, the take's id is used, or the comp breaks a rule.
    """
    region = region_of(project, region_id)
    unused_id(project, take.id)
    with rules_as_refusals():
        check_take(take)
    takes = (*region.takes[:place], take, *region.takes[place:])
    restored = replace(region, takes=takes, comp=region.comp if comp is None else comp)
    with rules_as_refusals():
        check_comp(restored)
    return replace_region(project, restored)


def _whole(region: Region, take: Take) -> tuple[CompSegment, ...]:
    """Return the comp of a region that is this take as far as both reach."""
    heard = region.range.intersection(take.sound_range)
    return (CompSegment(take_id=take.id, range=heard),) if heard else ()


def _joined(ordered: list[CompSegment]) -> tuple[CompSegment, ...]:
    joined: list[CompSegment] = []
    for segment in ordered:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.take_id == segment.take_id
            and last.range.end_samples == segment.range.start_samples
        ):
            span = replace(last.range, end_samples=segment.range.end_samples)
            joined[-1] = replace(last, range=span)
        else:
            joined.append(segment)
    return tuple(joined)
