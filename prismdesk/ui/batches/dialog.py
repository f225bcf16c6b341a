"""What is to be made in a batch: regions, takes, order, when. Shown before anything begins."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTime, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from prismdesk.session.batch_summary import engine_name
from prismdesk.session.batches import BatchWish, Existing, Order, plan_batch
from prismdesk.session.durations import format_duration
from prismdesk.ui.batches.words import lacks_weights, plan_words, refused_words
from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.labels import label
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.buttons import main_button, plain_button, quiet_button
from prismdesk.ui.widgets.fields import ChoiceField, FigureField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QLayout

    from prismdesk.project.model import Project, Region
    from prismdesk.session.batches import BatchPlan, Circumstances, PlannedRegion
    from prismdesk.ui.theme import Theme
    from prismdesk.ui.times import Times

_HEADINGS = ("", "Region", "From", "Engine", "Takes", "Time")
_SIZE_PX = (820, 560)
_MOST_TAKES = 16
_USUAL_HOUR = 23
_AWAKE = (
    "Leave the computer on and awake until it is over. What is cut off goes on when the project "
    "is opened again; you can go on editing meanwhile."
)

Scope = tuple[str, "tuple[Region, ...]"]
"""Which regions, in words, and the regions."""


class BatchDialog(QDialog):
    """Shows what a batch would make, and starts it.

    ``wanted`` sends the ``BatchPlan`` and when it is to begin (a ``datetime``, or None for now);
    ``weights_wanted`` a region's id and why it is refused.

    Args:
        project: as it is now.
        scopes: the regions to choose from, the first chosen.
        now: what is installed, measured, free.
        times: writes positions.
        theme: the colours.
        handle_samples: extra sound wanted before and after each region.
        parent: the window.
    """

    wanted = Signal(object, object)
    weights_wanted = Signal(object, str)

    def __init__(
        self,
        project: Project,
        scopes: Sequence[Scope],
        now: Circumstances,
        times: Times,
        theme: Theme,
        *,
        takes: int = 1,
        handle_samples: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._scopes = tuple(scopes)
        self._now = now
        self._times = times
        self._theme = theme
        self._handle_samples = handle_samples
        self.setWindowTitle("Make all open regions")
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.scope = ChoiceField(
            "Which regions", [(place, words) for place, (words, _) in enumerate(self._scopes)]
        )
        self.takes = FigureField("Takes each", least=1, most=_MOST_TAKES)
        self.takes.setValue(takes)
        self.existing = ChoiceField(
            "Regions that have takes",
            ((Existing.SKIP, "Leave as they are"), (Existing.REMAKE, "Make more takes")),
        )
        self.order = ChoiceField(
            "Order",
            (
                (Order.FEWEST_LOADS, "Fewest loads of models"),
                (Order.FILM, "As in the film"),
                (Order.SHORTEST, "Shortest first"),
            ),
        )
        self.start = ChoiceField("Begin", ((False, "Now"), (True, "At")))
        self.time = QTimeEdit(QTime(_USUAL_HOUR, 0))
        self.table = QTableWidget(0, len(_HEADINGS))
        self.words = label("", bold=True, wraps=True)
        self.refused = label("", kind="error", wraps=True)
        self.weights = quiet_button("Get weights…", theme, icon_name=IconName.DOWNLOAD)
        self.why_not = label("", kind="dim", wraps=True)
        self.make = main_button("Make", theme, icon_name=IconName.PLAY)
        self.plan = self._planned()
        self._lay_out()
        self._tie()
        self._show_plan()
        self.resize(scaled_px(_SIZE_PX[0]), scaled_px(_SIZE_PX[1]))
        self.table.setFocus()

    def start_at(self) -> datetime | None:
        """Return when it is to begin, None for now."""
        if not self.start.value:
            return None
        now = datetime.now().astimezone()
        chosen = self.time.time()
        then = now.replace(hour=chosen.hour(), minute=chosen.minute(), second=0, microsecond=0)
        return then if then > now else then + timedelta(days=1)

    def _planned(self) -> BatchPlan:
        place = self.scope.value
        _, regions = self._scopes[place if isinstance(place, int) else 0]
        wish = BatchWish(
            takes=int(self.takes.value()),
            existing=Existing(str(self.existing.value)),
            order=Order(str(self.order.value)),
            handle_samples=self._handle_samples,
        )
        return plan_batch(self._project, regions, wish, self._now)

    def _lay_out(self) -> None:
        self.time.setFont(ui_font(12))
        self.time.setDisplayFormat("HH:mm")
        self.time.setAccessibleName("Begin at this time of the day")
        self.time.setEnabled(False)
        self._make_table()
        note = label(_AWAKE, size_px=11, kind="faint", wraps=True)
        cancel = plain_button("Cancel", self._theme)
        cancel.clicked.connect(self.reject)
        self.make.setDefault(True)
        foot = QHBoxLayout()
        foot.setSpacing(scaled_px(8))
        foot.addWidget(self.why_not, 1)
        foot.addWidget(self.make)
        foot.addWidget(cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[scaled_px(16)] * 4)
        column.setSpacing(scaled_px(12))
        column.addLayout(self._fields())
        column.addWidget(self.table, 1)
        missed = QHBoxLayout()
        missed.addWidget(self.refused, 1)
        missed.addWidget(self.weights, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(missed)
        column.addWidget(self.words)
        column.addWidget(note)
        column.addLayout(foot)

    def _fields(self) -> QLayout:
        start = QHBoxLayout()
        start.setSpacing(scaled_px(6))
        start.addWidget(self.start)
        start.addWidget(self.time)
        grid = QGridLayout()
        grid.setHorizontalSpacing(scaled_px(16))
        grid.setVerticalSpacing(scaled_px(4))
        parts: tuple[tuple[str, QWidget | QLayout], ...] = (
            ("Regions", self.scope),
            ("Takes each", self.takes),
            ("Those with takes", self.existing),
            ("Order", self.order),
            ("Begin", start),
        )
        for place, (words, part) in enumerate(parts):
            grid.addWidget(label(words, size_px=11, kind="dim"), 0, place)
            if isinstance(part, QWidget):
                grid.addWidget(part, 1, place)
            else:
                grid.addLayout(part, 1, place)
        grid.setColumnStretch(len(parts), 1)
        return grid

    def _make_table(self) -> None:
        table = self.table
        table.setHorizontalHeaderLabels(list(_HEADINGS))
        table.setAccessibleName("What will be made")
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setFont(ui_font(12))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(scaled_px(28))
        header = table.horizontalHeader()
        header.setFont(ui_font(11))
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)

    def _tie(self) -> None:
        for field in (self.scope, self.existing, self.order):
            field.activated.connect(self._plan_anew)
        self.takes.valueChanged.connect(self._plan_anew)
        self.start.activated.connect(self._show_plan)
        self.time.timeChanged.connect(self._show_plan)
        self.make.clicked.connect(self._start)
        self.weights.clicked.connect(self._want_weights)

    def _plan_anew(self) -> None:
        self.plan = self._planned()
        self._show_plan()

    def _show_plan(self) -> None:
        plan = self.plan
        self.table.setRowCount(len(plan.rows))
        for number, row in enumerate(plan.rows):
            self._show_row(number, row)
        self.words.setText(plan_words(plan))
        self.refused.setText(refused_words(plan))
        self.refused.setVisible(bool(plan.refused))
        self.weights.setVisible(any(map(lacks_weights, plan.refused)))
        self.time.setEnabled(bool(self.start.value))
        why_not = plan.why_not
        self.why_not.setText(why_not)
        self.make.setEnabled(not why_not)
        self.make.setToolTip(why_not)
        count = len(plan.to_make)
        what = "1 region" if count == 1 else f"{count} regions"
        start_at = self.start_at()
        when = "" if start_at is None else f" at {start_at:%H:%M}"
        self.make.setText(f"Make {what}{when}")

    def _show_row(self, number: int, row: PlannedRegion) -> None:
        region, theme = row.region, self._theme
        state, colour, says = IconName.CHECK, theme.dim, str(number + 1)
        if row.refused:
            state, colour, says = IconName.PROHIBIT, theme.error, "refused"
        elif row.skipped:
            state, colour, says = IconName.CIRCLE_DASHED, theme.faint, "skipped"
        time = (
            "not measured yet" if row.seconds is None else f"about {format_duration(row.seconds)}"
        )
        cells = (
            says,
            region.name or region.id,
            self._times.timecode(region.range.start_samples),
            engine_name(region.engine, region.variant),
            str(row.takes) if row.is_made else "",
            _why_not(row) or time,
        )
        for column, words in enumerate(cells):
            item = QTableWidgetItem(words)
            if not row.is_made:
                item.setForeground(_brush(theme.dim))
            if column == 0:
                item.setIcon(icon(state, theme, colour=colour))
            if column == len(cells) - 1:
                item.setToolTip(words)
            self.table.setItem(number, column, item)

    def _want_weights(self) -> None:
        row = next(row for row in self.plan.refused if lacks_weights(row))
        self.weights_wanted.emit(row.region.id, row.refused)
        self.reject()

    def _start(self) -> None:
        self.wanted.emit(self.plan, self.start_at())
        self.accept()


def _why_not(row: PlannedRegion) -> str:
    if lacks_weights(row):
        return "weights not installed"
    return row.refused or row.skipped


def _brush(colour: str) -> QBrush:
    return QBrush(QColor(colour))
