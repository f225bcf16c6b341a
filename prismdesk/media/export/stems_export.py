"""Exporting stems: a float WAV per bus, whose sum is the mix, sample by sample."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.media.comparison import Difference
from prismdesk.media.export.check import ExportCheckError, SoundCheck
from prismdesk.media.export.provenance import take_records
from prismdesk.media.export.quantise import SoundLevels, finite
from prismdesk.media.export.report import ExportReport
from prismdesk.media.export.request import (
    ExportRefusedError,
    ExportRequest,
    refuse_licences,
    refuse_overwriting,
)
from prismdesk.media.export.sound_files import PartFile, part_files, writes_together
from prismdesk.media.export.summary import save_report, sound_notes, sound_report
from prismdesk.media.export.wav_metadata import (
    broadcast_extension,
    ixml,
    time_reference_samples,
)
from prismdesk.media.mixdown import mix_blocks, sounding_tracks
from prismdesk.media.wav import WavWriter, map_wav
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
    from collections.abc import Sequence

    from prismdesk.project.model import Bus, Project

WRITING_SHARE = 0.6
LARGEST_DIFFERENCE_DBFS = -120.0
"""How far the sum of the stems may be from the mix; it is equal to the bit as a rule."""


def export_stems(
    request: ExportRequest,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> ExportReport:
    """Write a float WAV for each bus that is heard, add them up again, and report.

    ``request.out`` gives folder and the beginning of the names: ``Pier.wav`` makes
    ``Pier DX.wav``, ``Pier FX.wav``. All cover the same span, as the mix would; the gains of
    tracks and buses are in them, so that the stems at unity are the mix.

    Raises:
        ExportRefusedError: no bus is heard, a target is a source, or a licence forbids it.
        MediaError: a sound is missing.
        MediaWorkError: the disk is full, the folder can't be written.
        ExportCheckError: the sum isn't the mix.
        Cancelled: the work is no longer wanted. In all these cases no file is left.
    """
    project = request.project
    buses = heard_buses(project)
    if not buses:
        raise ExportRefusedError(
            f"No track of {project.name} is heard, so there are no stems; unmute one."
        )
    parts = part_files(request.out, (bus.kind.value for bus in buses))
    for part in parts:
        refuse_overwriting(replace(request, out=part.path))
    span = request.range or SampleRange(0, project_end_samples(project))
    refuse_licences(project, span, request.judge)
    levels = SoundLevels()
    with writes_together(parts):
        _write(request, span, buses, parts, levels, progress, cancelled)
        difference = _add_up(request, span, parts, progress, cancelled)
    report = _report(request, span, parts, levels, difference)
    save_report(report, request.report_path)
    return report


def heard_buses(project: Project) -> tuple[Bus, ...]:
    """Return the buses that some track is heard through, in the project's order."""
    heard = {track.bus_id for track in sounding_tracks(project)}
    return tuple(bus for bus in project.buses if bus.id in heard)


def _write(
    request: ExportRequest,
    span: SampleRange,
    buses: Sequence[Bus],
    parts: Sequence[PartFile],
    levels: SoundLevels,
    progress: FractionDone,
    cancelled: IsCancelled,
) -> None:
    project = request.project
    stems = [
        mix_blocks(
            project,
            request.sounds,
            span,
            track_ids=[track.id for track in project.tracks if track.bus_id == bus.id],
        )
        for bus in buses
    ]
    with ExitStack() as files:
        writers = [files.enter_context(_writer(request, span, part)) for part in parts]
        while (blocks := [next(stem, None) for stem in stems])[0] is not None:
            raise_if_cancelled(cancelled)
            for writer, block in zip(writers, blocks, strict=True):
                assert block is not None  # all stems cover the same span in the same steps
                writer.write(finite(block, levels))
            done = levels.samples / len(parts) / max(1, span.length_samples)
            progress(WRITING_SHARE * done)
    levels.samples //= len(parts)


def _writer(request: ExportRequest, span: SampleRange, part: PartFile) -> WavWriter:
    project = request.project
    picture = picture_of(project)
    reference = time_reference_samples(picture, span, rate_hz=project.rate_hz)
    takes = take_records(project, span)
    bext = broadcast_extension(project, reference, len(takes))
    return WavWriter(
        part.partial,
        rate_hz=project.rate_hz,
        channels=project.layout.channels,
        bext=replace(bext, description=f"{project.name}: {part.name} stem"),
        ixml=ixml(project, picture, reference, takes),
    )


def _add_up(
    request: ExportRequest,
    span: SampleRange,
    parts: Sequence[PartFile],
    progress: FractionDone,
    cancelled: IsCancelled,
) -> Difference:
    """Read the files again, sum them in the order of the buses, and compare with the mix."""
    difference = Difference()
    with ExitStack() as files:
        wavs = [files.enter_context(map_wav(part.partial)) for part in parts]
        if any(wav.length_samples != span.length_samples for wav in wavs):
            raise ExportCheckError(_TROUBLE.format(out=request.out))
        position = 0
        for wanted in mix_blocks(request.project, request.sounds, span):
            raise_if_cancelled(cancelled)
            count = wanted.shape[1]
            total = wavs[0].read(position, count)
            for wav in wavs[1:]:
                total = total + wav.read(position, count)
            difference.add(finite(wanted, SoundLevels()), total, span.start_samples + position)
            position += count
            progress(WRITING_SHARE + (1 - WRITING_SHARE) * position / max(1, span.length_samples))
    if difference.peak_dbfs > LARGEST_DIFFERENCE_DBFS:
        raise ExportCheckError(_TROUBLE.format(out=request.out))
    return difference


_TROUBLE = (
    "The stems of {out} don't add up to the mix when they are read again, and were removed; "
    "check the disk or choose another."
)


def _report(
    request: ExportRequest,
    span: SampleRange,
    parts: Sequence[PartFile],
    levels: SoundLevels,
    difference: Difference,
) -> ExportReport:
    sound = sound_report(
        request,
        span,
        levels,
        codec="pcm32f",
        bits=None,
        coded_rate_hz=request.project.rate_hz,
    )
    return ExportReport(
        project=request.project.name,
        out=request.out,
        film=request.film_path,
        container="WAV stems",
        rate_hz=request.project.rate_hz,
        span=span,
        sound=sound,
        pictures=(),
        check=SoundCheck(
            samples=span.length_samples,
            samples_written=difference.samples,
            is_identical=difference.is_identical,
            peak_difference_dbfs=difference.peak_dbfs,
            rms_difference_dbfs=difference.rms_dbfs,
            lags_samples=(0,) if span.length_samples else (),
            holes_samples=(),
        ),
        takes=take_records(request.project, span),
        credits=request.credits_for(span),
        notes=tuple(sound_notes(request, span, levels, bits=None)),
        files=tuple(part.path for part in parts),
    )
