"""A small picture of each project, kept for the list of recent ones."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage

from prismdesk.media.frames import read_frames
from prismdesk.media.wav import partial_path
from prismdesk.session.recent import recent_picture_path

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.progress import IsCancelled

_WIDTH_PX, _HEIGHT_PX = 192, 108


def keep_recent_picture(
    project_file: Path, film: Path, seconds: float, cancelled: IsCancelled
) -> None:
    """Keep a picture of a film as that of a project; nothing happens if it can't be kept.

    Args:
        project_file: whose picture it will be.
        film: read, so not on the window's thread.
        seconds: since the first picture.
        cancelled: asked while reading.

    Raises:
        MediaError: the film can't be read.
        Cancelled: the work is no longer wanted.
    """
    frames, _ = read_frames(
        film,
        [seconds],
        width_px=_WIDTH_PX,
        height_px=_HEIGHT_PX,
        fit="crop",
        cancelled=cancelled,
    )
    if not len(frames):
        return
    pixels = np.ascontiguousarray(frames[0])
    height, width, _ = pixels.shape
    form = QImage.Format.Format_RGB888
    image = QImage(pixels.data, width, height, pixels.strides[0], form)
    path = recent_picture_path(project_file)
    partial = partial_path(path)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        if image.save(str(partial), "PNG"):  # type: ignore[call-overload]  # a str is taken too
            partial.replace(path)
