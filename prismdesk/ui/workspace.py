"""One project in the window: picture, regions, transport figures, timeline, and their ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QScrollArea,
    QScrollBar,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from prismdesk.project.lookup import media_of, picture_of
from prismdesk.ui.frame_fetcher import FrameFetcher, ReadFrame, WantedFrame
from prismdesk.ui.playhead import Playhead
from prismdesk.ui.region_list import RegionTable
from prismdesk.ui.theme import HEADER_WIDTH_PX, Theme, fixed_font, ui_font
from prismdesk.ui.view_only_timeline import Timeline
from prismdesk.ui.viewer import Viewer

if TYPE_CHECKING:
    from prismdesk.ui.project_view import ProjectView
    from prismdesk.ui.timeline.timescale import Timescale


class Workspace(QWidget):
    """Shows one project; nothing in it changes the project.

    Args:
        view: the project.
        read_frame: reads its film's pictures; None where there is no film to read.
        no_picture: why there is none; shown in its place.
        theme: the colours.
    """

    def __init__(
        self,
        view: ProjectView,
        *,
        read_frame: ReadFrame | None,
        no_picture: str = "This project has no picture.",
        theme: Theme,
    ) -> None:
        super().__init__()
        self.view = view
        self.playhead = Playhead(view, self)
        picture = picture_of(view.project)
        size = (picture.width_px, picture.height_px) if picture and read_frame else None
        self.viewer = Viewer(size, theme)
        if size is None:
            self.viewer.show_words(no_picture)
        self.timeline = Timeline(view, self.playhead, theme)
        self.regions = self._region_table(theme)
        self._timecode = QLabel(view.timecode(0))
        self._where = QLabel()
        self._scroll = QScrollBar(Qt.Orientation.Horizontal)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._fetcher = FrameFetcher(read_frame, self) if read_frame and size else None
        self._lay_out(theme)
        self._tie()
        self._follow(0)

    def close_film(self) -> None:
        """End the thread that decodes; call before the widget goes."""
        if self._fetcher is not None:
            self._fetcher.close()

    def _region_table(self, theme: Theme) -> QTableView:
        table = QTableView()
        table.setModel(RegionTable(self.view, theme))
        table.setParent(self)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setFont(ui_font(12))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(28)
        header = table.horizontalHeader()
        header.setFont(ui_font(11))
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.setAccessibleName("Regions")
        return table

    def _lay_out(self, theme: Theme) -> None:
        upper = QSplitter(Qt.Orientation.Horizontal)
        upper.addWidget(_titled("Picture", self._film_facts(), self.viewer, theme))
        count = len(self.view.project.regions)
        upper.addWidget(
            _titled("Regions", str(count) if count else "No regions.", self.regions, theme)
        )
        upper.setStretchFactor(0, 1)
        upper.setSizes([900, 600])
        upper.setHandleWidth(2)
        self._timecode.setFont(fixed_font(20, bold=True))
        self._timecode.setAccessibleName("Timecode of the playhead")
        self._where.setFont(ui_font(12))
        self._where.setStyleSheet(f"color: {theme.dim};")
        transport = QWidget()
        transport.setFixedHeight(44)
        row = QHBoxLayout(transport)
        row.setContentsMargins(12, 0, 14, 0)
        row.addWidget(self._timecode)
        row.addSpacing(18)
        row.addWidget(self._where)
        row.addStretch()
        lanes = QScrollArea()
        lanes.setWidget(self.timeline)
        lanes.setWidgetResizable(True)
        lanes.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        lanes.setFrameShape(QScrollArea.Shape.NoFrame)
        lanes.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll_row = QWidget()
        scroll = QHBoxLayout(scroll_row)
        scroll.setContentsMargins(HEADER_WIDTH_PX, 0, 0, 0)
        scroll.addWidget(self._scroll)
        lower = QWidget()
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(transport)
        column.addWidget(lanes, 1)
        column.addWidget(scroll_row)
        both = QSplitter(Qt.Orientation.Vertical)
        both.addWidget(upper)
        both.addWidget(lower)
        both.setStretchFactor(0, 1)
        lower_px = 44 + self.timeline.sizeHint().height() + 16
        both.setSizes([1000, min(lower_px, 480)])
        both.setHandleWidth(2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(both)

    def _film_facts(self) -> str:
        project, picture = self.view.project, picture_of(self.view.project)
        facts = []
        if project.film_id is not None:
            facts.append(media_of(project, project.film_id).path.rpartition("/")[2])
        if picture is not None:
            rate = f"{float(picture.rate):.3f}".rstrip("0").rstrip(".")
            facts += [f"{picture.width_px} × {picture.height_px}", f"{rate} fps"]
        return "   ".join([*facts, f"{project.rate_hz / 1000:g} kHz"])

    def _tie(self) -> None:
        self.playhead.moved.connect(self._follow)
        self.viewer.resized.connect(self._ask_for_picture)
        self.timeline.scale_changed.connect(self._show_scale)
        self._scroll.valueChanged.connect(self.timeline.scroll_to)
        self.regions.clicked.connect(self._go_to_region)
        self.regions.activated.connect(self._go_to_region)
        if self._fetcher is not None:
            self._fetcher.fetched.connect(self.viewer.show_image)
            self._fetcher.failed.connect(self.viewer.show_words)

    def _follow(self, samples: int) -> None:
        self._timecode.setText(self.view.timecode(samples))
        frame = self.view.frame_at(samples) + 1
        self._where.setText(
            f"Frame {frame:,} of {self.view.last_frame() + 1:,}   ·   Sample {samples:,}".replace(
                ",", "\u202f"
            )
        )
        self._ask_for_picture()

    def _ask_for_picture(self) -> None:
        size = self.viewer.wanted_px()
        if self._fetcher is None or size is None:
            return
        self._fetcher.fetch(WantedFrame(self._picture_seconds(), *size))

    def _picture_seconds(self) -> float:
        """Return a time that lies safely inside the frame at the playhead."""
        samples = self.playhead.position_samples
        picture = picture_of(self.view.project)
        if picture is None or picture.is_variable_rate:
            return (samples + 0.5) / self.view.project.rate_hz
        return float((self.view.frame_at(samples) + 0.5) / self.view.frame_rate)

    def _show_scale(self, scale: Timescale) -> None:
        self._scroll.blockSignals(True)
        self._scroll.setRange(0, scale.last_first_px)
        self._scroll.setPageStep(scale.width_px)
        self._scroll.setSingleStep(40)
        self._scroll.setValue(scale.first_px)
        self._scroll.blockSignals(False)
        self._scroll.setVisible(scale.last_first_px > 0)

    def _go_to_region(self, index: QModelIndex) -> None:
        model = self.regions.model()
        if isinstance(model, RegionTable):
            self.playhead.move_to(model.region_at(index.row()).range.start_samples)


def _titled(title: str, facts: str, content: QWidget, theme: Theme) -> QWidget:
    pane = QWidget()
    heading = QWidget()
    heading.setFixedHeight(30)
    row = QHBoxLayout(heading)
    row.setContentsMargins(14, 0, 14, 0)
    name, more = QLabel(title), QLabel(facts)
    name.setFont(ui_font(12, bold=True))
    more.setFont(ui_font(11))
    more.setStyleSheet(f"color: {theme.faint};")
    row.addWidget(name)
    row.addStretch()
    row.addWidget(more)
    column = QVBoxLayout(pane)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(heading)
    column.addWidget(content, 1)
    return pane
