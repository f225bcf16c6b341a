"""Exporting a film: plan, write beside, check, rename, report."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from prismdesk.media.errors import writing
from prismdesk.media.export.check import FilmCheck, check_film
from prismdesk.media.export.cut import find_cut
from prismdesk.media.export.mux import FilmPlan, Written, write_film
from prismdesk.media.export.plan import choose_codec, choose_container
from prismdesk.media.export.provenance import take_records
from prismdesk.media.export.report import ExportReport
from prismdesk.media.export.request import (
    ExportRefusedError,
    ExportRequest,
    refuse_licences,
    refuse_overwriting,
)
from prismdesk.media.export.sound_stream import refuse_uncodable
from prismdesk.media.export.summary import save_report, sound_notes, sound_report
from prismdesk.media.mixdown import mix_blocks
from prismdesk.media.probe import picture_stream, probe
from prismdesk.media.wav import partial_path
from prismdesk.progress import FractionDone, IsCancelled, ignore_progress, never_cancelled
from prismdesk.project.timebase import (
    SampleRange,
    frames_to_timecode,
    samples_to_frames,
    seconds_to_samples,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.media.audio import AudioBlock
    from prismdesk.media.export.cut import Cut
    from prismdesk.media.film_info import FilmInfo
    from prismdesk.project.model import PictureStream

WRITING_SHARE = 0.7
"""Share of the progress that is writing; the rest is the check."""


def export_film(
    request: ExportRequest,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> ExportReport:
    """Write the film with the mix as its first sound, check it, and report.

    The picture is copied. The sound covers exactly the picture: padded with silence or cut, and
    the report says so. With a range, the picture begins at the last keyframe at or before it
    (see ``cut``), and so does the sound.

    Raises:
        ExportRefusedError: what is asked for can't be made; the sentence says what can.
        MediaError: the film or a sound is missing or damaged.
        MediaWorkError: the disk is full, the folder can't be written.
        ExportCheckError: the file failed its check.
        Cancelled: the work is no longer wanted.
        In all these cases no file is left, and one that was there under the name stays.
    """
    plan, notes = _plan(request, cancelled)
    partial = partial_path(request.out)
    try:
        plan, written = _write(
            request, plan, partial, lambda done: progress(WRITING_SHARE * done), cancelled
        )
        check = check_film(
            plan,
            partial,
            _mix(request, plan),
            progress=lambda done: progress(WRITING_SHARE + (1 - WRITING_SHARE) * done),
            cancelled=cancelled,
        )
        _give_name(partial, request.out)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    report = _report(request, plan, written, check, notes)
    save_report(report, request.report_path)
    return report


def _plan(request: ExportRequest, cancelled: IsCancelled) -> tuple[FilmPlan, list[str]]:
    project = request.project
    container = choose_container(request.out)
    codec = choose_codec(container, request.codec)
    if request.film_path is None:
        raise ExportRefusedError(
            f"{project.name} has no picture to make a film of; export to a name ending in .wav."
        )
    refuse_overwriting(request)
    film = probe(request.film_path, cancelled=cancelled)
    picture = picture_stream(film, project.rate_hz)
    cut = _cut(request, film, cancelled)
    span = _span(film, picture, cut, project.rate_hz)
    refuse_licences(project, span, request.judge)
    refuse_uncodable(codec, project.rate_hz, project.layout)
    is_exact_clock = any(name in film.container for name in ("mov", "matroska"))
    shift = Fraction(0) if is_exact_clock else film.origin_seconds
    plan = FilmPlan(
        film=film,
        out=request.out,
        container=container,
        codec=codec,
        rate_hz=project.rate_hz,
        layout=project.layout,
        span=span,
        shift_seconds=shift if cut is None else cut.first_seconds,
        start_timecode=_start_timecode(film, picture, span, project.rate_hz),
        mix_title=f"{project.name} mix",
        keep_original=request.keep_original,
        cut=cut,
    )
    return plan, _range_notes(request, span, project.rate_hz)


def _cut(request: ExportRequest, film: FilmInfo, cancelled: IsCancelled) -> Cut | None:
    if request.range is None or film.picture is None:
        return None
    rate_hz = request.project.rate_hz
    return find_cut(
        film.path,
        film.picture.stream_index,
        film.origin_seconds + Fraction(request.range.start_samples, rate_hz),
        film.origin_seconds + Fraction(request.range.end_samples, rate_hz),
        cancelled=cancelled,
    )


def _span(film: FilmInfo, picture: PictureStream, cut: Cut | None, rate_hz: int) -> SampleRange:
    if cut is None:
        return SampleRange(0, picture.duration_samples)
    return SampleRange(
        seconds_to_samples(cut.first_seconds - film.origin_seconds, rate_hz=rate_hz),
        seconds_to_samples(cut.end_seconds - film.origin_seconds, rate_hz=rate_hz),
    )


def _start_timecode(film: FilmInfo, picture: PictureStream, span: SampleRange, rate_hz: int) -> str:
    if not film.start_timecode or span.start_samples == 0:
        return film.start_timecode
    frames = samples_to_frames(span.start_samples, rate_hz=rate_hz, frame_rate=picture.rate)
    return frames_to_timecode(
        picture.start_frame + frames, frame_rate=picture.rate, drop_frame=picture.is_drop_frame
    )


def _range_notes(request: ExportRequest, span: SampleRange, rate_hz: int) -> list[str]:
    if request.range is None or span == request.range:
        return []
    early = request.range.start_samples - span.start_samples
    late = span.end_samples - request.range.end_samples
    return [
        "A copied picture can only begin at a keyframe: the film covers samples "
        f"{span.start_samples} to {span.end_samples} (from {early / rate_hz:.3f} s before the "
        f"range to {late / rate_hz:.3f} s after it), picture and sound alike; "
        "export to .wav for the exact range."
    ]


def _write(
    request: ExportRequest,
    plan: FilmPlan,
    partial: Path,
    progress: FractionDone,
    cancelled: IsCancelled,
) -> tuple[FilmPlan, Written]:
    """Write the film; without the start timecode if the container refuses it (odd rates)."""
    try:
        written = write_film(
            plan, _mix(request, plan), partial, progress=progress, cancelled=cancelled
        )
    except ExportRefusedError:
        if not plan.start_timecode:
            raise
        plan = replace(plan, start_timecode="")
        written = write_film(
            plan, _mix(request, plan), partial, progress=progress, cancelled=cancelled
        )
        note = f"{plan.container.name} didn't take the film's start timecode; it was left out."
        written = replace(written, notes=(*written.notes, note))
    return plan, written


def _mix(request: ExportRequest, plan: FilmPlan) -> Iterator[AudioBlock]:
    return mix_blocks(request.project, request.sounds, plan.span)


def _give_name(partial: Path, out: Path) -> None:
    with writing(out):
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.replace(out)


def _report(
    request: ExportRequest,
    plan: FilmPlan,
    written: Written,
    check: FilmCheck,
    notes: list[str],
) -> ExportReport:
    bits = plan.codec.bits
    notes = notes + sound_notes(request, plan.span, written.levels, bits=bits)
    if written.coded_rate_hz != plan.rate_hz:
        notes.append(
            f"{plan.codec} doesn't run at {plan.rate_hz} Hz; the mix was resampled to "
            f"{written.coded_rate_hz} Hz."
        )
    return ExportReport(
        project=request.project.name,
        out=request.out,
        film=request.film_path,
        container=plan.container.name,
        rate_hz=plan.rate_hz,
        span=plan.span,
        sound=sound_report(
            request,
            plan.span,
            written.levels,
            codec=plan.codec.value,
            bits=bits,
            coded_rate_hz=written.coded_rate_hz,
            original_streams=written.original_streams,
        ),
        pictures=check.pictures,
        check=check.sound,
        takes=take_records(request.project, plan.span),
        credits=request.credits_for(plan.span),
        notes=(*notes, *written.notes, *check.notes),
    )
