"""What is measured of a region's seams as a table in words: for window and commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.media.seams import (
    is_beyond,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.session.seams import RegionSeams


NOTHING = "–"
"""Where there is nothing to compare."""


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
