"""Where the sounds of a region's takes begin, held against its markers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.media.onsets import find_onsets
from prismdesk.progress import IsCancelled, never_cancelled
from prismdesk.project.lookup import region_of
from prismdesk.project.timebase import SampleRange
from prismdesk.session.seams import as_if_chosen

if TYPE_CHECKING:
    from prismdesk.media.sounds import Sounds
    from prismdesk.project.ids import RegionId, TakeId
    from prismdesk.project.model import Marker, Project, Region, Take


MARKER_REACH_SECONDS = 0.5
"""How far outside the region a marker may lie and still be meant for its take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnsetReading:
    """How a take's sound lies to a marker.

    ``late_samples`` is how much later than the marker the nearest onset is; negative is earlier.
    ``is_first`` says whether that onset is the take's first in the region.
    """

    marker: Marker
    take_id: TakeId
    onset_samples: int
    is_first: bool

    @property
    def late_samples(self) -> int:
        """How much later than the marker the onset is."""
        return self.onset_samples - self.marker.position_samples


def read_onsets(
    project: Project,
    sounds: Sounds,
    region_id: RegionId,
    *,
    take_id: TakeId | None = None,
    known: dict[str, tuple[int, ...]] | None = None,
    cancelled: IsCancelled = never_cancelled,
) -> tuple[OnsetReading, ...]:
    """Say of each marker in or near a region where the nearest onset of its take lies.

    Args:
        project: what is edited.
        sounds: where the sound of takes is read.
        region_id: the region.
        take_id: the take to look at; None takes the one that is heard at the marker.
        known: onsets in takes' files by path, as found before; what is found now is put there.
        cancelled: asked between parts of the work.

    Raises:
        EditError: there is no such region or take.
        MediaError: a take's file is missing or damaged.
        Cancelled: as told.
    """
    heard = project if take_id is None else as_if_chosen(project, take_id)
    region = region_of(heard, region_id)
    in_files = {} if known is None else known
    readings = []
    for marker in markers_near(heard, region):
        take = _take_at(region, marker.position_samples)
        if take is None:
            continue
        if take.path not in in_files:
            in_files[take.path] = take_onsets(take, sounds, cancelled=cancelled)
        first = take.sound_range.start_samples
        onsets = [first + at for at in in_files[take.path]]
        if not onsets:
            continue
        nearest = min(onsets, key=lambda at: abs(at - marker.position_samples))
        start = region.range.start_samples
        readings.append(
            OnsetReading(
                marker=marker,
                take_id=take.id,
                onset_samples=nearest,
                is_first=nearest == next((at for at in onsets if at >= start), onsets[0]),
            )
        )
    return tuple(readings)


def take_onsets(
    take: Take, sounds: Sounds, *, cancelled: IsCancelled = never_cancelled
) -> tuple[int, ...]:
    """Return where things begin in a take's file, counted from its first sample.

    Raises:
        MediaError: the take's file is missing or damaged.
        Cancelled: as told.
    """
    source = sounds.take(take)
    audio = source.read(0, take.sound_range.length_samples)
    return find_onsets(audio, source.rate_hz, cancelled=cancelled)


def markers_near(project: Project, region: Region) -> tuple[Marker, ...]:
    """Return the markers in a region, in order; if there are none, those up to 0.5 s away."""
    span = region.range
    reach = round(MARKER_REACH_SECONDS * project.rate_hz)
    ordered = sorted(project.markers, key=lambda marker: marker.position_samples)
    inside = [m for m in ordered if span.start_samples <= m.position_samples < span.end_samples]
    near = SampleRange(max(0, span.start_samples - reach), span.end_samples + reach)
    return tuple(
        inside
        or [m for m in ordered if near.start_samples <= m.position_samples < near.end_samples]
    )


def _take_at(region: Region, at_samples: int) -> Take | None:
    """Return the take that is heard at a place in the region, or nearest to it."""
    if not region.comp:
        return None

    def distance(span: SampleRange) -> int:
        return max(span.start_samples - at_samples, at_samples - span.end_samples + 1, 0)

    nearest = min(region.comp, key=lambda segment: distance(segment.range))
    return next(take for take in region.takes if take.id == nearest.take_id)
