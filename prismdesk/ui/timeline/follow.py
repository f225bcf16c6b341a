"""How the view follows the playhead. No Qt."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prismdesk.ui.timeline.timescale import Timescale


class Follow(StrEnum):
    """NONE stays, PAGE turns the page when the playhead leaves, SMOOTH keeps it in the middle."""

    NONE = "none"
    PAGE = "page"
    SMOOTH = "smooth"


def followed(scale: Timescale, follow: Follow, samples: int, *, is_playing: bool) -> Timescale:
    """Return what is shown once the playhead has moved.

    Args:
        scale: what is shown now.
        follow: how the view follows.
        samples: where the playhead is.
        is_playing: whether it runs; one that was put somewhere is only brought into view.
    """
    if follow is Follow.NONE:
        return scale
    if not is_playing:
        return scale.showing(samples)
    return scale.paged_to(samples) if follow is Follow.PAGE else scale.centred_on(samples)
