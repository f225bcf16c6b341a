"""Gaps become regions, all of them in one step of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.media.gaps import GapKind, GapPlace
from prismdesk.project.edits.regions import add_region
from prismdesk.project.ids import RegionId, new_id
from prismdesk.project.model import Region, Task
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.media.gaps import Gap
    from prismdesk.project.model import Project, Track
    from prismdesk.session.session import Session

LEAST_CONFIDENCE = 0.5
_NAMES = {GapKind.DROPOUT: "Dropout", GapKind.SILENCE: "Silence", GapKind.CLICK: "Click"}


def mark_gaps(
    session: Session, gaps: Sequence[Gap], *, track: Track, end_samples: int, engine: str
) -> tuple[RegionId, ...]:
    """Make a region of every gap that is worth mending, as one step of the history.

    Args:
        session: the open project.
        gaps: positions in samples at the project's rate.
        track: where they were found; its first lane gets the regions.
        end_samples: where the picture ends.
        engine: which is to make the sound.

    Returns:
        The regions' ids, in the order of the gaps.
    """
    worth_it = tuple(gap for gap in gaps if is_worth_mending(gap))
    regions = gap_regions(worth_it, track=track, end_samples=end_samples, engine=engine)
    session.store.apply(f"Mark {len(regions)} gaps", lambda project: with_regions(project, regions))
    return tuple(region.id for region in regions)


def is_worth_mending(gap: Gap) -> bool:
    """Whether a gap is worth proposing: confidence from 0.5, and not at the head.

    Silence at the head is often meant.
    """
    return gap.confidence >= LEAST_CONFIDENCE and gap.place in (GapPlace.MIDDLE, GapPlace.TAIL)


def gap_regions(
    gaps: Sequence[Gap], *, track: Track, end_samples: int, engine: str
) -> tuple[Region, ...]:
    """Return a region for every gap: to be inpainted, or continued where the sound ends for good.

    A silence that reaches the end of the picture is an end that came too early.
    """
    return tuple(
        Region(
            id=RegionId(new_id("region")),
            track_id=track.id,
            lane_ids=(track.lanes[0].id,),
            range=SampleRange(gap.range.start_samples, min(gap.range.end_samples, end_samples)),
            task=Task.CONTINUE if gap.range.end_samples >= end_samples else Task.INPAINT,
            name=f"{_NAMES[gap.kind]} {number}",
            engine=engine,
        )
        for number, gap in enumerate(gaps, 1)
    )


def with_regions(project: Project, regions: Sequence[Region]) -> Project:
    """Return the project with these regions added."""
    for region in regions:
        project = add_region(project, region)
    return project
