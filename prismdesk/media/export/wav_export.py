"""Exporting the mix alone: a broadcast WAV in 32-bit float, exact to the sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.media.comparison import Difference, paired
from prismdesk.media.errors import MediaWorkError, write_trouble
from prismdesk.media.export.check import ExportCheckError, SoundCheck
from prismdesk.media.export.provenance import take_records
from prismdesk.media.export.quantise import SoundLevels, finite
from prismdesk.media.export.report import ExportReport
from prismdesk.media.export.request import ExportRequest, refuse_licences, refuse_overwriting
from prismdesk.media.export.summary import save_report, sound_notes, sound_report
from prismdesk.media.export.wav_metadata import (
    broadcast_extension,
    ixml,
    time_reference_samples,
)
from prismdesk.media.mixdown import BLOCK_SAMPLES, mix_blocks
from prismdesk.media.wav import WavWriter, map_wav, partial_path
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)
from prismdesk.project.lookup import picture_of, project_end_samples
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.media.audio import AudioBlock


def export_wav(
    request: ExportRequest,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> ExportReport:
    """Write the mix as a float WAV, read it again, and report.

    Without a range it covers the picture and all sound, whichever ends later. The bext time
    reference is the film's start timecode in samples since midnight, plus the range's start.

    Raises:
        ExportRefusedError: the target is a source, or a licence forbids it.
        MediaError: a sound is missing.
        MediaWorkError: the disk is full, the folder can't be written.
        Cancelled: the work is no longer wanted; nothing is left behind.
    """
    project = request.project
    refuse_overwriting(request)
    span = request.range or SampleRange(0, project_end_samples(project))
    refuse_licences(project, span, request.judge)
    levels = SoundLevels()
    try:
        _write(request, span, levels, lambda done: progress(0.6 * done), cancelled)
    except MediaWorkError as error:  # which speaks of the file beside the target
        beside, target = str(partial_path(request.out)), str(request.out)
        raise MediaWorkError(str(error).replace(beside, target)) from error
    check = _check(request, span, lambda done: progress(0.6 + 0.4 * done), cancelled)
    report = ExportReport(
        project=project.name,
        out=request.out,
        film=request.film_path,
        container="WAV",
        rate_hz=project.rate_hz,
        span=span,
        sound=sound_report(
            request, span, levels, codec="pcm32f", bits=None, coded_rate_hz=project.rate_hz
        ),
        pictures=(),
        check=check,
        takes=take_records(project, span),
        credits=request.credits_for(span),
        notes=tuple(sound_notes(request, span, levels, bits=None)),
    )
    save_report(report, request.report_path)
    return report


def _write(
    request: ExportRequest,
    span: SampleRange,
    levels: SoundLevels,
    progress: FractionDone,
    cancelled: IsCancelled,
) -> None:
    project = request.project
    picture = picture_of(project)
    reference = time_reference_samples(picture, span, rate_hz=project.rate_hz)
    takes = take_records(project, span)
    with WavWriter(
        partial_path(request.out),
        rate_hz=project.rate_hz,
        channels=project.layout.channels,
        bext=broadcast_extension(project, reference, len(takes)),
        ixml=ixml(project, picture, reference, takes),
    ) as writer:
        for block in _mix(request, span):
            raise_if_cancelled(cancelled)
            writer.write(finite(block, levels))
            progress(levels.samples / max(1, span.length_samples))


def _check(
    request: ExportRequest, span: SampleRange, progress: FractionDone, cancelled: IsCancelled
) -> SoundCheck:
    """Read the file beside the target, compare it with the mix, and give it its name."""
    partial = partial_path(request.out)
    try:
        with map_wav(partial) as wav:
            length = wav.length_samples
            difference = Difference()
            read = (
                wav.read(start, min(BLOCK_SAMPLES, length - start))
                for start in range(0, length, BLOCK_SAMPLES)
            )
            expected = (finite(block, SoundLevels()) for block in _mix(request, span))
            for wanted, got in paired(expected, read, request.project.layout.channels):
                raise_if_cancelled(cancelled)
                difference.add(wanted, got, span.start_samples + difference.samples)
                progress(difference.samples / max(1, span.length_samples))
        if length != span.length_samples or not difference.is_identical:
            _refuse_to_keep(request.out)
        try:
            partial.replace(request.out)
        except OSError as error:
            raise write_trouble(request.out, error) from error
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return SoundCheck(
        samples=span.length_samples,
        samples_written=length,
        is_identical=True,
        peak_difference_dbfs=difference.peak_dbfs,
        rms_difference_dbfs=difference.rms_dbfs,
        lags_samples=(0,) if span.length_samples else (),
        holes_samples=(),
    )


def _refuse_to_keep(out: Path) -> None:
    raise ExportCheckError(
        f"{out} doesn't read back as it was written and was removed; "
        "check the disk or choose another."
    )


def _mix(request: ExportRequest, span: SampleRange) -> Iterator[AudioBlock]:
    return mix_blocks(request.project, request.sounds, span)
