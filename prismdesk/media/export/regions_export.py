"""Exporting regions: what is heard over each, as a float WAV that knows its place in the day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.media.comparison import dbfs
from prismdesk.media.export.check import SoundCheck
from prismdesk.media.export.report import ExportReport, SoundReport
from prismdesk.media.export.request import (
    ExportRefusedError,
    ExportRequest,
    refuse_licences,
    refuse_overwriting,
)
from prismdesk.media.export.sound_files import PartFile, part_files, writes_together
from prismdesk.media.export.summary import save_report
from prismdesk.media.export.wav_export import export_wav
from prismdesk.progress import FractionDone, IsCancelled, ignore_progress, never_cancelled
from prismdesk.project.lookup import region_of, replace_bus, replace_track
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Project, Region


def export_regions(
    request: ExportRequest,
    region_ids: Sequence[RegionId],
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> ExportReport:
    """Write what the track of each region sounds over the region, read it again, and report.

    ``request.out`` gives folder and the beginning of the names: ``Pier.wav`` makes
    ``Pier 01 Gulls.wav``. The sound is that of the region's track heard alone, its own and its
    bus's gain included, even where the track is muted. ``request.range`` isn't used.

    Raises:
        ExportRefusedError: there is no region, a target is a source, or a licence forbids it.
        MediaError: a sound is missing.
        MediaWorkError: the disk is full, the folder can't be written.
        ExportCheckError: a file doesn't read back as it was written.
        Cancelled: the work is no longer wanted. In all these cases no file is left.
    """
    project = request.project
    regions = sorted(
        (region_of(project, region_id) for region_id in region_ids), key=lambda r: r.range
    )
    if not regions:
        raise ExportRefusedError(f"No region of {project.name} is chosen; choose some or all.")
    for region in regions:
        refuse_licences(_alone(project, region), region.range, request.judge)
    parts = part_files(
        request.out,
        (f"{number:02} {region.name or region.task}" for number, region in enumerate(regions, 1)),
    )
    for part in parts:
        refuse_overwriting(replace(request, out=part.path))
    reports: list[ExportReport] = []
    with writes_together(parts):
        for region, part in zip(regions, parts, strict=True):

            def advance(fraction: float, done: int = len(reports)) -> None:
                progress((done + fraction) / len(regions))

            reports.append(_write(request, region, part, advance, cancelled))
    report = _sum(request, regions, reports, parts)
    save_report(report, request.report_path)
    return report


def _write(
    request: ExportRequest,
    region: Region,
    part: PartFile,
    progress: FractionDone,
    cancelled: IsCancelled,
) -> ExportReport:
    alone = replace(
        request,
        project=_alone(request.project, region),
        out=part.partial,
        range=region.range,
        report_path=None,
    )
    return export_wav(alone, progress=progress, cancelled=cancelled)


def _alone(project: Project, region: Region) -> Project:
    """Return the project with the region's track heard and no other."""
    for track in project.tracks:
        is_it = track.id == region.track_id
        heard = replace(track, is_soloed=is_it, is_muted=track.is_muted and not is_it)
        project = replace_track(project, heard)
    for bus in project.buses:
        project = replace_bus(project, replace(bus, is_muted=False))
    return project


def _all_heard(project: Project, regions: Sequence[Region]) -> Project:
    """Return the project with these regions alone, nothing of it muted."""
    for track in project.tracks:
        project = replace_track(project, replace(track, is_soloed=False, is_muted=False))
    for bus in project.buses:
        project = replace_bus(project, replace(bus, is_muted=False))
    return replace(project, regions=tuple(regions))


def _sum(
    request: ExportRequest,
    regions: Sequence[Region],
    reports: Sequence[ExportReport],
    parts: Sequence[PartFile],
) -> ExportReport:
    project = request.project
    span = SampleRange(
        min(report.span.start_samples for report in reports),
        max(report.span.end_samples for report in reports),
    )
    heard = _all_heard(project, regions)
    samples = sum(report.sound.samples for report in reports)
    peak_dbfs = max(report.sound.peak_dbfs for report in reports)
    notes = dict.fromkeys(
        f"{part.path.name}: {note}"
        for part, report in zip(parts, reports, strict=True)
        for note in report.notes
    )
    takes = {record["take"]: record for report in reports for record in report.takes}
    return ExportReport(
        project=project.name,
        out=request.out,
        film=request.film_path,
        container="WAV regions",
        rate_hz=project.rate_hz,
        span=span,
        sound=SoundReport(
            codec="pcm32f",
            bits=None,
            coded_rate_hz=project.rate_hz,
            layout=project.layout.value,
            samples=samples,
            peak_dbfs=peak_dbfs,
            clipped_samples=0,
            not_finite_samples=sum(report.sound.not_finite_samples for report in reports),
            silence_added_samples=0,
            cut_off_samples=0,
            original_streams=0,
        ),
        pictures=(),
        check=SoundCheck(
            samples=samples,
            samples_written=sum(report.check.samples_written for report in reports),
            is_identical=all(report.check.is_identical for report in reports),
            peak_difference_dbfs=dbfs(0.0),
            rms_difference_dbfs=dbfs(0.0),
            lags_samples=(0,),
            holes_samples=(),
        ),
        takes=tuple(takes.values()),
        credits=replace(request, project=heard).credits_for(span),
        notes=tuple(notes),
        files=tuple(part.path for part in parts),
    )
