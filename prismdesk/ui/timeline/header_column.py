"""The column left of the lanes: headers of ruler, picture, tracks and takes."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from prismdesk.ui.fonts import ui_font
from prismdesk.ui.timeline.layout import Row, RowKind
from prismdesk.ui.timeline.take_header import TakeHeader
from prismdesk.ui.timeline.track_header import TrackHeader
from prismdesk.ui.times import RulerUnit
from prismdesk.ui.widgets.buttons import action_button

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from prismdesk.playback.meters import MeterReading
    from prismdesk.project.ids import TakeId, TrackId
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.timeline.view import TimelineView

_MARGIN_PX = 12


class HeaderColumn(QWidget):
    """Headers beside their rows, in the order of the rows for Tab.

    ``height_wanted`` carries a track's id and the height that its lanes were dragged to;
    ``spectrogram_wanted`` its id and whether it shall be drawn as a spectrum; ``unit_wanted`` what
    the ruler shall count; ``take_play_wanted`` the id of a take to be heard.
    """

    height_wanted = Signal(object, int)
    spectrogram_wanted = Signal(object, bool)
    unit_wanted = Signal(object)
    take_play_wanted = Signal(object)

    def __init__(self, view: TimelineView, desktop: Desktop, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self._tracks: dict[TrackId, TrackHeader] = {}
        self._takes: dict[TakeId, TakeHeader] = {}
        self._takes_tools: QWidget | None = None
        self._tab_order: list[TrackHeader | TakeHeader] = []
        self.picture_words = ""
        self.unit = QToolButton(self)
        self.unit.setProperty("kind", "tiny")
        self.unit.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.unit.clicked.connect(self._choose_unit)
        self._buttons = [
            action_button(desktop.actions.action(name))
            for name in ("transport.marker", "track.add")
        ]
        for button in self._buttons:
            button.setParent(self)
            button.setProperty("kind", "tiny")
        self._scrolled = QWidget(self)
        """Holds what scrolls, so that it is cut off under the picture's row."""

    def track_header(self, track_id: TrackId) -> TrackHeader | None:
        """Return the header of a track."""
        return self._tracks.get(track_id)

    def take_header(self, take_id: TakeId) -> TakeHeader | None:
        """Return the header of a take that is listed."""
        return self._takes.get(take_id)

    def refresh(self) -> None:
        """Take up rows and project."""
        layout = self._view.layout
        canvas = self.parentWidget()
        height = canvas.height() if canvas is not None else 0
        self.setGeometry(0, 0, layout.header_px, height)
        top = layout.tracks_top_px
        self._scrolled.setGeometry(0, top, layout.header_px, max(0, height - top))
        self._refresh_corner()
        self._refresh_tracks(top)
        self._refresh_takes(top)
        self._order_tab()
        self.update()

    def refresh_selection(self) -> None:
        """Take up what is selected."""
        for header in self._tracks.values():
            header.update()

    def show_levels(self, reading: MeterReading) -> None:
        """Show what is heard in the tracks' meters."""
        levels = dict(reading.tracks)
        for track_id, header in self._tracks.items():
            header.meter.show_levels(levels.get(track_id))

    def set_takes_tools(self, widget: QWidget) -> None:
        """Take a widget for the last row of the open takes; it lies over the whole row."""
        self._takes_tools = widget
        widget.setParent(self.parentWidget())
        widget.hide()

    def unit_menu(self) -> QMenu:
        """Return what the ruler can count."""
        menu = QMenu(self)
        for unit in RulerUnit:
            action = menu.addAction(unit.value.capitalize())
            action.setCheckable(True)
            action.setChecked(unit is self._view.ruler_unit)
            action.triggered.connect(partial(self._want_unit, unit))
        return menu

    def _want_unit(self, unit: RulerUnit, *_: object) -> None:
        self.unit_wanted.emit(unit)

    def _choose_unit(self) -> None:
        self.unit_menu().popup(self.unit.mapToGlobal(QPoint(0, self.unit.height())))

    def _refresh_corner(self) -> None:
        measures = self._view.layout.measures
        words = self._view.ruler_unit.value.capitalize()
        self.unit.setFont(ui_font(12))
        self.unit.setText(f"{words} ▾")
        self.unit.setAccessibleName(f"Ruler counts {words.lower()}")
        self.unit.setToolTip("What the ruler counts")
        top, tall = measures.overview_px + 1, measures.ruler_px - 3
        wide = self.unit.fontMetrics().horizontalAdvance(self.unit.text()) + 12
        self.unit.setGeometry(_MARGIN_PX - 6, top, wide, tall)
        left = self.width() - 8
        for button in reversed(self._buttons):
            left -= tall + 2
            button.setGeometry(left, top, tall, tall)

    def _refresh_tracks(self, top: int) -> None:
        groups = self._header_rows()
        for track_id in [known for known in self._tracks if known not in groups]:
            self._tracks.pop(track_id).deleteLater()
        for track_id, rows in groups.items():
            header = self._tracks.get(track_id)
            if header is None:
                header = TrackHeader(self._view, track_id, self._scrolled)
                header.height_wanted.connect(partial(self.height_wanted.emit, track_id))
                header.spectrogram_wanted.connect(partial(self.spectrogram_wanted.emit, track_id))
                self._tracks[track_id] = header
            height = rows[-1].bottom_px - rows[0].top_px
            header.setGeometry(0, rows[0].top_px - top, self.width(), height)
            header.refresh(rows[0].number, len(rows))
            header.show()

    def _header_rows(self) -> dict[TrackId, list[Row]]:
        """Return the lanes beside each track's header: those above its open takes."""
        groups: dict[TrackId, list[Row]] = {}
        for row in self._view.layout.rows:
            if row.kind is not RowKind.LANE or row.track_id is None:
                continue
            rows = groups.setdefault(row.track_id, [])
            if not rows or rows[-1].bottom_px == row.top_px:
                rows.append(row)
        return groups

    def _refresh_takes(self, top: int) -> None:
        rows = {row.take_id: row for row in self._view.layout.rows if row.take_id is not None}
        for take_id in [known for known in self._takes if known not in rows]:
            gone = self._takes.pop(take_id)
            gone.hide()
            gone.deleteLater()
        for take_id, row in rows.items():
            header = self._takes.get(take_id)
            if header is None:
                header = TakeHeader(self._view, take_id, self._scrolled)
                header.play_wanted.connect(self.take_play_wanted)
                self._takes[take_id] = header
            header.setGeometry(0, row.top_px - top, self.width(), row.height_px)
            header.refresh()
            header.show()
        self._place_tools(top)

    def _order_tab(self) -> None:
        """Let Tab go down the rows, through the controls of each."""
        headers: list[TrackHeader | TakeHeader] = []
        for row in self._view.layout.rows:
            if row.take_id is not None:
                headers.append(self._takes[row.take_id])
            elif row.track_id is not None and self._tracks[row.track_id] not in headers:
                headers.append(self._tracks[row.track_id])
        if headers == self._tab_order:
            return
        self._tab_order = headers
        chain: list[QWidget] = [self.unit, *self._buttons]
        for header in headers:
            chain.extend(header.tab_chain())
        for one, following in pairwise(chain):
            QWidget.setTabOrder(one, following)

    def _place_tools(self, top: int) -> None:
        if self._takes_tools is None:
            return
        tools = next((r for r in self._view.layout.rows if r.kind is RowKind.TAKE_TOOLS), None)
        is_seen = tools is not None and tools.top_px >= top
        if tools is not None:
            width = self.width() + self._view.scale.width_px
            self._takes_tools.setGeometry(0, tools.top_px, width, tools.height_px - 1)
            self._takes_tools.raise_()
        self._takes_tools.setVisible(is_seen)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw the ground and what has no control: film and picture."""
        painter = QPainter(self)
        theme, layout = self._view.theme, self._view.layout
        painter.fillRect(event.rect(), QColor(theme.panel))
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        place = QRect(_MARGIN_PX, 0, self.width() - 2 * _MARGIN_PX, layout.measures.overview_px)
        painter.setFont(ui_font(11))
        painter.setPen(QColor(theme.faint))
        painter.drawText(place, middle, "Whole film")
        times = self._view.document.times
        painter.drawText(place, middle | right, times.length_timecode(times.end_samples))
        picture = layout.picture_row
        if picture is not None:
            half = picture.height_px // 2
            first = QRect(place.left(), picture.top_px, place.width(), half)
            painter.drawText(
                first.translated(0, half - 2),
                Qt.AlignmentFlag.AlignTop,
                painter.fontMetrics().elidedText(
                    self.picture_words, Qt.TextElideMode.ElideRight, place.width()
                ),
            )
            painter.setFont(ui_font(12, bold=True))
            painter.setPen(QColor(theme.text))
            painter.drawText(first, Qt.AlignmentFlag.AlignBottom, "Picture")
        for edge in (layout.measures.overview_px, layout.top_px, layout.tracks_top_px):
            painter.fillRect(QRect(0, edge - 1, self.width(), 1), QColor(theme.line))
        painter.fillRect(QRect(self.width() - 1, 0, 1, self.height()), QColor(theme.line))
        painter.end()
