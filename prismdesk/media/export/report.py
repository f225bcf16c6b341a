"""What an export did and what its check found, for programs (JSON) and for people (text).

The JSON is one object; names and meanings below stay as they are within ``version`` 1, new
fields may come. Positions and lengths are samples at ``rate_hz`` of the timeline.

==================  =============================================================================
field               meaning
==================  =============================================================================
format, version     ``"prismdesk-export-report"``, 1
software_version    of PrismDesk
project, out, film  the project's name; the paths of the file written and of the film (or null)
container           ``"QuickTime"``, ``"MP4"``, ``"Matroska"``, ``"WebM"``, ``"WAV"``,
                    ``"WAV stems"``, ``"WAV regions"``
files               the paths of all files written; ``out`` alone but for stems and regions, whose
                    names begin with that of ``out``
rate_hz             of the project
start_samples, end_samples    the span of the timeline that was exported
sound               codec, bits (null: floats), coded_rate_hz, layout, samples, peak_dbfs (null:
                    silence), clipped_samples, not_finite_samples, silence_added_samples,
                    cut_off_samples, original_streams
pictures            per stream: codec, packets, packets_written, sha256, sha256_written,
                    is_identical, is_reframed,
                    largest_time_difference_seconds (null: no times)
check               samples, samples_written, is_identical, peak_difference_dbfs,
                    rms_difference_dbfs (null: no difference), lags_samples, holes_samples
takes               the takes heard, with everything that made them (see ``provenance``)
credits             the page of credits and licences (see ``credits``), or null
notes               sentences: what was done beside what was asked, what could not be kept
==================  =============================================================================
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from prismdesk import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.media.export.check import PictureCheck, SoundCheck
    from prismdesk.media.export.credits import Credits
    from prismdesk.media.export.provenance import JsonRecord
    from prismdesk.project.timebase import SampleRange


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundReport:
    """The mix as it was written; ``bits`` is None for floats and lossy codecs."""

    codec: str
    bits: int | None
    coded_rate_hz: int
    layout: str
    samples: int
    peak_dbfs: float
    clipped_samples: int
    not_finite_samples: int
    silence_added_samples: int
    cut_off_samples: int
    original_streams: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """One finished export."""

    project: str
    out: Path
    film: Path | None
    container: str
    rate_hz: int
    span: SampleRange
    sound: SoundReport
    pictures: tuple[PictureCheck, ...]
    check: SoundCheck
    takes: tuple[JsonRecord, ...]
    notes: tuple[str, ...]
    files: tuple[Path, ...] = ()
    credits: Credits | None = None

    @property
    def written(self) -> tuple[Path, ...]:
        """All sound and film files written."""
        return self.files or (self.out,)

    def to_json(self) -> str:
        """Return the report as JSON text; its fields are described above."""
        record: dict[str, Any] = {
            "format": "prismdesk-export-report",
            "version": 1,
            "software_version": __version__,
            "project": self.project,
            "out": str(self.out),
            "files": [str(path) for path in self.written],
            "film": None if self.film is None else str(self.film),
            "container": self.container,
            "rate_hz": self.rate_hz,
            "start_samples": self.span.start_samples,
            "end_samples": self.span.end_samples,
            "sound": asdict(self.sound),
            "pictures": [
                asdict(picture) | {"is_identical": picture.is_identical}
                for picture in self.pictures
            ],
            "check": asdict(self.check),
            "takes": list(self.takes),
            "credits": None if self.credits is None else self.credits.to_record(),
            "notes": list(self.notes),
        }
        return json.dumps(_without_infinity(record), indent=2, ensure_ascii=False) + "\n"

    def to_text(self) -> str:
        """Return the report as a page to read."""
        lines = [f"{self.project} -> {self.out}", ""]
        lines += [f"File     {path}" for path in self.files]
        lines += [*_picture_lines(self), *_sound_lines(self), *_take_lines(self)]
        if self.notes:
            lines += ["", "Notes", *(f"  - {note}" for note in self.notes)]
        if self.credits is not None:
            lines += ["", "Credits and licences", "", *self.credits.text_lines()]
        return "\n".join(lines) + "\n"


def _without_infinity(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_infinity(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_without_infinity(part) for part in value]
    if isinstance(value, float) and not isfinite(value):
        return None
    return value


def _picture_lines(report: ExportReport) -> list[str]:
    lines = []
    for picture in report.pictures:
        what = "unit (framed anew)" if picture.is_reframed else "packet"
        same = f"every {what} identical" if picture.is_identical else "PACKETS DIFFER"
        apart = picture.largest_time_difference_seconds
        if apart is None:
            times = "no timestamps to compare"
        elif apart == 0:
            times = "timestamps exact"
        else:
            times = f"timestamps within {apart * 1000:.3f} ms"
        count = f"{picture.packets_written:,}"
        lines.append(f"Picture  {picture.codec}, {count} packets copied: {same}, {times}")
        lines.append(f"         SHA-256 {picture.sha256_written}")
    return lines


def _sound_lines(report: ExportReport) -> list[str]:
    sound, check = report.sound, report.check
    seconds = sound.samples / report.rate_hz
    peak = f"{sound.peak_dbfs:+.2f} dBFS" if isfinite(sound.peak_dbfs) else "silence"
    bits = f" {sound.bits} bit" if sound.bits and sound.codec == "flac" else ""
    lines = [
        f"Sound    {sound.codec}{bits}, {sound.layout}, {sound.coded_rate_hz} Hz, "
        f"{sound.samples:,} samples ({seconds:.3f} s), peak {peak}"
    ]
    if check.is_identical:
        lines.append(f"         decoded again: bit-identical to {_model_of(report)}")
    else:
        lines.append(
            "         decoded again: differs from the mix by at most "
            f"{check.peak_difference_dbfs:.1f} dBFS ({check.rms_difference_dbfs:.1f} dBFS RMS)"
        )
    lags = max(check.lags_samples, key=abs, default=None)
    lines.append(
        "         in sync: lag not measurable, the mix is silent"
        if lags is None
        else f"         in sync: lag {lags} samples"
    )
    return lines


def _model_of(report: ExportReport) -> str:
    """Return what the sound that was read back was compared with."""
    if report.container == "WAV stems":
        return "the mix when added up"
    return "what is heard" if report.container == "WAV regions" else "the mix"


def _take_lines(report: ExportReport) -> list[str]:
    if not report.takes:
        return ["Takes    none: all sound is from its sources"]
    lines = ["Takes"]
    for take in report.takes:
        licence = take["licence"] or "no weights, no licence needed"
        sold = "" if take["allows_commercial_use"] else ", not for commercial use"
        variant = f", {take['variant']}" if take["variant"] else ""
        lines.append(
            f"  {take['region_name'] or take['region']}, {take['take_name']}: samples "
            f"{take['start_samples']}-{take['end_samples']}, {take['task']} by {take['engine']} "
            f"{take['engine_version']}{variant}, seed {take['seed']} ({licence}{sold})"
        )
    return lines
