"""What is measured of a region's seams, as it is heard: for window and commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.media.comping import take_runs
from prismdesk.media.mixdown import lane_sound
from prismdesk.media.seams import (
    AROUND_SECONDS,
    WINDOW_SECONDS,
    SeamFigures,
    SeamLimits,
    measure_seam,
    usual_limits,
)
from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled
from prismdesk.project.edits.seams import SeamEnd, seam_shift_samples, seam_take
from prismdesk.project.edits.takes import choose_take
from prismdesk.project.lookup import region_of, region_of_take
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from prismdesk.media.audio import AudioBlock
    from prismdesk.media.sounds import Sounds
    from prismdesk.project.ids import RegionId, TakeId
    from prismdesk.project.model import Project, Region


@dataclass(frozen=True, slots=True, kw_only=True)
class Seam:
    """One seam of a region: where it lies, how far it was shifted, what was measured there.

    ``kept_samples`` is how much sound the take keeps beyond the seam.
    """

    end: SeamEnd
    at_samples: int
    shift_samples: int
    kept_samples: int
    figures: SeamFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionSeams:
    """Both seams of a region as it was measured, and the limits they are held to."""

    region: Region
    seams: tuple[Seam, Seam]
    limits: SeamLimits

    @property
    def exceeded(self) -> tuple[str, ...]:
        """What is beyond its limit: "level step in", "click out"."""
        return tuple(
            f"{name} {seam.end.value}"
            for seam in self.seams
            for name in self.limits.exceeded(seam.figures)
        )

    @property
    def is_within(self) -> bool:
        """Whether nothing is beyond its limit."""
        return not self.exceeded

    @property
    def verdict(self) -> str:
        """The outcome in two or three words."""
        return "Within limits" if self.is_within else "Beyond limits"


def measure_seams(
    project: Project,
    sounds: Sounds,
    region_id: RegionId,
    *,
    take_id: TakeId | None = None,
    cancelled: IsCancelled = never_cancelled,
) -> RegionSeams | None:
    """Measure a region's seams on what its lanes sound; None where no take is heard in it.

    Args:
        project: what is edited.
        sounds: where the sound of media and takes is read.
        region_id: the region.
        take_id: measure as if this take were chosen; None takes what is.
        cancelled: asked between parts of the work.

    Raises:
        EditError: there is no such region or take.
        MediaError: a file is missing or unlike what the project says of it.
        Cancelled: as told.
    """
    heard = project if take_id is None else as_if_chosen(project, take_id)
    region = region_of(heard, region_id)
    runs = take_runs(region)
    if not runs:
        return None
    start, end = runs[0].range.start_samples, runs[-1].range.end_samples
    rate_hz = project.rate_hz
    around, window = round(AROUND_SECONDS * rate_hz), round(WINDOW_SECONDS * rate_hz)
    before = _lane(heard, sounds, region, SampleRange(max(0, start - around), start))
    raise_if_cancelled(cancelled)
    after = _lane(heard, sounds, region, SampleRange(end, end + around))
    raise_if_cancelled(cancelled)
    first = _lane(heard, sounds, region, SampleRange(start, min(start + window, end)))
    last = _lane(heard, sounds, region, SampleRange(max(end - window, start), end))
    raise_if_cancelled(cancelled)
    return RegionSeams(
        region=region,
        seams=(
            _seam(region, SeamEnd.IN, start, measure_seam(before, first, rate_hz)),
            _seam(region, SeamEnd.OUT, end, measure_seam(after[:, ::-1], last[:, ::-1], rate_hz)),
        ),
        limits=usual_limits([before, after], rate_hz),
    )


def as_if_chosen(project: Project, take_id: TakeId) -> Project:
    """Return a project in which a take is heard: as it is if it is already.

    Raises:
        EditError: there is no such take.
    """
    region = region_of_take(project, take_id)
    is_heard = any(segment.take_id == take_id for segment in region.comp)
    return project if is_heard else choose_take(project, take_id)


def _lane(project: Project, sounds: Sounds, region: Region, span: SampleRange) -> AudioBlock:
    audio, _ = lane_sound(project, sounds, region.track_id, region.lane_ids, span)
    return audio


def _seam(region: Region, end: SeamEnd, at_samples: int, figures: SeamFigures) -> Seam:
    take = seam_take(region, end)
    kept = 0
    if take is not None:
        sound = take.sound_range
        is_in = end is SeamEnd.IN
        kept = at_samples - sound.start_samples if is_in else sound.end_samples - at_samples
    return Seam(
        end=end,
        at_samples=at_samples,
        shift_samples=seam_shift_samples(region, end),
        kept_samples=max(0, kept),
        figures=figures,
    )
