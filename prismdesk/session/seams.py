"""What is measured of a region's joins and of where its sounds begin: for window and commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.media.comping import take_runs
from prismdesk.media.mixdown import lane_sound
from prismdesk.media.onsets import find_onsets
from prismdesk.media.seams import (
    AROUND_SECONDS,
    WINDOW_SECONDS,
    SeamFigures,
    SeamLimits,
    is_beyond,
    measure_seam,
    usual_limits,
)
from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled
from prismdesk.project.edits.seams import SeamEnd, seam_shift_samples, seam_take
from prismdesk.project.edits.takes import choose_take
from prismdesk.project.lookup import region_of, region_of_take
from prismdesk.project.timebase import SampleRange
from prismdesk.session.batches import regions_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.media.audio import AudioBlock
    from prismdesk.media.sounds import Sounds
    from prismdesk.project.ids import RegionId, TakeId
    from prismdesk.project.model import Marker, Project, Region, Take

NOTHING = "–"
"""Where there is nothing to compare."""
MARKER_REACH_SECONDS = 0.5
"""How far outside the region a marker may lie and still be meant for its take."""


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


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One row of the table of seams, in words: the figures of In and Out, and their limit."""

    name: str
    figures: tuple[str, str]
    limit: str
    is_beyond: tuple[bool, bool]


def seam_figures(report: RegionSeams) -> tuple[FigureRow, ...]:
    """Return the table of a region's seams, row by row."""
    first, last = (seam.figures for seam in report.seams)
    limits = report.limits
    levels = (first.level_step_db, last.level_step_db)
    clicks = (first.click_ratio, last.click_ratio)
    spectra = (first.spectral_db, last.spectral_db)
    return (
        _row(
            "Level step",
            levels,
            limits.level_step_db,
            level_words,
            f"{limits.level_step_db:.1f} dB",
        ),
        _row("Click against slope", clicks, limits.click_ratio, click_words),
        _row("Spectral distance", spectra, limits.spectral_db, spectral_words),
    )


def level_words(step_db: float | None) -> str:
    """Return a step in level: "+0.4 dB", "−0.3 dB", "0.0 dB"."""
    if step_db is None:
        return NOTHING
    words = f"{step_db:+.1f}"
    return f"{'0.0' if words in ('+0.0', '-0.0') else words.replace('-', '−')} dB"


def click_words(ratio: float | None) -> str:
    """Return a jump over the sound's own: "0.7×"."""
    return NOTHING if ratio is None else f"{ratio:.1f}×"


def spectral_words(distance_db: float | None) -> str:
    """Return a distance in timbre: "1.9 dB"."""
    return NOTHING if distance_db is None else f"{distance_db:.1f} dB"


def _row(
    name: str,
    figures: tuple[float | None, float | None],
    limit: float,
    words: Callable[[float | None], str],
    limit_words: str = "",
) -> FigureRow:
    first, last = figures
    return FigureRow(
        name,
        (words(first), words(last)),
        limit_words or words(limit),
        (is_beyond(first, limit), is_beyond(last, limit)),
    )


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
    heard = project if take_id is None else _with_take(project, take_id)
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
    heard = project if take_id is None else _with_take(project, take_id)
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


def find_region(project: Project, text: str) -> Region:
    """Return the region of an id, a name, or a number counted along the film from 1.

    Raises:
        InputError: there is none, or several have the name.
    """
    ordered = sorted(project.regions, key=lambda region: region.range)
    is_named = any(text in (region.id, region.name) for region in ordered)
    if not is_named and text.isascii() and text.isdigit() and 1 <= int(text) <= len(ordered):
        return ordered[int(text) - 1]
    return regions_named(project, [text])[0]


def _with_take(project: Project, take_id: TakeId) -> Project:
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


def _take_at(region: Region, at_samples: int) -> Take | None:
    """Return the take that is heard at a place in the region, or nearest to it."""
    if not region.comp:
        return None

    def distance(span: SampleRange) -> int:
        return max(span.start_samples - at_samples, at_samples - span.end_samples + 1, 0)

    nearest = min(region.comp, key=lambda segment: distance(segment.range))
    return next(take for take in region.takes if take.id == nearest.take_id)
