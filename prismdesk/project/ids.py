"""Typed identities of the things in a project."""

from __future__ import annotations

import secrets
from typing import NewType

ProjectId = NewType("ProjectId", str)
MediaId = NewType("MediaId", str)
TrackId = NewType("TrackId", str)
LaneId = NewType("LaneId", str)
ClipId = NewType("ClipId", str)
RegionId = NewType("RegionId", str)
TakeId = NewType("TakeId", str)
MarkerId = NewType("MarkerId", str)
BusId = NewType("BusId", str)
MaskId = NewType("MaskId", str)


def new_id(prefix: str) -> str:
    """Return ``prefix-`` and 12 random hexadecimal digits, e.g. ``clip-3f9a1c02b7de``.

    Edits take new ids as arguments' defaults, so a test can pass its own.
    """
    return f"{prefix}-{secrets.token_hex(6)}"
