"""Where a dragged position catches: edits, regions, markers, cuts, playhead, marks, frames. No Qt.

Edges of things catch from some pixels away; failing these, the nearest frame catches from half
as far, so that one can still drop something between two edits.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.project.lookup import clips_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from prismdesk.project.model import Project
    from prismdesk.project.timebase import SampleRange
    from prismdesk.ui.times import Times


@dataclass(frozen=True, slots=True)
class Snapped:
    """Where a position came to lie; ``target_samples`` is what it caught on, None for nothing."""

    samples: int
    target_samples: int | None = None


def targets_of(
    project: Project,
    *,
    cuts: Iterable[int] = (),
    playhead: int | None = None,
    marks: SampleRange | None = None,
    without: Collection[str] = (),
) -> tuple[int, ...]:
    """Return the positions that catch, ascending, each once.

    Args:
        project: gives the edges of clips and regions, the markers, and 0.
        cuts: where shots begin.
        playhead: where it stands; None leaves it out.
        marks: the marked time.
        without: ids of what is being dragged: it doesn't catch on itself.
    """
    found = {0, *cuts}
    for clip in clips_of(project):
        if clip.id not in without:
            found |= {clip.start_samples, clip.end_samples}
    for region in project.regions:
        if region.id not in without:
            found |= {region.range.start_samples, region.range.end_samples}
    found |= {marker.position_samples for marker in project.markers if marker.id not in without}
    if playhead is not None:
        found.add(playhead)
    if marks is not None:
        found |= {marks.start_samples, marks.end_samples}
    return tuple(sorted(found))


def nearest(targets: Sequence[int], samples: int) -> int | None:
    """Return the target that lies nearest, the earlier of two; None if there are none."""
    place = bisect_left(targets, samples)
    near = targets[max(0, place - 1) : place + 1]
    return min(near, key=lambda target: (abs(target - samples), target), default=None)


def snap(
    samples: int, targets: Sequence[int], *, within_samples: int, times: Times | None = None
) -> Snapped:
    """Return where a position comes to lie.

    Args:
        samples: where the pointer has it.
        targets: positions that catch, ascending.
        within_samples: how far away they do.
        times: gives the frames that catch where no target does; None for none.
    """
    target = nearest(targets, samples)
    if target is not None and abs(target - samples) <= within_samples:
        return Snapped(target, target)
    if times is not None and samples >= 0:
        frame = times.frame_at(samples)
        frames = (times.frame_start(frame), times.frame_start(frame + 1))
        start = min(frames, key=lambda position: abs(position - samples))
        # Zoomed in so far that a frame is wide, the places inside it can be reached.
        if abs(start - samples) <= max(within_samples // 2, 1):
            return Snapped(start)
    return Snapped(samples)


def snap_span(
    start_samples: int,
    length_samples: int,
    targets: Sequence[int],
    *,
    within_samples: int,
    times: Times | None = None,
) -> Snapped:
    """Return where a dragged stretch comes to begin: whichever of its ends lies nearer catches."""
    end_samples = start_samples + length_samples
    by_start = snap(start_samples, targets, within_samples=within_samples)
    by_end = snap(end_samples, targets, within_samples=within_samples)
    start_moves = abs(by_start.samples - start_samples)
    end_moves = abs(by_end.samples - end_samples)
    if by_start.target_samples is not None and (
        by_end.target_samples is None or start_moves <= end_moves
    ):
        return by_start
    if by_end.target_samples is not None:
        return Snapped(by_end.samples - length_samples, by_end.target_samples)
    return snap(start_samples, (), within_samples=within_samples, times=times)
