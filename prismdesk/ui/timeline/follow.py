"""How the view follows a playing playhead."""

from __future__ import annotations

from enum import StrEnum


class Follow(StrEnum):
    """NONE stays, PAGE turns the page when the playhead leaves, SMOOTH keeps it in the middle."""

    NONE = "none"
    PAGE = "page"
    SMOOTH = "smooth"
