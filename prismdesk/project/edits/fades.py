"""Edits of fades: a clip's own, and crossfades between neighbours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.project.edits.arguments import between
from prismdesk.project.edits.lane_layout import arrange, neighbours_of
from prismdesk.project.errors import EditError
from prismdesk.project.lookup import (
    called,
    clip_of,
    lane_of_clip,
    replace_clip,
    replace_lane,
    sound_of,
)
from prismdesk.project.model import Clip, Fade, FadeShape

if TYPE_CHECKING:
    from prismdesk.project.ids import ClipId
    from prismdesk.project.model import Project


def set_clip_fade_in(
    project: Project,
    clip_id: ClipId,
    length_samples: int,
    *,
    shape: FadeShape | None = None,
    clamped: bool = False,
) -> Project:
    r"""Set the fade at a clip's start.

    ::

        before  [AAAAAA\]      after  [/AAAA\]

    The fade in of a crossfade keeps its length (``crossfade`` sets that); its shape may change.

    Args:
        project: the project.
        clip_id: the clip.
        length_samples: 0 for none; at most what the fade out leaves.
        shape: how the gain moves; as before if None.
        clamped: stop at the limit instead of refusing to go past it.

    Raises:
        EditError: there is no such clip, or the length is not possible; the limits are told.
    """
    clip = clip_of(project, clip_id)
    around = neighbours_of(lane_of_clip(project, clip_id), clip_id)
    what = f'The fade in of clip "{called(clip)}"'
    _check_not_crossfaded(what, length_samples, around.crossfade_in_samples)
    room = clip.length_samples - clip.fade_out.length_samples
    length = between(length_samples, 0, room, what=what, clamped=clamped)
    return replace_clip(project, replace(clip, fade_in=Fade(length, shape or clip.fade_in.shape)))


def set_clip_fade_out(
    project: Project,
    clip_id: ClipId,
    length_samples: int,
    *,
    shape: FadeShape | None = None,
    clamped: bool = False,
) -> Project:
    r"""Set the fade at a clip's end; else as ``set_clip_fade_in``.

    ::

        before  [/AAAAAA]      after  [/AAAA\]
    """
    clip = clip_of(project, clip_id)
    around = neighbours_of(lane_of_clip(project, clip_id), clip_id)
    what = f'The fade out of clip "{called(clip)}"'
    _check_not_crossfaded(what, length_samples, around.crossfade_out_samples)
    room = clip.length_samples - clip.fade_in.length_samples
    length = between(length_samples, 0, room, what=what, clamped=clamped)
    return replace_clip(project, replace(clip, fade_out=Fade(length, shape or clip.fade_out.shape)))


def _check_not_crossfaded(what: str, length_samples: int, crossfade_samples: int) -> None:
    if crossfade_samples and length_samples != crossfade_samples:
        raise EditError(
            f"{what} is part of a crossfade of {crossfade_samples} samples; "
            "change the crossfade instead."
        )


def crossfade(
    project: Project,
    earlier_id: ClipId,
    later_id: ClipId,
    length_samples: int,
    *,
    shape: FadeShape = FadeShape.EQUAL_POWER,
) -> Project:
    r"""Crossfade two neighbours that touch, or change the crossfade they have.

    ::

        before  [AAAAAA][BBBBBB]
                        |
        after   [AAAAA\\\]            A is extended by what its source has after it,
                     [///BBBBB]       B by what its source has before it

    The crossfade lies centred on the join (of a crossfade there already: on its middle); where
    one source is too short it moves towards the other. Its ends stop at the clips' other fades.
    Both fades get its length and shape. Length 0 makes a plain cut at the join.

    Args:
        project: the project.
        earlier_id: the clip that fades out.
        later_id: the next clip of the lane, which fades in.
        length_samples: 0 or more.
        shape: ``EQUAL_POWER`` for unlike sounds, ``LINEAR`` or ``S_CURVE`` for equal ones.

    Raises:
        EditError: there is no such clip, they are not neighbours that touch, or the sources
            don't reach; the longest possible crossfade is told.
    """
    lane = lane_of_clip(project, earlier_id)
    earlier, later = clip_of(project, earlier_id), clip_of(project, later_id)
    if neighbours_of(lane, earlier_id).later != later or earlier.end_samples < later.start_samples:
        raise EditError(
            f'Clips "{earlier_id}" and "{later_id}" can\'t be crossfaded: the second must follow '
            "the first on its lane without a hole."
        )
    start = _crossfade_start(project, earlier, later, length_samples)
    moved_samples = start - later.start_samples
    fade = Fade(length_samples, shape)
    faded_out = replace(
        earlier, length_samples=start + length_samples - earlier.start_samples, fade_out=fade
    )
    faded_in = replace(
        later,
        start_samples=start,
        source_start_samples=later.source_start_samples + moved_samples,
        length_samples=later.length_samples - moved_samples,
        fade_in=fade,
    )
    others = (clip for clip in lane.clips if clip.id not in (earlier_id, later_id))
    return replace_lane(project, arrange(lane, (*others, faded_out, faded_in)))


def _crossfade_start(project: Project, earlier: Clip, later: Clip, length_samples: int) -> int:
    """Return where a crossfade begins: as near to centred on the join as the clips allow."""
    sound = sound_of(project, earlier.media_id, earlier.stream_index)
    source_end = earlier.start_samples - earlier.source_start_samples + sound.length_samples
    first = max(
        0,
        later.start_samples - later.source_start_samples,
        earlier.start_samples + max(1 - length_samples, earlier.fade_in.length_samples),
    )
    last = min(
        source_end,
        later.end_samples - max(1 - length_samples, later.fade_out.length_samples),
    )
    if not 0 <= length_samples <= last - first:
        raise EditError(
            f'Clips "{earlier.id}" and "{later.id}" can be crossfaded over 0 to '
            f"{max(0, last - first)} samples, not {length_samples}."
        )
    join = (earlier.end_samples + later.start_samples) // 2
    return min(max(join - length_samples // 2, first), last - length_samples)
