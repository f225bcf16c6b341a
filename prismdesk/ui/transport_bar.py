"""The bar between picture and lanes: timecode, buttons, marks, switches, zoom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from prismdesk.ui.fonts import text_scale
from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.theme import fixed_font, scaled_px, ui_font
from prismdesk.ui.timeline.timescale import LOWEST_LEVEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.timeline.canvas import TimelineCanvas
    from prismdesk.ui.timeline.timescale import Timescale
    from prismdesk.ui.transport import Transport

_BUTTONS = (
    "transport.start",
    "transport.frame_back",
    "transport.shuttle_stop",
    "transport.play",
    "transport.frame_forward",
    "transport.end",
    "transport.loop",
    "transport.play_around",
)
_SWITCHES = ("edit.snap", "edit.ripple_mode", "view.follow")


_TWO_ROWS_PERCENT = 150


class TransportBar(QFrame):
    """Shows where the playhead is, and the actions that an editor wants under the pointer.

    Args:
        document: gives the timecode.
        transport: the playhead.
        canvas: what the zoom slider zooms.
        fields: the fields for in, out and length.
        desktop: actions and look.
    """

    def __init__(
        self,
        document: Document,
        transport: Transport,
        canvas: TimelineCanvas,
        fields: QWidget,
        desktop: Desktop,
    ) -> None:
        super().__init__()
        self._document = document
        self._transport = transport
        self._canvas = canvas
        self._desktop = desktop
        self.setObjectName("transport")
        self.setAccessibleName("Transport")
        self.timecode = QLabel()
        self.timecode.setFont(fixed_font(20, bold=True))
        self.timecode.setAccessibleName("Timecode of the playhead")
        self._speed = QLabel()
        self._speed.setFont(ui_font(12))
        self._speed.setMinimumWidth(self._speed.fontMetrics().horizontalAdvance("Shuttle −8.0×"))
        self.zoom = self._zoom_slider()
        self._with_words_px = 0
        self._worded: list[QToolButton] = []
        self._lay_out(fields)
        transport.moved.connect(self._show_position)
        transport.state_changed.connect(self._show_state)
        document.changed.connect(lambda _: self._show_position(transport.position_samples))
        canvas.scale_changed.connect(self._show_scale)
        self._show_position(transport.position_samples)
        self._show_state()
        self._show_scale(canvas.scale)
        desktop.actions.action("view.follow").setIconText("Follow")

    def _lay_out(self, fields: QWidget) -> None:
        row = _row()
        # Large text needs two rows: a bar wider than the screen would push its end off it.
        below = _row() if text_scale() >= _TWO_ROWS_PERCENT else row
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 14, 6)
        column.setSpacing(4)
        column.addLayout(row)
        row.addWidget(self.timecode)
        row.addSpacing(scaled_px(8))
        self._add(row, _BUTTONS)
        row.addSpacing(12)
        row.addWidget(self._speed)
        row.addSpacing(12)
        below.addWidget(fields)
        if below is not row:
            row.addStretch()
            column.addLayout(below)
        below.addStretch()
        self._add(below, _SWITCHES, with_words=below is row)
        below.addSpacing(12)
        self._add(below, ("view.zoom_out",))
        below.addWidget(self.zoom)
        self._add(below, ("view.zoom_in",))

    def _add(
        self, row: QHBoxLayout, action_ids: Sequence[str], *, with_words: bool = False
    ) -> None:
        for action_id in action_ids:
            button = QToolButton()
            if action_id == "transport.play":
                self._make_play(button)
            else:
                button.setDefaultAction(self._desktop.actions.action(action_id))
            button.setAutoRaise(True)
            button.setIconSize(QSize(scaled_px(16), scaled_px(16)))
            side = scaled_px(28)
            button.setMinimumSize(side, side)
            style = Qt.ToolButtonStyle
            button.setToolButtonStyle(
                style.ToolButtonTextBesideIcon if with_words else style.ToolButtonIconOnly
            )
            if with_words:
                self._worded.append(button)
            row.addWidget(button)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Leave words that would be cut to the tooltips."""
        super().resizeEvent(event)
        layout = self.layout()
        if layout is None or not self._worded:
            return
        style = Qt.ToolButtonStyle
        has_words = self._worded[0].toolButtonStyle() is style.ToolButtonTextBesideIcon
        if has_words:
            self._with_words_px = layout.sizeHint().width()
        is_wide = self.width() >= self._with_words_px
        if is_wide != has_words:
            wanted = style.ToolButtonTextBesideIcon if is_wide else style.ToolButtonIconOnly
            for button in self._worded:
                button.setToolButtonStyle(wanted)

    def _make_play(self, button: QToolButton) -> None:
        """Make it the main button: its icon's colour is another than the action's in the menu."""
        action = self._desktop.actions.action("transport.play")
        button.setProperty("kind", "main")
        button.setMinimumWidth(scaled_px(40))
        button.setToolTip(action.toolTip())
        button.clicked.connect(lambda: self._desktop.actions.trigger("transport.play"))
        self.play = button

    def _zoom_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setAccessibleName("Zoom")
        slider.setToolTip("Zoom of the timeline")
        slider.setFixedWidth(scaled_px(100))
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        slider.valueChanged.connect(self._zoom_to)
        return slider

    def _zoom_to(self, value: int) -> None:
        steps = value - self._level_of(self._canvas.scale)
        if steps:
            self._canvas.zoom(steps)

    def _show_scale(self, scale: Timescale) -> None:
        self.zoom.blockSignals(True)
        self.zoom.setRange(0, max(1, scale.fitting().level - LOWEST_LEVEL))
        self.zoom.setValue(self._level_of(scale))
        self.zoom.blockSignals(False)

    def _level_of(self, scale: Timescale) -> int:
        """Return how far a scale is zoomed in from the whole film, in steps."""
        return max(0, scale.fitting().level - scale.level)

    def _show_position(self, samples: int) -> None:
        self.timecode.setText(self._document.times.timecode(samples))

    def _show_state(self) -> None:
        speed = self._transport.speed
        words = f"{speed:.2f}".rstrip("0") if speed % 1 else f"{speed:.1f}"
        self._speed.setText(f"Shuttle {words.replace('-', '−')}×")
        name = IconName.PAUSE if self._transport.is_playing else IconName.PLAY
        theme = self._desktop.theme
        self.play.setIcon(icon(name, theme, colour=theme.accent_text))
        self.play.setAccessibleName("Stop" if self._transport.is_playing else "Play")
        self._desktop.actions.refresh()


def _row() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    return row
