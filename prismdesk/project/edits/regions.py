"""Edits of regions: where they are and what is wanted for them. Takes are in ``takes``.

In the drawings ``{ }`` is a region, ``t`` its chosen take where it sounds, ``~`` what the take
has beyond (handles, or what a trim hid).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.project.consistency import check_masks
from prismdesk.project.edits.arguments import (
    between,
    rules_as_refusals,
    unused_id,
    valid_position,
    valid_span,
)
from prismdesk.project.edits.region_time import (
    cut_down,
    shift_region,
    with_new_ids,
)
from prismdesk.project.errors import EditError
from prismdesk.project.ids import LaneId, RegionId, TrackId, new_id
from prismdesk.project.lookup import region_of, replace_region, track_of
from prismdesk.project.model import CompSegment, RegionStatus
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from prismdesk.project.edits.ripple import MakeId
    from prismdesk.project.model import Project, Region, Settings, SettingValue, Task

STRENGTH_RANGE = (-1.0, 2.0)
"""How strongly an adapter can be asked for."""


def add_region(project: Project, region: Region) -> Project:
    """Mark a stretch of some lanes of a track as something to be done.

    ::

        before  AAAA....AAAA      after  AAAA{....}AAAA

    It comes without takes (``takes.add_take`` brings them) and may overlap others: the later one
    in the list is heard where both have a take chosen.

    Raises:
        EditError: its id is used, it holds no sample or lies before the film, it brings takes, its
            track has not those lanes, or a mask lies outside the project's folder.
    """
    unused_id(project, region.id)
    valid_span(region.range)
    if region.takes or region.comp:
        raise EditError(f'Region "{region.id}" comes with takes; add them with add_take.')
    _check_lanes(project, region.track_id, region.lane_ids)
    with rules_as_refusals():
        check_masks(region)
    checked = replace(
        region,
        settings=_sorted_settings(dict(region.settings)),
        adapters=_checked_adapters(region.adapters),
        muted_adapters=_still_muted(region, region.adapters),
        status=_stored_status(region.status),
        comp_fade_samples=_checked_fade(region.comp_fade_samples),
    )
    return replace(project, regions=(*project.regions, checked))


def remove_region(project: Project, region_id: RegionId) -> Project:
    """Take a region away with its takes; the lanes sound as they did before it.

    ::

        before  AAAA{tttt}AAAA      after  AAAA....AAAA

    The takes' files stay on disk, so that undo brings them back.

    Raises:
        EditError: there is no such region.
    """
    region_of(project, region_id)
    kept = tuple(region for region in project.regions if region.id != region_id)
    return replace(project, regions=kept)


def move_region(
    project: Project,
    region_id: RegionId,
    start_samples: int,
    *,
    track_id: TrackId | None = None,
    lane_ids: tuple[LaneId, ...] | None = None,
) -> Project:
    """Move a region in time, or to other lanes; its takes move with it and sound the same.

    ::

        before  ..{tttt}......      after  ......{tttt}..

    Args:
        project: the project.
        region_id: the region.
        start_samples: where it shall start.
        track_id: the track to move to; its own if None.
        lane_ids: the lanes there; its own, or the track's first on another track, if None.

    Raises:
        EditError: there is no such region, track or lane, it would lie before the film, or it
            has takes and the other track another layout.
    """
    region = region_of(project, region_id)
    valid_position(start_samples)
    valid_position(start_samples + region.range.length_samples)
    target = track_of(project, track_id or region.track_id)
    source = track_of(project, region.track_id)
    if region.takes and target.layout is not source.layout:
        raise EditError(
            f'Region "{region_id}" has takes in {source.layout.value}, so it can\'t move to a '
            f"track in {target.layout.value}."
        )
    if lane_ids is None:
        lane_ids = region.lane_ids if target is source else (target.lanes[0].id,)
    _check_lanes(project, target.id, lane_ids)
    moved = shift_region(region, start_samples - region.range.start_samples)
    return replace_region(project, replace(moved, track_id=target.id, lane_ids=lane_ids))


def resize_region(project: Project, region_id: RegionId, span: SampleRange) -> Project:
    """Move a region's edges; its takes stay in place and are heard as far as both reach.

    ::

        before  ..{tttttt}......
        later start  ....~~{tttt}......      the hidden part comes back when the edge does
        later end    ..{tttttt..}....        past the take's own sound the lane sounds as it was

    Raises:
        EditError: there is no such region, or the stretch holds no sample or lies before the film.
    """
    region = region_of(project, region_id)
    valid_span(span)
    followed = replace(region, comp=_follow_edges(region, span))
    return replace_region(project, cut_down(followed, span))


def _follow_edges(region: Region, span: SampleRange) -> tuple[CompSegment, ...]:
    """Return the comp with segments at the old edges reaching to new ones that lie further out."""
    sounds = {take.id: take.sound_range for take in region.takes}

    def followed(segment: CompSegment) -> CompSegment:
        start, end = segment.range.start_samples, segment.range.end_samples
        if start == region.range.start_samples:
            wanted = min(start, span.start_samples)
            start = max(wanted, sounds[segment.take_id].start_samples)
        if end == region.range.end_samples:
            wanted = max(end, span.end_samples)
            end = min(wanted, sounds[segment.take_id].end_samples)
        return replace(segment, range=SampleRange(start, end))

    return tuple(followed(segment) for segment in region.comp)


def split_region(
    project: Project,
    region_id: RegionId,
    at_samples: int,
    *,
    new_region_id: RegionId | None = None,
    make_id: MakeId = new_id,
) -> Project:
    """Cut a region in two that sound as one; the later part follows it in the list.

    ::

        before  {tttttt}      after  {ttt}{ttt}

    Both parts have all takes: the later part's are copies under new ids that share the files.

    Args:
        project: the project.
        region_id: the region.
        at_samples: position on the timeline, inside the region.
        new_region_id: for the later part; made if None.
        make_id: for the ids of the later part's takes.

    Raises:
        EditError: there is no such region, or the position is not inside it.
    """
    region = region_of(project, region_id)
    start, end = region.range.start_samples, region.range.end_samples
    what = f'The cut of region "{region_id}"'
    between(at_samples, start + 1, end - 1, what=what, clamped=False)
    later_id = new_region_id or RegionId(make_id("region"))
    unused_id(project, later_id)
    before = cut_down(region, SampleRange(start, at_samples))
    after = cut_down(region, SampleRange(at_samples, end))
    index = project.regions.index(region)
    parts = (before, with_new_ids(after, later_id, make_id))
    regions = (*project.regions[:index], *parts, *project.regions[index + 1 :])
    return replace(project, regions=regions)


def set_region_lanes(
    project: Project, region_id: RegionId, lane_ids: tuple[LaneId, ...]
) -> Project:
    """Say on which lanes of its track a region lies: before ``1``, after ``1, 2``.

    Raises:
        EditError: there is no such region, or its track has not those lanes.
    """
    region = region_of(project, region_id)
    _check_lanes(project, region.track_id, lane_ids)
    return replace_region(project, replace(region, lane_ids=lane_ids))


def rename_region(project: Project, region_id: RegionId, name: str) -> Project:
    """Name a region: before ``{....}``, after ``{....} hole in the rain``.

    Raises:
        EditError: there is no such region.
    """
    return replace_region(project, replace(region_of(project, region_id), name=name))


def set_region_task(project: Project, region_id: RegionId, task: Task) -> Project:
    """Say what is wanted: before ``{....} inpaint``, after ``{....} generate``.

    Raises:
        EditError: there is no such region.
    """
    return replace_region(project, replace(region_of(project, region_id), task=task))


def set_region_prompt(
    project: Project, region_id: RegionId, prompt: str, negative_prompt: str | None = None
) -> Project:
    """Describe the sound wanted: before ``""``, after ``"steps on gravel"``.

    Args:
        project: the project.
        region_id: the region.
        prompt: what shall be heard.
        negative_prompt: what shall not be; as before if None.

    Raises:
        EditError: there is no such region.
    """
    region = region_of(project, region_id)
    negative = region.negative_prompt if negative_prompt is None else negative_prompt
    return replace_region(project, replace(region, prompt=prompt, negative_prompt=negative))


def set_region_engine(
    project: Project, region_id: RegionId, engine: str, variant: str = ""
) -> Project:
    """Choose who makes the sound: before ``ambience``, after ``selva, large``.

    Raises:
        EditError: there is no such region.
    """
    region = region_of(project, region_id)
    return replace_region(project, replace(region, engine=engine, variant=variant))


def set_region_settings(
    project: Project, region_id: RegionId, settings: dict[str, SettingValue]
) -> Project:
    """Set all settings of the engine: before ``steps 25``, after ``guidance 4.5, steps 50``.

    Raises:
        EditError: there is no such region, or a value is no finite number.
    """
    region = region_of(project, region_id)
    return replace_region(project, replace(region, settings=_sorted_settings(settings)))


def set_region_adapters(
    project: Project,
    region_id: RegionId,
    adapters: tuple[tuple[str, float], ...],
    *,
    all_sound: bool = False,
) -> Project:
    """Set the adapters by reference and strength, in order: before none, after ``rain at 0.8``.

    Args:
        project: the project.
        region_id: the region.
        adapters: (reference, strength) each.
        all_sound: those that were switched off are switched on; else they stay off.

    Raises:
        EditError: there is no such region, a strength is no number from -1 to 2, or an adapter is
            named twice.
    """
    region = region_of(project, region_id)
    changed = replace(
        region,
        adapters=_checked_adapters(adapters),
        muted_adapters=() if all_sound else _still_muted(region, adapters),
    )
    return replace_region(project, changed)


def set_region_adapter_muted(
    project: Project, region_id: RegionId, reference: str, *, muted: bool
) -> Project:
    """Switch one adapter off, or on again: before ``rain at 0.8``, after ``(rain at 0.8)``.

    Raises:
        EditError: there is no such region, or it hasn't that adapter.
    """
    region = region_of(project, region_id)
    names = [name for name, _ in region.adapters]
    if reference not in names:
        raise EditError(f'Region "{region_id}" has no adapter "{reference}".')
    off = {*region.muted_adapters} - {reference} | ({reference} if muted else set())
    in_order = tuple(name for name in names if name in off)
    return replace_region(project, replace(region, muted_adapters=in_order))


def set_region_picture(project: Project, region_id: RegionId, *, sees_picture: bool) -> Project:
    """Say whether the engine looks at the film: before ``yes``, after ``no``.

    Raises:
        EditError: there is no such region.
    """
    region = region_of(project, region_id)
    return replace_region(project, replace(region, sees_picture=sees_picture))


def set_region_masks(project: Project, region_id: RegionId, masks: tuple[str, ...]) -> Project:
    """Say where in the picture to listen: before nowhere, after ``masks/dog.png``.

    Args:
        project: the project.
        region_id: the region.
        masks: still pictures, relative to the project's folder; several follow each other.

    Raises:
        EditError: there is no such region, or a path leads out of the project's folder.
    """
    changed = replace(region_of(project, region_id), masks=masks)
    with rules_as_refusals():
        check_masks(changed)
    return replace_region(project, changed)


def set_region_seed(project: Project, region_id: RegionId, seed: int | None) -> Project:
    """Fix the seed, or leave it to chance (None): before ``any``, after ``42``.

    Raises:
        EditError: there is no such region, or the seed is not in [0, 2^32).
    """
    if seed is not None and not 0 <= seed < 2**32:
        raise EditError(f"A seed must be a whole number from 0 to {2**32 - 1}, not {seed}.")
    return replace_region(project, replace(region_of(project, region_id), seed=seed))


def set_region_status(project: Project, region_id: RegionId, status: RegionStatus) -> Project:
    """Say how far a region is: before ``review``, after ``done``.

    Raises:
        EditError: there is no such region, or the status is one that only the queue can say.
    """
    region = region_of(project, region_id)
    return replace_region(project, replace(region, status=_stored_status(status)))


def set_region_owner(project: Project, region_id: RegionId, owner: str) -> Project:
    """Say whose work it is: before ``""``, after ``Ada``.

    Raises:
        EditError: there is no such region.
    """
    return replace_region(project, replace(region_of(project, region_id), owner=owner))


def set_region_note(project: Project, region_id: RegionId, note: str) -> Project:
    """Write a note: before ``""``, after ``"quieter than the last one"``.

    Raises:
        EditError: there is no such region.
    """
    return replace_region(project, replace(region_of(project, region_id), note=note))


def set_region_comp_fade(project: Project, region_id: RegionId, length_samples: int) -> Project:
    r"""Set how long takes of a comp fade into each other.

    ::

        before  {tttt|uuuu}      after  {ttt\/uuu}

    Raises:
        EditError: there is no such region, or the length is negative.
    """
    region = region_of(project, region_id)
    return replace_region(project, replace(region, comp_fade_samples=_checked_fade(length_samples)))


def _check_lanes(project: Project, track_id: TrackId, lane_ids: tuple[LaneId, ...]) -> None:
    lanes = {lane.id for lane in track_of(project, track_id).lanes}
    if not lane_ids or len(set(lane_ids)) != len(lane_ids):
        raise EditError("A region needs at least one lane, each named once.")
    for lane_id in lane_ids:
        if lane_id not in lanes:
            raise EditError(f'Track "{track_id}" has no lane "{lane_id}".')


def _sorted_settings(settings: dict[str, SettingValue]) -> Settings:
    for name, value in settings.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise EditError(f'The setting "{name}" must be a finite number, not {value}.')
    return tuple(sorted(settings.items()))


def _checked_adapters(adapters: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    lowest, highest = STRENGTH_RANGE
    for name, strength in adapters:
        if not lowest <= strength <= highest:
            raise EditError(
                f'The strength of adapter "{name}" must be a number from {lowest:g} to {highest:g}.'
            )
    names = [name for name, _ in adapters]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise EditError(f'The adapter "{twice}" is named twice; give it one strength.')
    return adapters


def _still_muted(region: Region, adapters: tuple[tuple[str, float], ...]) -> tuple[str, ...]:
    return tuple(name for name, _ in adapters if name in region.muted_adapters)


def _stored_status(status: RegionStatus) -> RegionStatus:
    if status in (RegionStatus.QUEUED, RegionStatus.MAKING):
        raise EditError(f'Only the job queue can say "{status.value}" of a region.')
    return status


def _checked_fade(length_samples: int) -> int:
    if length_samples < 0:
        raise EditError(f"A fade can't be {length_samples} samples long.")
    return length_samples
