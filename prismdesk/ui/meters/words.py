"""How levels are written: one decimal, a real minus, infinity for silence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prismdesk.playback.meters import ChannelMeters

LOUDNESS_WORDS_SAMPLE = "−88.8"


def level_words(value: float, unit: str = "") -> str:
    """Return a level, e.g. ``−23.4`` or ``−3.8 dBTP``; ``−∞`` for silence, without its unit."""
    if not math.isfinite(value):
        return "−∞"
    rounded = round(value, 1) + 0.0  # no negative zero
    return f"{rounded:.1f} {unit}".rstrip().replace("-", "−")


def aim_words(aim_lufs: float) -> str:
    """Return the loudness aimed at, e.g. ``−23`` or ``−23.5``."""
    return f"{aim_lufs:g}".replace("-", "−")


def correlation_words(correlation: float | None) -> str:
    """Return a correlation, e.g. ``+0.71``; a dash where there is none."""
    if correlation is None:
        return "–"
    return f"{round(correlation, 2) + 0.0:+.2f}".replace("-", "−")


def spoken_levels(names: tuple[str, ...], meters: ChannelMeters) -> str:
    """Return the levels of channels in words, e.g. ``L −17.9 dB, R −20.0 dB clipped``."""
    return ", ".join(
        f"{name} {level_words(peak_db, 'dB')}{' clipped' if is_clipped else ''}"
        for name, peak_db, is_clipped in zip(names, meters.peak_db, meters.is_clipped, strict=True)
    )
