"""How a region's job looks on its lane: its state in words, how far it is, its draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prismdesk.project.model import RegionStatus

Envelope = tuple[float, ...]
"""Loudest value of each equal part of a sound, 0.0 to 1.0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLook:
    """What a region shows while a job is queued, works, or has failed for it.

    Attributes:
        status: ``QUEUED`` or ``MAKING``; for a job that failed, what the region went back to.
        words: short state, shown at the right of the region's header ("Queued 2nd",
            "Step 18 of 25 · 4 s left").
        fraction: how much is done, 0.0 to 1.0; None while that isn't known.
        envelope: the draft as far as the engine told it; None until then.
        has_failed: the words then say what happened, with a warning sign.
        is_draft_heard: what plays in its place is a draft; the words say of which step.
    """

    status: RegionStatus
    words: str
    fraction: float | None = None
    envelope: Envelope | None = None
    has_failed: bool = False
    is_draft_heard: bool = False


def envelope_columns(envelope: Envelope, count: int) -> Envelope:
    """Return an envelope at another number of points, straight lines between those there are.

    Args:
        envelope: at least one value.
        count: at least 1.
    """
    if len(envelope) == 1 or count == 1:
        return (envelope[0],) * count
    out = []
    for index in range(count):
        place = index * (len(envelope) - 1) / (count - 1)
        left = min(int(place), len(envelope) - 2)
        share = place - left
        out.append(envelope[left] * (1 - share) + envelope[left + 1] * share)
    return tuple(out)


def blended(before: Envelope | None, after: Envelope, share: float) -> Envelope:
    """Return what is seen while a draft changes into the next one.

    Args:
        before: the envelope that was shown; None grows from silence.
        after: the one that will be shown.
        share: of the new one, 0.0 to 1.0.
    """
    old = envelope_columns(before, len(after)) if before else (0.0,) * len(after)
    return tuple(a * (1 - share) + b * share for a, b in zip(old, after, strict=True))
