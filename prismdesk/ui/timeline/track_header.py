"""What stands left of a track's lanes: number, name, bus, M, S, gain, meter, and its height."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QLabel, QMenu, QToolButton, QWidget

from prismdesk.project.edits import mute_track, rename_track, route_track, solo_track
from prismdesk.project.lookup import bus_of, track_of
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.meters.channel_bars import draw_channel_meters
from prismdesk.ui.timeline.gain_slider import GainSlider
from prismdesk.ui.timeline.gain_words import gain_words
from prismdesk.ui.timeline.measures import (
    HIGHEST_LANE_PX,
    LOWEST_LANE_PX,
    METER_CHANNEL_PX,
    LaneHeight,
)
from prismdesk.ui.timeline.name_field import NameField

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from prismdesk.playback.meters import ChannelMeters
    from prismdesk.project.ids import TrackId
    from prismdesk.project.model import Project, Track
    from prismdesk.ui.timeline.view import TimelineView

_GRIP_PX = 5
_MARGIN_PX = 12


class TrackHeader(QWidget):
    """The controls of one track; each edit is one step of the history.

    ``height_wanted`` carries a height in pixels at 100 % text scale, ``spectrogram_wanted``
    whether the track shall be drawn as a spectrum.
    """

    height_wanted = Signal(int)
    spectrogram_wanted = Signal(bool)

    def __init__(self, view: TimelineView, track_id: TrackId, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self.track_id = track_id
        self._number = 0
        self._lanes = 1
        self._drag: tuple[int, int] | None = None
        self.name = NameField(self)
        self.bus = QToolButton(self)
        self.mute = self._letter("M", "Mute")
        self.solo = self._letter("S", "Solo")
        self.spectrogram = QToolButton(self)
        self.gain = GainSlider(view.document, track_id, self)
        self.figure = QLabel(self)
        self.meter = TrackMeter(view, self)
        self._prepare()

    def refresh(self, number: int, lanes: int) -> None:
        """Take up the track as it is in the project.

        Args:
            number: of the track, from 1.
            lanes: how many lanes stand beside the header.
        """
        self._number, self._lanes = number, lanes
        project = self._view.document.project
        track = track_of(project, self.track_id)
        bus = bus_of(project, track.bus_id)
        self.setAccessibleName(f"Track {number}, {track.name}")
        self.name.show_name(track.name)
        self.name.setAccessibleName(f"Name of track {number}")
        self.bus.setText(bus.kind.value)
        self.bus.setToolTip(f"Bus: {bus.name}")
        self.bus.setAccessibleName(f"Bus of {track.name}: {bus.name}")
        for button, is_on, word in (
            (self.mute, track.is_muted, "Mute"),
            (self.solo, track.is_soloed, "Solo"),
        ):
            button.setChecked(is_on)
            button.setToolTip(f"{word}: {'on' if is_on else 'off'}")
            button.setAccessibleName(f"{word} {track.name}")
        self.gain.show_gain(track.gain_db)
        self.gain.setAccessibleName(f"Gain of {track.name}")
        self.figure.setText(gain_words(track.gain_db))
        is_spectrum = self.track_id in self._view.spectrograms
        self.spectrogram.setChecked(is_spectrum)
        self.spectrogram.setToolTip("Spectrogram: on" if is_spectrum else "Spectrogram: off")
        self.spectrogram.setAccessibleName(f"Spectrogram of {track.name}")
        self.meter.channels = track.layout.channels
        self.meter.setAccessibleName(f"Meter of {track.name}")
        self._arrange()
        self.update()

    def tab_chain(self) -> tuple[QWidget, ...]:
        """Return what Tab goes through, in order."""
        controls = (self.name, self.bus, self.mute, self.solo, self.gain, self.spectrogram)
        return (self, *controls)

    def menu(self) -> QMenu:
        """Return what can be done with the track: heights, spectrogram, name."""
        menu = QMenu(self)
        menu.addAction("Rename track", self.name.start)
        menu.addSeparator()
        for height in LaneHeight:
            title = f"{height.name.capitalize()} lanes"
            menu.addAction(title, partial(self.height_wanted.emit, int(height)))
        menu.addSeparator()
        switch = menu.addAction("Spectrogram")
        switch.setCheckable(True)
        switch.setChecked(self.spectrogram.isChecked())
        switch.toggled.connect(self.spectrogram_wanted)
        return menu

    def bus_menu(self) -> QMenu:
        """Return the buses that the track can be sent to."""
        menu = QMenu(self)
        now = track_of(self._view.document.project, self.track_id).bus_id
        for bus in self._view.document.project.buses:
            action = menu.addAction(f"{bus.kind.value}  {bus.name}")
            action.setCheckable(True)
            action.setChecked(bus.id == now)
            action.triggered.connect(
                partial(
                    self._apply,
                    f"Route track to {bus.name}",
                    partial(_routed, track_id=self.track_id, bus_id=bus.id),
                )
            )
        return menu

    def _letter(self, letter: str, word: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(letter)
        button.setCheckable(True)
        button.setFont(ui_font(11))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setStyleSheet("QToolButton { padding: 0; min-width: 0; min-height: 0; }")
        button.setToolTip(word)
        return button

    def _prepare(self) -> None:
        theme = self._view.theme
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.bus.setFont(ui_font(11))
        for button in (self.bus, self.spectrogram):
            button.setProperty("kind", "tiny")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.bus.clicked.connect(self._choose_bus)
        self.spectrogram.setIcon(icon(IconName.ACTIVITY, theme))
        self.spectrogram.setIconSize(QSize(scaled_px(14), scaled_px(14)))
        self.spectrogram.setCheckable(True)
        self.spectrogram.clicked.connect(self.spectrogram_wanted)
        self.figure.setFont(ui_font(12))
        self.figure.setProperty("kind", "dim")
        self.figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.name.renamed.connect(self._rename)
        self.mute.clicked.connect(self._mute)
        self.solo.clicked.connect(self._solo)

    def _apply(self, label: str, edit: Callable[[Project], Project], *_: object) -> None:
        if not self._view.document.in_gesture:
            self._view.document.apply(label, edit)

    def _rename(self, name: str) -> None:
        self._apply("Rename track", lambda p: rename_track(p, self.track_id, name))

    def _mute(self, is_on: bool) -> None:
        label = "Mute track" if is_on else "Unmute track"
        self._apply(label, lambda p: mute_track(p, self.track_id, is_on))

    def _solo(self, is_on: bool) -> None:
        label = "Solo track" if is_on else "End solo"
        self._apply(label, lambda p: solo_track(p, self.track_id, is_on))

    def _choose_bus(self) -> None:
        self.bus_menu().popup(self.bus.mapToGlobal(QPoint(0, self.bus.height())))

    # Where the controls stand, and the grip at the lower edge.

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Arrange the controls."""
        self._arrange()
        super().resizeEvent(event)

    def _arrange(self) -> None:
        """Name and bus in the first line, the rest in the second where there is room for it."""
        line = self.name.fontMetrics().height() + 4
        tall = max(scaled_px(20), line)
        has_second = self.height() >= line + tall + 2
        top = max(0, (self.height() - line) // 2) if not has_second else self._top(line, tall)
        meter_px = self.meter.width_px()
        right = self.width() - _MARGIN_PX - meter_px - 8
        self.meter.setGeometry(right + 8, 3, meter_px, max(4, self.height() - 8))
        bus_px = self.bus.fontMetrics().horizontalAdvance(self.bus.text()) + 10
        left = _MARGIN_PX + scaled_px(18)
        self.bus.setGeometry(right - bus_px, top, bus_px, line)
        self.name.setGeometry(left, top, max(20, right - bus_px - left), line)
        second = (self.mute, self.solo, self.gain, self.figure, self.spectrogram)
        for widget in second:
            widget.setVisible(has_second)
        if has_second:
            self._arrange_second(top + line + 2, tall, right)

    def _top(self, line: int, tall: int) -> int:
        return 2 if self.height() < line + tall + 16 else 8

    def _arrange_second(self, top: int, tall: int, right: int) -> None:
        wide = max(tall, scaled_px(22))
        left = _MARGIN_PX - 2
        for button in (self.mute, self.solo):
            button.setGeometry(left, top, wide, tall)
            left += wide + 3
        figure_px = self.figure.fontMetrics().horizontalAdvance("−60.0 dB") + 2
        self.figure.setGeometry(right - figure_px, top, figure_px, tall)
        self.gain.setGeometry(left + 2, top, max(20, right - figure_px - left - 4), tall)
        below = top + tall + 3
        has_third = self.height() >= below + tall + 4
        self.spectrogram.setVisible(has_third)
        self.spectrogram.setGeometry(_MARGIN_PX - 2, below, wide, tall)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Take the lower edge."""
        if event.position().y() >= self.height() - _GRIP_PX:
            self._drag = (round(event.globalPosition().y()), self.height() // max(1, self._lanes))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Drag the lower edge: all lanes of the track become as high."""
        if self._drag is None:
            is_grip = event.position().y() >= self.height() - _GRIP_PX
            self.setCursor(Qt.CursorShape.SplitVCursor if is_grip else Qt.CursorShape.ArrowCursor)
            return
        start_y, height = self._drag
        moved = (round(event.globalPosition().y()) - start_y) // max(1, self._lanes)
        wanted = (height + moved) * 100 // max(1, scaled_px(100))
        self.height_wanted.emit(max(LOWEST_LANE_PX, min(wanted, HIGHEST_LANE_PX)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Let go of the edge."""
        self._drag = None
        super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802  (Qt's name)
        """Offer heights, spectrogram and rename."""
        self.menu().popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw ground, number, lane names and the edge."""
        theme = self._view.theme
        painter = QPainter(self)
        ground = theme.raised if self._holds_selection() else theme.panel
        painter.fillRect(self.rect(), QColor(ground))
        painter.setFont(ui_font(12))
        painter.setPen(QColor(theme.faint))
        place = QRect(_MARGIN_PX, self.name.y(), scaled_px(18), self.name.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, str(self._number))
        self._draw_lane_names(painter)
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), QColor(theme.line))
        if self.hasFocus():
            painter.setPen(QColor(theme.accent))
            for inset in range(theme.focus_ring_px):
                painter.drawRect(self.rect().adjusted(inset, inset, -inset - 1, -inset - 1))
        painter.end()

    def _draw_lane_names(self, painter: QPainter) -> None:
        lanes = self._track().lanes
        if self._lanes < 2:
            return
        each = self.height() // self._lanes
        painter.setFont(ui_font(11))
        height = painter.fontMetrics().height()
        for index, lane in enumerate(lanes[: self._lanes]):
            top = (index + 1) * each - height - 3
            if index and lane.name and top > self.gain.geometry().bottom():
                place = QRect(_MARGIN_PX + scaled_px(18), top, self.width() // 2, height)
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, lane.name)

    def _track(self) -> Track:
        return track_of(self._view.document.project, self.track_id)

    def _holds_selection(self) -> bool:
        selection, project = self._view.selection, self._view.document.project
        if any(
            r.id == selection.region_id and r.track_id == self.track_id for r in project.regions
        ):
            return True
        lanes = self._track().lanes
        return any(clip.id in selection.clip_ids for lane in lanes for clip in lane.clips) or any(
            lane.id in selection.lane_ids for lane in lanes
        )


class TrackMeter(QWidget):
    """The levels of a track as it is heard."""

    def __init__(self, view: TimelineView, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self.channels = 2
        self._levels: ChannelMeters | None = None

    def width_px(self) -> int:
        """Return the width that its channels need."""
        return self.channels * (METER_CHANNEL_PX + 1) - 1

    def show_levels(self, levels: ChannelMeters | None) -> None:
        """Draw other levels; None is silence."""
        if levels != self._levels:
            self._levels = levels
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw the bars."""
        painter = QPainter(self)
        theme = self._view.theme
        if self._levels is not None:
            draw_channel_meters(painter, self.rect(), self._levels, theme)
        else:
            for channel in range(self.channels):
                left = channel * (METER_CHANNEL_PX + 1)
                trough = QRect(left, 0, METER_CHANNEL_PX, self.height())
                painter.fillRect(trough, QColor(theme.field))
        painter.setPen(QColor(theme.line))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


def _routed(project: Project, *, track_id: TrackId, bus_id: object) -> Project:
    bus = next(bus for bus in project.buses if bus.id == bus_id)
    return route_track(project, track_id, bus.id)
