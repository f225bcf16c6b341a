"""Lengths of time as people say them."""

from __future__ import annotations


def format_duration(seconds: float) -> str:
    """Return ``seconds`` as people say it, rounded up: ``8 s``, ``2 min 05 s``, ``1 h 03 min``."""
    whole_seconds = max(0, int(seconds + 0.999))
    if whole_seconds < 60:
        return f"{whole_seconds} s"
    minutes, rest_seconds = divmod(whole_seconds, 60)
    if minutes < 60:
        return f"{minutes} min {rest_seconds:02d} s"
    hours, rest_minutes = divmod(minutes, 60)
    return f"{hours} h {rest_minutes:02d} min"
