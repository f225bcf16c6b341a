"""Copying clips and laying them elsewhere. What was copied is a value of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prismdesk.project.edits.clips import add_clip
from prismdesk.project.edits.lane_layout import head_of, shift_clip, tail_of
from prismdesk.project.edits.ripple import MakeId, lift
from prismdesk.project.errors import EditError
from prismdesk.project.ids import ClipId, new_id
from prismdesk.project.lookup import clip_of, lane_of_clip, lanes_of
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Collection

    from prismdesk.project.ids import LaneId
    from prismdesk.project.model import Clip, Project


@dataclass(frozen=True, slots=True)
class CopiedClip:
    """A clip with its place: ``lane_offset`` lanes below the first copied, times from 0."""

    lane_offset: int
    clip: Clip


@dataclass(frozen=True, slots=True)
class Copied:
    """Clips in their places to each other, and how much time they were copied from."""

    clips: tuple[CopiedClip, ...]
    length_samples: int


def copy_clips(project: Project, clip_ids: Collection[ClipId]) -> Copied:
    """Copy whole clips.

    Raises:
        EditError: no clip is named, or there is no such clip.
    """
    clips = [clip_of(project, clip_id) for clip_id in clip_ids]
    if not clips:
        raise EditError("Nothing is selected, so there is nothing to copy.")
    span = SampleRange(
        min(clip.start_samples for clip in clips), max(clip.end_samples for clip in clips)
    )
    placed = [(lane_of_clip(project, clip.id).id, clip) for clip in clips]
    return _copied(project, placed, span)


def copy_span(project: Project, span: SampleRange, lane_ids: Collection[LaneId]) -> Copied:
    """Copy what lies in a stretch of time on some lanes; clips are cut at its ends.

    Raises:
        EditError: nothing lies there.
    """
    placed = [
        (lane.id, _inside(clip, span))
        for lane in lanes_of(project)
        if lane.id in lane_ids
        for clip in lane.clips
        if clip.range.overlaps(span)
    ]
    if not placed:
        raise EditError("No clip lies in the marked time, so there is nothing to copy.")
    return _copied(project, placed, span)


def paste(
    project: Project,
    copied: Copied,
    at_samples: int,
    lane_id: LaneId,
    *,
    make_id: MakeId = new_id,
) -> Project:
    """Lay copied clips at a point, the first of their lanes on ``lane_id``; they get new ids.

    ::

        before  AAAAAAAA      paste BB at |      after  AA[BB]AAAA
                  |

    What lay under them is cleared; fades at the copy's ends that were crossfades become plain.

    Raises:
        EditError: there is no such lane, not enough lanes below it, or the place can't be.
    """
    lanes = [lane.id for lane in lanes_of(project)]
    if lane_id not in lanes:
        raise EditError(f'There is no lane "{lane_id}" in the project.')
    first = lanes.index(lane_id)
    if max(piece.lane_offset for piece in copied.clips) + first >= len(lanes):
        raise EditError("There are too few lanes below this one; paste higher up or add a track.")
    span = SampleRange(at_samples, at_samples + copied.length_samples)
    targets = {lanes[first + piece.lane_offset] for piece in copied.clips}
    project = lift(project, span, lane_ids=targets, make_id=make_id)
    for piece in copied.clips:
        clip = replace(shift_clip(piece.clip, at_samples), id=ClipId(make_id("clip")))
        project = add_clip(project, lanes[first + piece.lane_offset], clip)
    return project


def _inside(clip: Clip, span: SampleRange) -> Clip:
    if clip.start_samples < span.start_samples:
        clip = tail_of(clip, span.start_samples)
    if clip.end_samples > span.end_samples:
        clip = head_of(clip, span.end_samples)
    return clip


def _copied(project: Project, placed: list[tuple[LaneId, Clip]], span: SampleRange) -> Copied:
    lanes = [lane.id for lane in lanes_of(project)]
    first = min(lanes.index(lane_id) for lane_id, _ in placed)
    return Copied(
        tuple(
            CopiedClip(lanes.index(lane_id) - first, shift_clip(clip, -span.start_samples))
            for lane_id, clip in placed
        ),
        span.length_samples,
    )
