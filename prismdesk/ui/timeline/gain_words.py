"""Gains as they are written."""

from __future__ import annotations


def gain_words(gain_db: float) -> str:
    """Return a gain as "+0.4 dB", "−3.0 dB" or "0.0 dB"."""
    rounded = round(gain_db, 1)
    if rounded == 0:
        return "0.0 dB"
    return f"{rounded:+.1f} dB".replace("-", "−")
