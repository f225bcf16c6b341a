"""Putting a report together: the parts that films and WAVs share, and writing it down."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prismdesk.media.comparison import dbfs
from prismdesk.media.errors import writing
from prismdesk.media.export.report import ExportReport, SoundReport
from prismdesk.media.mixdown import sound_end_samples
from prismdesk.media.wav import partial_path

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.media.export.quantise import SoundLevels
    from prismdesk.media.export.request import ExportRequest
    from prismdesk.project.timebase import SampleRange


def sound_report(
    request: ExportRequest,
    span: SampleRange,
    levels: SoundLevels,
    *,
    codec: str,
    bits: int | None,
    coded_rate_hz: int,
    original_streams: int = 0,
) -> SoundReport:
    """Return what is said of the mix."""
    end = sound_end_samples(request.project)
    return SoundReport(
        codec=codec,
        bits=bits,
        coded_rate_hz=coded_rate_hz,
        layout=request.project.layout.value,
        samples=span.length_samples,
        peak_dbfs=dbfs(levels.peak),
        clipped_samples=levels.clipped_samples,
        not_finite_samples=levels.not_finite_samples,
        silence_added_samples=max(0, span.end_samples - max(end, span.start_samples)),
        cut_off_samples=0 if request.range is not None else max(0, end - span.end_samples),
        original_streams=original_streams,
    )


def sound_notes(
    request: ExportRequest, span: SampleRange, levels: SoundLevels, *, bits: int | None
) -> list[str]:
    """Return the sentences about what was done to the mix on its way into the file."""
    rate_hz = request.project.rate_hz
    end = sound_end_samples(request.project)
    notes = []
    if end < span.end_samples:
        added = span.end_samples - max(end, span.start_samples)
        notes.append(
            f"The sound ends before the export does; {added} samples ({added / rate_hz:.3f} s) "
            "of silence were added."
        )
    elif end > span.end_samples and request.range is None:
        cut = end - span.end_samples
        notes.append(
            f"The sound goes on for {cut} samples ({cut / rate_hz:.3f} s) after the picture; "
            "that part was cut off."
        )
    if bits is not None:
        notes.append(f"Samples were rounded to {bits} bit without dither.")
    if levels.clipped_samples:
        notes.append(
            f"{levels.clipped_samples} samples were above full scale (peak "
            f"{dbfs(levels.peak):+.2f} dBFS) and were clipped; lower the mix to avoid it."
        )
    elif levels.peak > 1.0:
        notes.append(
            f"The mix peaks at {dbfs(levels.peak):+.2f} dBFS, above full scale; the file keeps "
            "that, players may clip it."
        )
    if levels.not_finite_samples:
        notes.append(
            f"{levels.not_finite_samples} samples were no numbers (a damaged source) and were "
            "written as silence."
        )
    return notes


def save_report(report: ExportReport, path: Path | None) -> None:
    """Write the JSON to ``path``, the text beside it as .txt, the clips as .csv.

    Nothing is written if the path is None, and no table where there are no credits.

    Raises:
        MediaWorkError: it can't be written.
    """
    if path is None:
        return
    json_path = path.with_suffix(".json") if path.suffix.lower() == ".txt" else path
    _write_whole(json_path, report.to_json())
    _write_whole(json_path.with_suffix(".txt"), report.to_text())
    if report.credits is not None:
        _write_whole(json_path.with_suffix(".csv"), report.credits.to_csv())


def _write_whole(path: Path, text: str) -> None:
    partial = partial_path(path)
    with writing(path):
        try:
            with partial.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
