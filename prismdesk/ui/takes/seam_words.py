"""Figures of seams and onsets as the window writes them. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.project.edits.seams import SeamEnd, milliseconds
from prismdesk.session.seam_figures import NOTHING
from prismdesk.ui.takes.levels import signed

if TYPE_CHECKING:
    from prismdesk.media.seams import SeamLimits
    from prismdesk.project.model import Take
    from prismdesk.session.onset_readings import OnsetReading
    from prismdesk.session.seams import RegionSeams
    from prismdesk.ui.times import Times


def seam_heading(end: SeamEnd, at_samples: int, times: Times) -> str:
    """Return a seam's place as seconds and frames: "In 09:20"."""
    label = times.timecode(at_samples)
    return f"{'In' if end is SeamEnd.IN else 'Out'} {label[-5:]}"


def badge_words(report: RegionSeams) -> str:
    """Return the badge of a region: "Seams +0.4 / −0.3 dB"."""
    steps = [seam.figures.level_step_db for seam in report.seams]
    first, last = (NOTHING if step is None else signed(step) for step in steps)
    return "Seams –" if steps == [None, None] else f"Seams {first} / {last} dB"


def verdict_tip(report: RegionSeams) -> str:
    """Return the verdict with what it goes by, for a tool tip."""
    if report.exceeded:
        words = f"Beyond its limit: {', '.join(report.exceeded)}."
    else:
        words = "Level, click and timbre are within their limits at both seams."
    return f"{words} {limit_tip(report.limits)}"


def limit_tip(limits: SeamLimits) -> str:
    """Return where the limits come from."""
    if limits.is_raised:
        return "Limits are raised to what the sound around the region does by itself."
    return "The sound around the region is steady, so the limits are the lowest there are."


def onset_words(reading: OnsetReading, rate_hz: int) -> str:
    """Return how an onset lies to a marker: "First onset 8 ms after “first step”"."""
    what = "First onset" if reading.is_first else "Onset"
    name = f"“{reading.marker.name}”" if reading.marker.name else "the marker"
    late_ms = round(reading.late_samples * 1000 / rate_hz)
    if late_ms == 0:
        return f"{what} on {name}"
    return f"{what} {abs(late_ms)} ms {'after' if late_ms > 0 else 'before'} {name}"


def nudge_words(by_samples: int, rate_hz: int) -> str:
    """Return the button that moves a take: "Nudge −8 ms"."""
    rounded = round(by_samples * 1000 / rate_hz)
    return f"Nudge {rounded:+d} ms".replace("-", "−")


def handles_words(take: Take, times: Times) -> str:
    """Return what a take keeps beyond its region: "Handles kept 12 fr", "12 / 3 fr"."""
    frames = [
        round(samples * times.frame_rate / times.rate_hz)
        for samples in (take.head_samples, take.tail_samples)
    ]
    if not (take.head_samples or take.tail_samples):
        return "No handles kept"
    if frames[0] == frames[1]:
        return f"Handles kept {frames[0]} fr"
    return f"Handles kept {frames[0]} / {frames[1]} fr"


def moved_words(take: Take, rate_hz: int) -> str:
    """Return by how much a take was nudged: "Nudged −8 ms"; empty if it wasn't."""
    if not take.moved_samples:
        return ""
    sign = "+" if take.moved_samples > 0 else ""
    return f"Nudged {sign}{milliseconds(take.moved_samples, rate_hz)}"
