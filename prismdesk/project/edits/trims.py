"""Edits of a clip's edges.

In the drawings letters are samples of a clip's source, ``.`` is nothing, and the clip edited is
in brackets.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.project.edits.arguments import between
from prismdesk.project.edits.lane_layout import Neighbours, arrange, neighbours_of, shift_clip
from prismdesk.project.edits.ripple import (
    MakeId,
    RippleMode,
    insert_time,
    remove_time,
    ripple_scope,
)
from prismdesk.project.ids import ClipId, new_id
from prismdesk.project.lookup import (
    called,
    clip_of,
    lane_of_clip,
    replace_lane,
    sound_of,
    track_of_lane,
)
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from prismdesk.project.model import Clip, Lane, Project


def trim_clip_start(
    project: Project,
    clip_id: ClipId,
    to_samples: int,
    *,
    ripple: RippleMode = RippleMode.OFF,
    clamped: bool = False,
    make_id: MakeId = new_id,
) -> Project:
    """Move a clip's start, its sound staying in place.

    ::

        before  AAA...[cdef]      later    AAA.....[ef]
                                  earlier  AAA.[abcdef]   as far as the source and A reach

    A start in a crossfade may move either way: the crossfade gets shorter or longer. With ripple
    the clip keeps its place and gets shorter or longer, and what follows its end moves::

        before  AAA[cdef]GG       ripple, two later    AAA[ef]GG

    On other lanes that ripple, the time between old and new start is taken out or put in.

    Args:
        project: the project.
        clip_id: the clip.
        to_samples: where on the timeline the first sample kept lies now.
        ripple: what moves up.
        clamped: stop at the limit instead of refusing to go past it.
        make_id: for the later parts of what the ripple cuts on other lanes.

    Raises:
        EditError: there is no such clip, or the position is past a limit, which is told.
    """
    lane, clip = lane_of_clip(project, clip_id), clip_of(project, clip_id)
    around = neighbours_of(lane, clip_id)
    kept = around.crossfade_out_samples
    if ripple is not RippleMode.OFF:
        kept += around.crossfade_in_samples
    earliest = clip.start_samples - clip.source_start_samples
    if ripple is RippleMode.OFF:
        earliest = max(earliest, _earliest_start(around))
    to_samples = between(
        to_samples,
        earliest,
        clip.end_samples - max(1, kept),
        what=f'The start of clip "{called(clip)}"',
        clamped=clamped,
    )
    by_samples = to_samples - clip.start_samples
    trimmed = replace(
        clip,
        source_start_samples=clip.source_start_samples + by_samples,
        length_samples=clip.length_samples - by_samples,
    )
    if ripple is RippleMode.OFF:
        return _with_clip(project, lane, shift_clip(trimmed, by_samples))
    return _ripple_trim(project, lane, trimmed, clip.start_samples, -by_samples, ripple, make_id)


def trim_clip_end(
    project: Project,
    clip_id: ClipId,
    to_samples: int,
    *,
    ripple: RippleMode = RippleMode.OFF,
    clamped: bool = False,
    make_id: MakeId = new_id,
) -> Project:
    """Move a clip's end, its sound staying in place.

    ::

        before  [abcd]...GG      earlier  [ab].....GG
                                 later    [abcdef].GG   as far as the source and G reach

    An end in a crossfade may move either way: the crossfade gets shorter or longer. With ripple
    what follows moves along; a crossfade at the end keeps its length::

        before  [abcd]GG         ripple, two earlier  [ab]GG

    On other lanes that ripple, the time between old and new end is taken out or put in.

    Args:
        project: the project.
        clip_id: the clip.
        to_samples: the first sample after the clip.
        ripple: what moves along.
        clamped: stop at the limit instead of refusing to go past it.
        make_id: for the later parts of what the ripple cuts on other lanes.

    Raises:
        EditError: there is no such clip, or the position is past a limit, which is told.
    """
    lane, clip = lane_of_clip(project, clip_id), clip_of(project, clip_id)
    around = neighbours_of(lane, clip_id)
    sound = sound_of(project, clip.media_id, clip.stream_index)
    latest = clip.end_samples + (
        sound.length_samples - clip.source_start_samples - clip.length_samples
    )
    kept = around.crossfade_in_samples
    if ripple is RippleMode.OFF:
        latest = min(latest, _latest_end(around, latest))
    else:
        kept += around.crossfade_out_samples
    to_samples = between(
        to_samples,
        clip.start_samples + max(1, kept),
        latest,
        what=f'The end of clip "{called(clip)}"',
        clamped=clamped,
    )
    trimmed = replace(clip, length_samples=to_samples - clip.start_samples)
    if ripple is RippleMode.OFF:
        return _with_clip(project, lane, trimmed)
    by_samples = to_samples - clip.end_samples
    at_samples = clip.end_samples + min(0, by_samples)
    return _ripple_trim(project, lane, trimmed, at_samples, by_samples, ripple, make_id)


def _earliest_start(around: Neighbours) -> int:
    """Return where the earlier neighbour stops a start, growing a crossfade if there is one."""
    earlier = around.earlier
    if earlier is None:
        return 0
    if around.crossfade_in_samples:
        return earlier.start_samples + earlier.fade_in.length_samples
    return earlier.end_samples


def _latest_end(around: Neighbours, otherwise: int) -> int:
    """Return where the later neighbour stops an end, growing a crossfade if there is one."""
    later = around.later
    if later is None:
        return otherwise
    if around.crossfade_out_samples:
        return later.end_samples - later.fade_out.length_samples
    return later.start_samples


def _with_clip(project: Project, lane: Lane, clip: Clip) -> Project:
    others = (other for other in lane.clips if other.id != clip.id)
    return replace_lane(project, arrange(lane, (*others, clip)))


def _ripple_trim(
    project: Project,
    lane: Lane,
    trimmed: Clip,
    at_samples: int,
    by_samples: int,
    ripple: RippleMode,
    make_id: MakeId,
) -> Project:
    """Ripple every lane in scope, then give the clip's own the trimmed clip and what follows.

    Args:
        project: the project.
        lane: the clip's lane as it was.
        trimmed: the clip, starting where it did.
        at_samples: where time is taken out or put in.
        by_samples: how much longer the clip is (negative: shorter).
        ripple: what moves.
        make_id: for new ids.
    """
    index = next(i for i, clip in enumerate(lane.clips) if clip.id == trimmed.id)
    following = (shift_clip(later, by_samples) for later in lane.clips[index + 1 :])
    arranged = arrange(lane, (*lane.clips[:index], trimmed, *following))
    scope = ripple_scope(project, ripple, track_of_lane(project, lane.id).id)
    if by_samples < 0:
        span = SampleRange(at_samples, at_samples - by_samples)
        project = remove_time(project, span, scope, make_id=make_id)
    elif by_samples > 0:
        project = insert_time(project, at_samples, by_samples, scope, make_id=make_id)
    return replace_lane(project, arranged)
