"""Edits of clips: add, split, trim, slip, move, delete, gain, mute, name.

In the drawings letters are samples of a clip's source, ``.`` is nothing, and the clip edited is
in brackets. Fades and crossfades are in ``fades``; how lanes stay in order in ``lane_layout``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.project.edits.arguments import between, finite_gain, unused_id, valid_position
from prismdesk.project.edits.lane_layout import (
    Neighbours,
    arrange,
    head_of,
    neighbours_of,
    shift_clip,
    tail_of,
)
from prismdesk.project.edits.ripple import (
    MakeId,
    RippleMode,
    insert_time,
    remove_time,
    ripple_scope,
    shift_from,
)
from prismdesk.project.errors import EditError
from prismdesk.project.ids import ClipId, LaneId, new_id
from prismdesk.project.lookup import (
    clip_of,
    lane_of,
    lane_of_clip,
    replace_clip,
    replace_lane,
    sound_of,
    track_of_lane,
)
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from prismdesk.project.model import Clip, Lane, Project


def add_clip(project: Project, lane_id: LaneId, clip: Clip) -> Project:
    """Lay a clip on a free place of a lane.

    ::

        before  AAA......CCC      after  AAA.[BBB].CCC

    Fades longer than the clip are shortened.

    Raises:
        EditError: its id is used, its source doesn't exist or is too short, or the place is taken.
    """
    unused_id(project, clip.id)
    finite_gain(clip.gain_db)
    if min(clip.fade_in.length_samples, clip.fade_out.length_samples) < 0:
        raise EditError(f'Clip "{clip.id}" has a fade of negative length.')
    sound = sound_of(project, clip.media_id, clip.stream_index)
    source_end = clip.source_start_samples + clip.length_samples
    if (
        clip.length_samples <= 0
        or clip.source_start_samples < 0
        or source_end > sound.length_samples
    ):
        raise EditError(
            f'Clip "{clip.id}" would take [{clip.source_start_samples}, {source_end}) from a '
            f"source of {sound.length_samples} samples."
        )
    lane = lane_of(project, lane_id)
    return replace_lane(project, arrange(lane, (*lane.clips, clip)))


def split_clip(
    project: Project, clip_id: ClipId, at_samples: int, *, new_clip_id: ClipId | None = None
) -> Project:
    r"""Cut a clip in two that sound as one; the later part gets a new id.

    ::

        before  [ABCDEF]      after  [ABC][DEF]

    The fade in stays with the earlier part, the fade out with the later. A cut under a fade
    shortens it to its part, so the fade is complete at the cut::

        before  /ABCDEF      cut in the fade:  /AB|CDEF

    Args:
        project: the project.
        clip_id: the clip.
        at_samples: position on the timeline, inside the clip, outside its crossfades.
        new_clip_id: for the later part; random if None.

    Raises:
        EditError: there is no such clip, or the position is not inside it or in a crossfade.
    """
    lane, clip = lane_of_clip(project, clip_id), clip_of(project, clip_id)
    around = neighbours_of(lane, clip_id)
    between(
        at_samples,
        clip.start_samples + max(1, around.crossfade_in_samples),
        clip.end_samples - max(1, around.crossfade_out_samples),
        what=f'The cut of clip "{clip_id}"',
        clamped=False,
    )
    later_id = new_clip_id or ClipId(new_id("clip"))
    unused_id(project, later_id)
    later = replace(tail_of(clip, at_samples), id=later_id)
    others = (other for other in lane.clips if other.id != clip_id)
    return replace_lane(project, arrange(lane, (*others, head_of(clip, at_samples), later)))


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
        what=f'The start of clip "{clip_id}"',
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
        what=f'The end of clip "{clip_id}"',
        clamped=clamped,
    )
    trimmed = replace(clip, length_samples=to_samples - clip.start_samples)
    if ripple is RippleMode.OFF:
        return _with_clip(project, lane, trimmed)
    by_samples = to_samples - clip.end_samples
    at_samples = clip.end_samples + min(0, by_samples)
    return _ripple_trim(project, lane, trimmed, at_samples, by_samples, ripple, make_id)


def slip_clip(
    project: Project, clip_id: ClipId, by_samples: int, *, clamped: bool = False
) -> Project:
    """Shift the source under a clip that stays where it is.

    ::

        before  ..[cdef]..      by 1  ..[defg]..

    Args:
        project: the project.
        clip_id: the clip.
        by_samples: positive takes later source.
        clamped: stop at the source's ends instead of refusing to go past them.

    Raises:
        EditError: there is no such clip, or the source doesn't reach; the limits are told.
    """
    clip = clip_of(project, clip_id)
    sound = sound_of(project, clip.media_id, clip.stream_index)
    source_start = between(
        clip.source_start_samples + by_samples,
        0,
        sound.length_samples - clip.length_samples,
        what=f'The source start of clip "{clip_id}"',
        clamped=clamped,
    )
    return replace_clip(project, replace(clip, source_start_samples=source_start))


def move_clip(
    project: Project,
    clip_id: ClipId,
    start_samples: int,
    *,
    lane_id: LaneId | None = None,
    ripple: RippleMode = RippleMode.OFF,
) -> Project:
    """Move a clip in time, or to another lane.

    ::

        before  [AA]....BB      after  ..[AA]..BB

    A crossfade with a neighbour gets shorter or longer; once apart, both keep a plain fade. With
    ripple, everything in scope that starts with the clip or later moves by the same, and nothing
    is cut::

        before  XX[AA].BB       ripple  XX..[AA].BB

    Args:
        project: the project.
        clip_id: the clip.
        start_samples: where it shall start.
        lane_id: where to lay it; its own lane if None.
        ripple: what moves along; only on its own lane.

    Raises:
        EditError: there is no such clip or lane, the place is taken, or it lies before the film.
    """
    valid_position(start_samples)
    lane, clip = lane_of_clip(project, clip_id), clip_of(project, clip_id)
    by_samples = start_samples - clip.start_samples
    others = tuple(other for other in lane.clips if other.id != clip_id)
    moved = shift_clip(clip, by_samples)
    if lane_id is not None and lane_id != lane.id:
        if ripple is not RippleMode.OFF:
            raise EditError("A clip that goes to another lane can't ripple; turn ripple off.")
        target = lane_of(project, lane_id)
        project = replace_lane(project, arrange(lane, others))
        return replace_lane(project, arrange(target, (*target.clips, moved)))
    if ripple is RippleMode.OFF:
        return replace_lane(project, arrange(lane, (*others, moved)))
    scope = ripple_scope(project, ripple, track_of_lane(project, lane.id).id)
    return shift_from(project, clip.start_samples, by_samples, scope)


def delete_clip(
    project: Project,
    clip_id: ClipId,
    *,
    ripple: RippleMode = RippleMode.OFF,
    make_id: MakeId = new_id,
) -> Project:
    """Take a clip off its lane.

    ::

        before  AA[BB]CC      after  AA....CC      ripple  AACC

    Neighbours it was crossfaded with keep plain fades. With ripple, the time that it alone
    filled on its lane is taken out; on other lanes that ripple, what lies there is cut away.

    Args:
        project: the project.
        clip_id: the clip.
        ripple: what moves up.
        make_id: for the later parts of what the ripple cuts on other lanes.

    Raises:
        EditError: there is no such clip.
    """
    lane, clip = lane_of_clip(project, clip_id), clip_of(project, clip_id)
    around = neighbours_of(lane, clip_id)
    index = lane.clips.index(clip)
    earlier, later = lane.clips[:index], lane.clips[index + 1 :]
    alone = SampleRange(
        clip.start_samples + around.crossfade_in_samples,
        clip.end_samples - around.crossfade_out_samples,
    )
    if ripple is RippleMode.OFF or alone.is_empty():
        return replace_lane(project, arrange(lane, (*earlier, *later)))
    scope = ripple_scope(project, ripple, track_of_lane(project, lane.id).id)
    project = remove_time(project, alone, scope, make_id=make_id)
    moved_up = (shift_clip(other, -alone.length_samples) for other in later)
    return replace_lane(project, arrange(lane, (*earlier, *moved_up)))


def set_clip_gain(project: Project, clip_id: ClipId, gain_db: float) -> Project:
    """Set a clip's gain in dB: before ``[AAA]`` at 0 dB, after ``[aaa]`` at -6 dB.

    Raises:
        EditError: there is no such clip, or the gain is no finite number.
    """
    return replace_clip(project, replace(clip_of(project, clip_id), gain_db=finite_gain(gain_db)))


def mute_clip(project: Project, clip_id: ClipId, is_muted: bool) -> Project:
    """Mute or unmute a clip: before ``[AAA]``, after ``(AAA)``, in place but silent.

    Raises:
        EditError: there is no such clip.
    """
    return replace_clip(project, replace(clip_of(project, clip_id), is_muted=is_muted))


def rename_clip(project: Project, clip_id: ClipId, name: str) -> Project:
    """Name a clip: before ``[steps]``, after ``[steps on gravel]``.

    Raises:
        EditError: there is no such clip.
    """
    return replace_clip(project, replace(clip_of(project, clip_id), name=name))


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
