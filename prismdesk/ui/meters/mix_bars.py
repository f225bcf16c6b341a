"""The big meters of the mix: scale, channel names, clip lights, bars with hold lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from prismdesk.media.channels import layout_of
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.meters.channel_bars import bar_areas, draw_bar, level_y

if TYPE_CHECKING:
    from prismdesk.playback.meters import ChannelMeters
    from prismdesk.ui.theme import Theme

SCALE_DB = (0, -6, -12, -18, -24, -36, -48, -60)

_BAR_PX, _GAP_PX = 18, 4
_CLIP_PX = 6
_SPACE_PX = 4
_FOCUS_PX = 2
_LEAST_HEIGHT_PX = 120


class MixBars(QWidget):
    """Shows the levels of the mix; a click, Space or Enter asks to put the clip lights out.

    Args:
        theme: colours.
        meters: what is shown first; its channels say how wide this is.
    """

    clips_reset_requested = Signal()

    def __init__(self, theme: Theme, meters: ChannelMeters) -> None:
        super().__init__()
        self._theme = theme
        self._meters = meters
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click keeps the timeline's keys
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Click to put out the clip lights and the hold lines.")
        self.setAccessibleName("Levels of the mix")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    @property
    def channel_names(self) -> tuple[str, ...]:
        """Short names of the channels shown; a layout is known by its number of channels."""
        return layout_of("", len(self._meters.peak_db)).channel_names

    def show_meters(self, meters: ChannelMeters) -> None:
        """Show levels; repaints only where something changed."""
        if meters == self._meters:
            return
        has_other_channels = len(meters.peak_db) != len(self._meters.peak_db)
        self._meters = meters
        if has_other_channels:
            self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme, at the present text scale."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return the width that all channel names fit in."""
        channels = len(self._meters.peak_db)
        bars = channels * self._bar_px() + (channels - 1) * _GAP_PX
        return QSize(self._scale_px() + bars + 2 * _FOCUS_PX, scaled_px(300))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return the least size at which the bars can be read."""
        return QSize(self.sizeHint().width(), scaled_px(_LEAST_HEIGHT_PX))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw everything."""
        painter = QPainter(self)
        painter.setFont(ui_font(11))
        area = self._bars_area()
        self._draw_scale(painter, area)
        bars = bar_areas(area, len(self._meters.peak_db), _GAP_PX)
        for number, (name, bar) in enumerate(zip(self.channel_names, bars, strict=True)):
            self._draw_head(painter, bar, name, is_clipped=self._meters.is_clipped[number])
            peak_db, hold_db = self._meters.peak_db[number], self._meters.hold_db[number]
            painter.fillRect(bar, QColor(self._theme.line_strong))
            draw_bar(painter, bar.adjusted(1, 1, -1, -1), peak_db, self._theme, hold_db)
        if self.hasFocus():
            painter.setPen(QColor(self._theme.accent))
            for inset in range(_FOCUS_PX):
                painter.drawRect(self.rect().adjusted(inset, inset, -1 - inset, -1 - inset))
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Ask to put the clip lights out."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.clips_reset_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Do on Space and Enter what a click does."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clips_reset_requested.emit()
        else:
            super().keyPressEvent(event)

    def _draw_scale(self, painter: QPainter, area: QRect) -> None:
        """Write the scale's figures, leaving out those that would touch another."""
        metrics = painter.fontMetrics()
        painter.setPen(QColor(self._theme.faint))
        taken: list[int] = []
        for level_db in (SCALE_DB[0], SCALE_DB[-1], *SCALE_DB[1:-1]):
            y = level_y(area, level_db)
            if any(abs(y - other) < metrics.height() for other in taken):
                continue
            taken.append(y)
            box = QRect(0, y - metrics.height(), area.left() - 2 * _SPACE_PX, 2 * metrics.height())
            painter.drawText(
                box,
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                str(level_db).replace("-", "−"),
            )

    def _draw_head(self, painter: QPainter, bar: QRect, name: str, *, is_clipped: bool) -> None:
        """Write a channel's name, with its clip light between name and bar."""
        metrics = painter.fontMetrics()
        light = QRect(bar.left(), bar.top() - _SPACE_PX - _CLIP_PX, bar.width(), _CLIP_PX)
        painter.setPen(QColor(self._theme.error if is_clipped else self._theme.line_strong))
        painter.drawRect(light.adjusted(0, 0, -1, -1))
        if is_clipped:
            painter.fillRect(light, QColor(self._theme.error))
        painter.setPen(QColor(self._theme.faint))
        box = QRect(bar.left(), light.top() - 2 - metrics.height(), bar.width(), metrics.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, name)

    def _bars_area(self) -> QRect:
        metrics = QFontMetrics(ui_font(11))
        top = _FOCUS_PX + metrics.height() + 2 + _CLIP_PX + _SPACE_PX
        bottom = metrics.height() // 2 + _FOCUS_PX
        return self.rect().adjusted(self._scale_px(), top, -2 * _FOCUS_PX, -bottom)

    def _scale_px(self) -> int:
        return QFontMetrics(ui_font(11)).horizontalAdvance("−60") + 3 * _SPACE_PX

    def _bar_px(self) -> int:
        metrics = QFontMetrics(ui_font(11))
        widest = max(metrics.horizontalAdvance(name) for name in self.channel_names)
        return max(scaled_px(_BAR_PX), widest + 2)
