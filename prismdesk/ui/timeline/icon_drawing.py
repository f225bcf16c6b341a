"""Icons in the timeline's headers, kept as pictures in the colours they are drawn in."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from prismdesk.project.model import RegionStatus, Task
from prismdesk.ui.fonts import text_scale
from prismdesk.ui.icons import IconName, icon_pixmap

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QImage, QPainter

HEADER_ICON_PX = 13
"""Side at 100 % text scale."""

TASK_ICONS = {
    Task.GENERATE: IconName.GENERATE,
    Task.INPAINT: IconName.INPAINT,
    Task.CONTINUE: IconName.CONTINUE,
}
STATUS_ICONS = {
    RegionStatus.OPEN: IconName.CIRCLE_DASHED,
    RegionStatus.QUEUED: IconName.CLOCK,
    RegionStatus.MAKING: IconName.SPINNER,
    RegionStatus.REVIEW: IconName.EYE,
    RegionStatus.DONE: IconName.CHECK_CIRCLE,
}


def draw_icon(
    painter: QPainter, name: IconName, colour: str, corner: QPointF, pixel_ratio: float
) -> None:
    """Draw an icon with its upper left corner at a point, as large as the text wants it."""
    painter.drawImage(corner, _kept(name, colour, pixel_ratio, text_scale()))


@lru_cache(maxsize=128)
def _kept(name: IconName, colour: str, pixel_ratio: float, _: int) -> QImage:
    # Images, unlike pixmaps, may outlive the application.
    return icon_pixmap(name, colour, size_px=HEADER_ICON_PX, pixel_ratio=pixel_ratio).toImage()
