"""What happens to a region, its takes and its comp when time moves under them.

A take stays anchored to the timeline by ``Take.region`` (see the model): shifting a region shifts
its takes; cutting a region leaves them and only shortens the comp.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.project.ids import RegionId, TakeId
from prismdesk.project.picture_mask import shifted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prismdesk.project.model import CompSegment, Region
    from prismdesk.project.timebase import SampleRange


def shift_region(region: Region, by_samples: int) -> Region:
    """Return the region with its takes and comp later by some samples; it sounds the same."""
    return replace(
        region,
        range=region.range.shifted(by_samples),
        takes=tuple(replace(take, region=take.region.shifted(by_samples)) for take in region.takes),
        comp=tuple(
            replace(segment, range=segment.range.shifted(by_samples)) for segment in region.comp
        ),
    )


def clip_comp(comp: Iterable[CompSegment], span: SampleRange) -> tuple[CompSegment, ...]:
    """Return the comp as far as it lies inside the span."""
    inside = ((segment, segment.range.intersection(span)) for segment in comp)
    return tuple(replace(segment, range=common) for segment, common in inside if common)


def cut_down(region: Region, span: SampleRange) -> Region:
    """Return the region over another stretch; takes and masks stay with the film. Same ids."""
    earlier_by = region.range.start_samples - span.start_samples
    return replace(
        region,
        range=span,
        comp=clip_comp(region.comp, span),
        drawn_masks=shifted(region.drawn_masks, earlier_by),
    )


def part_of_region(region: Region, span: SampleRange) -> Region | None:
    """Return the region cut down to what lies in a span; None if nothing does."""
    common = region.range.intersection(span)
    return None if common is None else cut_down(region, common)


def with_new_ids(region: Region, region_id: RegionId, fresh: Callable[[str], str]) -> Region:
    """Return a copy of the region under another id, its takes too; they share their WAV files."""
    take_ids = {take.id: TakeId(fresh("take")) for take in region.takes}
    return replace(
        region,
        id=region_id,
        takes=tuple(replace(take, id=take_ids[take.id]) for take in region.takes),
        comp=tuple(replace(segment, take_id=take_ids[segment.take_id]) for segment in region.comp),
    )
