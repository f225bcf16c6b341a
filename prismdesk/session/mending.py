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
    """Make a region of every gap: to be inpainted, or continued where the sound ends for good.

    Args:
        session: the open project.
        gaps: positions in samples at the project's rate.
        track: where they were found; its first lane gets the regions.
        end_samples: where the picture ends: a silence that reaches it is an end that came too
            early.
        engine: which is to make the sound.

    Only gaps that are worth proposing (confidence from 0.5) are marked, and none at the head,
    where silence is often meant.

    Returns:
        The regions' ids, in the order of the gaps.
    """
    regions = tuple(
        Region(
            id=RegionId(new_id("region")),
            track_id=track.id,
            lane_ids=(track.lanes[0].id,),
            range=SampleRange(gap.range.start_samples, min(gap.range.end_samples, end_samples)),
            task=Task.CONTINUE if gap.range.end_samples >= end_samples else Task.INPAINT,
            name=f"{_NAMES[gap.kind]} {number}",
            engine=engine,
        )
        for number, gap in enumerate(filter(_is_worth_mending, gaps), 1)
    )

    def mark(project: Project) -> Project:
        for region in regions:
            project = add_region(project, region)
        return project

    session.store.apply(f"Mark {len(regions)} gaps", mark)
    return tuple(region.id for region in regions)


def _is_worth_mending(gap: Gap) -> bool:
    return gap.confidence >= LEAST_CONFIDENCE and gap.place in (GapPlace.MIDDLE, GapPlace.TAIL)
