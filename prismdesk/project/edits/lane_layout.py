"""How clips lie on a lane: who touches whom, which overlaps are crossfades, where to cut.

The rules behind every clip edit:

* A new overlap arises only from ``fades.crossfade``; any other edit that would make one is
  refused.
* A crossfade that is there follows its overlap: move one clip and both fades get the length of
  what still overlaps. Once the clips are apart their fades stay as plain fades.
* A plain fade that no longer fits its clip is shortened, the fade in giving way first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from prismdesk.project.consistency import LATEST_SAMPLES
from prismdesk.project.errors import EditError
from prismdesk.project.lookup import called, sort_clips
from prismdesk.project.model import Clip, Fade, Lane

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prismdesk.project.ids import ClipId

NO_FADE = Fade()


def overlap_samples(earlier: Clip, later: Clip) -> int:
    """Return how far two clips, in lane order, overlap; 0 if they don't."""
    return max(0, earlier.end_samples - later.start_samples)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What lies next to a clip on its lane, and how far it is crossfaded with each."""

    earlier: Clip | None
    later: Clip | None
    crossfade_in_samples: int
    crossfade_out_samples: int


def neighbours_of(lane: Lane, clip_id: ClipId) -> Neighbours:
    """Return the neighbours of a clip that is on the lane."""
    index = next(i for i, clip in enumerate(lane.clips) if clip.id == clip_id)
    clip = lane.clips[index]
    earlier = lane.clips[index - 1] if index > 0 else None
    later = lane.clips[index + 1] if index + 1 < len(lane.clips) else None
    return Neighbours(
        earlier,
        later,
        overlap_samples(earlier, clip) if earlier else 0,
        overlap_samples(clip, later) if later else 0,
    )


def arrange(lane: Lane, clips: Iterable[Clip]) -> Lane:
    """Return the lane holding these clips instead of its own, crossfades following overlaps.

    Args:
        lane: as it was; its overlaps are the crossfades that exist.
        clips: what it shall hold, in any order.

    Raises:
        EditError: a clip would lie before the start, or two would overlap that are not
            crossfaded, or a clip's two crossfades would meet.
    """
    crossfaded = {
        (earlier.id, later.id)
        for earlier, later in pairwise(lane.clips)
        if overlap_samples(earlier, later)
    }
    ordered = sort_clips(clips)
    overlaps = [_overlap(earlier, later, crossfaded) for earlier, later in pairwise(ordered)]
    fitted = tuple(
        fit_fades(clip, fade_in, fade_out)
        for clip, fade_in, fade_out in zip(ordered, [0, *overlaps], [*overlaps, 0], strict=False)
    )
    return lane if fitted == lane.clips else replace(lane, clips=fitted)


def _overlap(earlier: Clip, later: Clip, crossfaded: set[tuple[ClipId, ClipId]]) -> int:
    overlap = overlap_samples(earlier, later)
    is_crossfade = (
        earlier.id,
        later.id,
    ) in crossfaded or earlier.fade_out.length_samples == later.fade_in.length_samples == overlap
    if overlap and not is_crossfade:
        raise EditError(
            f'Clip "{called(earlier)}" would overlap clip "{called(later)}" by {overlap} samples; '
            "clips of a lane may only overlap in a crossfade."
        )
    return overlap


def fit_fades(clip: Clip, crossfade_in_samples: int = 0, crossfade_out_samples: int = 0) -> Clip:
    """Return the clip with fades that fit: crossfades as long as told, plain fades shortened.

    Raises:
        EditError: it starts before 0 or ends too late, or the crossfades alone don't fit.
    """
    if clip.start_samples < 0:
        raise EditError(
            f'Clip "{called(clip)}" would start {-clip.start_samples} samples before the film.'
        )
    if clip.end_samples >= LATEST_SAMPLES:
        raise EditError(f'Clip "{called(clip)}" would end later than any project can.')
    if crossfade_in_samples + crossfade_out_samples > clip.length_samples:
        raise EditError(
            f'The crossfades at both ends of clip "{called(clip)}" would meet: it is '
            f"{clip.length_samples} samples long, they need "
            f"{crossfade_in_samples + crossfade_out_samples}."
        )
    room = clip.length_samples - crossfade_in_samples
    fade_out = crossfade_out_samples or min(clip.fade_out.length_samples, room)
    room = clip.length_samples - fade_out
    fade_in = crossfade_in_samples or min(clip.fade_in.length_samples, room)
    fades = (clip.fade_in.length_samples, clip.fade_out.length_samples)
    if fades == (fade_in, fade_out):
        return clip
    return replace(
        clip,
        fade_in=replace(clip.fade_in, length_samples=fade_in),
        fade_out=replace(clip.fade_out, length_samples=fade_out),
    )


def shift_clip(clip: Clip, by_samples: int) -> Clip:
    """Return the clip later by some samples (earlier if negative); it sounds the same."""
    return replace(clip, start_samples=clip.start_samples + by_samples)


def head_of(clip: Clip, at_samples: int) -> Clip:
    """Return what a cut leaves before it: same id, no fade out, the fade in shortened to fit."""
    head = replace(clip, length_samples=at_samples - clip.start_samples, fade_out=NO_FADE)
    return fit_fades(head)


def tail_of(clip: Clip, at_samples: int) -> Clip:
    """Return what a cut leaves after it: same id, no fade in, the fade out shortened to fit."""
    cut_away = at_samples - clip.start_samples
    tail = replace(
        clip,
        start_samples=at_samples,
        source_start_samples=clip.source_start_samples + cut_away,
        length_samples=clip.length_samples - cut_away,
        fade_in=NO_FADE,
    )
    return fit_fades(tail)


def clips_before(clips: Sequence[Clip], at_samples: int) -> list[Clip]:
    """Return what a cut through a lane leaves before it.

    A cut inside a crossfade ends it: before the cut the earlier clip remains, after it the later.
    """
    kept = [clip for clip in clips if clip.end_samples <= at_samples]
    cut = [clip for clip in clips if clip.start_samples < at_samples < clip.end_samples]
    return [*kept, *(head_of(clip, at_samples) for clip in cut[:1])]


def clips_after(clips: Sequence[Clip], at_samples: int) -> list[Clip]:
    """Return what a cut through a lane leaves after it; see ``clips_before``."""
    kept = [clip for clip in clips if clip.start_samples >= at_samples]
    cut = [clip for clip in clips if clip.start_samples < at_samples < clip.end_samples]
    return [*(tail_of(clip, at_samples) for clip in cut[-1:]), *kept]
