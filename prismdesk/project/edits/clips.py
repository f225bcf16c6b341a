"""Edits of clips: add, split, slip, move, delete, gain, mute, name.

In the drawings letters are samples of a clip's source, ``.`` is nothing, and the clip edited is
in brackets. Trims are in ``trims``, fades and crossfades in ``fades``; ``lane_layout`` keeps lanes
in order.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.project.edits.arguments import between, finite_gain, unused_id, valid_position
from prismdesk.project.edits.lane_layout import (
    arrange,
    head_of,
    neighbours_of,
    shift_clip,
    tail_of,
)
from prismdesk.project.edits.ripple import (
    MakeId,
    RippleMode,
    remove_time,
    ripple_scope,
    shift_from,
)
from prismdesk.project.errors import EditError
from prismdesk.project.ids import ClipId, LaneId, new_id
from prismdesk.project.lookup import (
    called,
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
    from prismdesk.project.model import Clip, Project


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
        what=f'The cut of clip "{called(clip)}"',
        clamped=False,
    )
    later_id = new_clip_id or ClipId(new_id("clip"))
    unused_id(project, later_id)
    later = replace(tail_of(clip, at_samples), id=later_id)
    others = (other for other in lane.clips if other.id != clip_id)
    return replace_lane(project, arrange(lane, (*others, head_of(clip, at_samples), later)))


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
        what=f'The source start of clip "{called(clip)}"',
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
