"""How large a film is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.media.container import open_media
from prismdesk.media.film_start import look_at_start
from prismdesk.media.frame_pixels import shown_size
from prismdesk.progress import IsCancelled, never_cancelled

if TYPE_CHECKING:
    from pathlib import Path


def shown_size_px(path: Path, *, cancelled: IsCancelled = never_cancelled) -> tuple[int, int]:
    """Return width and height of a film's picture as shown: upright, with square pixels.

    Raises:
        MediaError: the film can't be read, or has no picture.
        Cancelled: as told.
    """
    with open_media(path) as container:
        head = look_at_start(path, container, cancelled=cancelled)
        width, height = shown_size(head.frame, head.pixel_aspect)
    return round(width), round(height)
