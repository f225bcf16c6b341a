"""What the check of an export found, each against what was wanted: the report as a table."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prismdesk.media.export.check import PictureCheck
    from prismdesk.media.export.report import ExportReport

_THIN_SPACE = "\u202f"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, what was found, what was wanted, and whether it is so.

    ``is_good`` False is worth a look; an export that is wrong leaves no file and no findings.
    """

    what: str
    found: str
    wanted: str
    is_good: bool = True


def findings_of(report: ExportReport) -> tuple[Finding, ...]:
    """Return the findings of a finished export, picture first."""
    findings: list[Finding] = []
    for picture in report.pictures:
        findings += _picture(picture)
    findings += _sound(report)
    if report.container in ("QuickTime", "MP4", "Matroska", "WebM"):
        findings += _film_sound(report)
    findings += _takes(report)
    return tuple(findings)


def _picture(picture: PictureCheck) -> list[Finding]:
    found = [
        Finding("Packets of picture", grouped(picture.packets_written), grouped(picture.packets)),
        Finding(
            "Picture against the source",
            "identical" if picture.is_identical else "differs",
            "identical",
            picture.is_identical,
        ),
    ]
    apart = picture.largest_time_difference_seconds
    if apart is not None:
        words = "exact" if apart == 0 else f"within {apart * 1000:.3f} ms"
        found.append(Finding("Times of the pictures", words, "within 1.05 ms"))
    return found


def _sound(report: ExportReport) -> list[Finding]:
    check, sound = report.check, report.sound
    summed = report.container == "WAV stems"
    difference = (
        "no difference"
        if check.is_identical
        else f"at most {_level(check.peak_difference_dbfs, 'dBFS')}"
    )
    lossless = sound.codec not in ("aac", "opus")
    wanted = "no difference" if lossless else f"{sound.codec.upper()} loses some"
    return [
        Finding("Samples of sound", grouped(check.samples_written), grouped(check.samples)),
        Finding(
            "Stems added up, against the mix" if summed else "Read back, against the mix",
            difference,
            "below −120 dBFS" if summed else wanted,
        ),
        Finding(
            "Samples over full scale",
            grouped(sound.clipped_samples),
            "0",
            sound.clipped_samples == 0,
        ),
        Finding(
            "Highest sample",
            _level(sound.peak_dbfs, "dBFS") if isfinite(sound.peak_dbfs) else "silence",
            "at most 0.0 dBFS",
            sound.peak_dbfs <= 0.0,
        ),
    ]


def _film_sound(report: ExportReport) -> list[Finding]:
    lag = max(report.check.lags_samples, key=abs, default=None)
    findings = [
        Finding(
            "Start of sound against picture",
            "silent, can't be told" if lag is None else f"{lag} samples",
            "0 samples",
        ),
        Finding("Holes in the sound", str(len(report.check.holes_samples)), "0"),
    ]
    if report.sound.original_streams:
        findings.append(
            Finding("Original sound beside the mix", _counted(report), "copied packet by packet")
        )
    return findings


def _counted(report: ExportReport) -> str:
    count = report.sound.original_streams
    return "1 track" if count == 1 else f"{count} tracks"


def _takes(report: ExportReport) -> list[Finding]:
    if not report.takes:
        return []
    if report.credits is None:
        total = len(report.takes)
        return [Finding("Takes with their provenance", f"{total} of {total}", "all")]
    fitting, total = report.credits.fitting, len(report.credits.clips)
    told = f"{fitting} of {total} fit"
    return [Finding("Licences against the project", told, "all", fitting == total)]


def _level(value: float, unit: str) -> str:
    """Return a level with a true minus: −5.3 dBFS, +0.4 dBFS."""
    return f"{value:+.1f} {unit}".replace("-", "−")


def grouped(number: int) -> str:
    """Return a whole number with its thousands apart: 33 504 000."""
    return f"{number:,}".replace(",", _THIN_SPACE)
