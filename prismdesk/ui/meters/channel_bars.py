"""The bars of a meter: one per channel, from -60 dB at the foot to 0 dB at the top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter

if TYPE_CHECKING:
    from prismdesk.playback.meters import ChannelMeters
    from prismdesk.ui.theme import Theme

LOWEST_DB, HIGHEST_DB = -60.0, 0.0
_GOOD_TO_DB, _WARNING_TO_DB = -18.0, -6.0
_GAP_PX = 1
_CLIP_PX = 3
_HOLD_PX = 2


def level_fraction(level_db: float) -> float:
    """Return where a level lies on the bar: 0.0 at the foot, 1.0 at the top; -inf is 0.0."""
    fraction = (level_db - LOWEST_DB) / (HIGHEST_DB - LOWEST_DB)
    return min(1.0, max(0.0, fraction))


def level_y(area: QRect, level_db: float) -> int:
    """Return the edge below which a bar in this area is filled at this level."""
    return area.top() + area.height() - round(level_fraction(level_db) * area.height())


def bar_areas(area: QRect, channels: int, gap_px: int = _GAP_PX) -> tuple[QRect, ...]:
    """Return equally wide columns side by side, at least 1 px each, in the middle of the area."""
    width = max(1, (area.width() - gap_px * (channels - 1)) // max(1, channels))
    spare = area.width() - width * channels - gap_px * (channels - 1)
    left = area.left() + max(0, spare // 2)
    return tuple(
        QRect(left + number * (width + gap_px), area.top(), width, area.height())
        for number in range(channels)
    )


def draw_channel_meters(
    painter: QPainter, rect: QRect, meters: ChannelMeters, theme: Theme
) -> None:
    """Draw small meters, such as those of a lane's header; 5 px a channel and 1 px between fit.

    Args:
        painter: its pen and brush are left as they are.
        rect: all of it is used; its height is the scale.
        meters: as many bars as it has channels; a clipped one has a cap.
        theme: colours.
    """
    for area, peak_db, is_clipped in zip(
        bar_areas(rect, len(meters.peak_db)), meters.peak_db, meters.is_clipped, strict=True
    ):
        draw_bar(painter, area, peak_db, theme)
        if is_clipped:
            _draw_cap(painter, area, theme)


def draw_bar(
    painter: QPainter, area: QRect, peak_db: float, theme: Theme, hold_db: float | None = None
) -> None:
    """Draw one bar: trough, level in its zones, and the hold line if there is one."""
    painter.fillRect(area, QColor(theme.field))
    foot = area.top() + area.height()
    for from_db, to_db, colour in (
        (LOWEST_DB, _GOOD_TO_DB, theme.good),
        (_GOOD_TO_DB, _WARNING_TO_DB, theme.warning),
        (_WARNING_TO_DB, HIGHEST_DB, theme.error),
    ):
        if peak_db <= from_db:
            break
        top, bottom = level_y(area, min(peak_db, to_db)), level_y(area, from_db)
        painter.fillRect(area.left(), top, area.width(), bottom - top, QColor(colour))
    if hold_db is not None and hold_db > LOWEST_DB:
        top = min(level_y(area, hold_db), foot - _HOLD_PX)
        painter.fillRect(area.left(), top, area.width(), _HOLD_PX, QColor(theme.text))


def _draw_cap(painter: QPainter, area: QRect, theme: Theme) -> None:
    """Draw a clip light on top of a bar, parted from it so that it shows on a full one too."""
    painter.fillRect(area.left(), area.top(), area.width(), _CLIP_PX, QColor(theme.error))
    painter.fillRect(area.left(), area.top() + _CLIP_PX, area.width(), 1, QColor(theme.panel))
