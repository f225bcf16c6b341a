"""Moments as records keep them: UTC text as in ISO 8601, to the second."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_text(moment: datetime) -> str:
    """Return a moment as UTC text that ends in Z; one without a zone is the computer's time."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def now_utc() -> str:
    """Return the present moment as ``utc_text``."""
    return utc_text(datetime.now(UTC))
