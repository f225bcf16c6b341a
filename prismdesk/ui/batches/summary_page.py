"""What became of a batch: made, failed and why with a remedy each, skipped; as text or table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from prismdesk.jobs.batch_records import Outcome
from prismdesk.jobs.states import JobState
from prismdesk.project.ids import RegionId
from prismdesk.session.batch_summary import OUTCOME_WORDS, BatchSummary, what_made, why
from prismdesk.ui.batches.words import shown_reason
from prismdesk.ui.failure_words import failure_words
from prismdesk.ui.icons import IconName
from prismdesk.ui.labels import icon_label, label
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.buttons import main_button, plain_button, quiet_button
from prismdesk.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.jobs.batch_records import BatchEntry
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.session.batch_course import Batch
    from prismdesk.ui.job_outcomes import JobOutcomes
    from prismdesk.ui.theme import Theme

_SIZE_PX = (760, 560)
_ICONS = {
    Outcome.MADE: (IconName.CHECK_CIRCLE, "good"),
    Outcome.FAILED: (IconName.WARNING, "error"),
    Outcome.REFUSED: (IconName.PROHIBIT, "error"),
    Outcome.SKIPPED: (IconName.CIRCLE_DASHED, "dim"),
    Outcome.CANCELLED: (IconName.CLOSE, "dim"),
    Outcome.WAITING: (IconName.CLOCK, "dim"),
}


class SummaryPage(QDialog):
    """Shows a batch region by region, those that need a look first; follows it while it goes on.

    ``region_wanted`` carries a region's id; ``weights_wanted`` one and the reason it is refused;
    ``again_wanted`` asks for what failed once more.

    Args:
        batch_now: gives the batch; whoever has it calls ``refresh`` when it is another.
        job_of: gives a job that is still in the queue.
        outcomes: does what can be done about a failure.
        theme: the colours.
        parent: the window.
    """

    region_wanted = Signal(object)
    weights_wanted = Signal(object, str)
    again_wanted = Signal()

    def __init__(
        self,
        batch_now: Callable[[], Batch | None],
        job_of: Callable[[str], JobSnapshot | None],
        outcomes: JobOutcomes,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._batch_now = batch_now
        self._job_of = job_of
        self._outcomes = outcomes
        self._theme = theme
        self._shown: object = None
        self.setWindowTitle("Batch summary")
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.headline = label("", size_px=18, bold=True, wraps=True)
        self.when = label("", kind="dim", wraps=True)
        self._area = QScrollArea()
        self.again = plain_button("Make again what failed", theme, icon_name=IconName.AGAIN)
        self.copy = quiet_button("Copy as text", theme, icon_name=IconName.COPY)
        self.save = quiet_button("Save as CSV…", theme, icon_name=IconName.EXPORT)
        self.leave = main_button("Close", theme)
        self._lay_out()
        self.again.clicked.connect(self.again_wanted)
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self._ask_where)
        self.leave.clicked.connect(self.close)
        self.refresh()
        self.resize(scaled_px(_SIZE_PX[0]), scaled_px(_SIZE_PX[1]))
        self.leave.setFocus()

    def refresh(self) -> None:
        """Show the batch as it is now."""
        batch = self._batch_now()
        if batch is None or batch.record is self._shown:
            return
        self._shown = batch.record
        summary = BatchSummary(batch.record)
        self.headline.setText(summary.headline)
        paused = f" Paused: {batch.record.paused_because}" if batch.record.paused_because else ""
        self.when.setText(f"{summary.when}{paused}")
        failed, cancelled = map(batch.record.of, (Outcome.FAILED, Outcome.CANCELLED))
        self.again.setVisible(bool(failed or cancelled))
        self.again.setText("Make again what failed" if failed else "Make what was cancelled")
        self._area.setWidget(self._table(summary))

    def text(self) -> str:
        """Return the summary as lines to be read."""
        batch = self._batch_now()
        return "" if batch is None else BatchSummary(batch.record).text()

    def save_csv(self, path: Path) -> None:
        """Write the summary as a table; what goes wrong is shown in the page."""
        batch = self._batch_now()
        if batch is None:
            return
        try:
            path.write_text(BatchSummary(batch.record).csv(), "utf-8", newline="")
        except OSError as error:
            self.when.setText(f"{path} can't be written: {error.strerror or error}.")
        else:
            self.when.setText(f"Saved as {path}.")

    def _table(self, summary: BatchSummary) -> QWidget:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, scaled_px(8), 0)
        grid.setHorizontalSpacing(scaled_px(12))
        grid.setVerticalSpacing(scaled_px(10))
        grid.setColumnStretch(2, 1)
        for number, entry in enumerate(summary.rows):
            self._add_row(grid, number, entry)
        grid.setRowStretch(len(summary.rows), 1)
        return page

    def _add_row(self, grid: QGridLayout, number: int, entry: BatchEntry) -> None:
        top = Qt.AlignmentFlag.AlignTop
        icon_name, colour = _ICONS[entry.outcome]
        words = OUTCOME_WORDS[entry.outcome]
        grid.addWidget(
            icon_label(icon_name, getattr(self._theme, colour), means=words), number, 0, top
        )
        grid.addWidget(label(words, kind="dim"), number, 1, top)
        texts = QVBoxLayout()
        texts.setSpacing(scaled_px(2))
        name, made = ElidedLabel(entry.label), ElidedLabel(what_made(entry))
        name.setFont(ui_font(12, bold=True))
        made.setFont(ui_font(11))
        made.setProperty("kind", "faint")
        texts.addWidget(name)
        texts.addWidget(made)
        for line in why(entry):
            texts.addWidget(label(shown_reason(line), kind="dim", wraps=True))
        grid.addLayout(texts, number, 2)
        if (button := self._remedy(entry)) is not None:
            grid.addWidget(button, number, 3, top)

    def _remedy(self, entry: BatchEntry) -> QWidget | None:
        """Return the button that does what helps most with a region; None where all is well."""
        if entry.outcome is Outcome.WAITING:
            return None
        job = self._job_of(entry.job_id)
        if entry.outcome is Outcome.FAILED and job is not None and job.failure is not None:
            remedies = failure_words(job, job.failure).remedies
            remedy = remedies[0] if remedies else None
            if remedy is not None and job.state is JobState.FAILED:
                words = self._outcomes.remedies.words(remedy)
                button = plain_button(words, self._theme)
                button.clicked.connect(lambda: self._outcomes.remedies.do(job, remedy))
                return button
        region_id = RegionId(entry.region_id)
        if entry.outcome is Outcome.REFUSED and "prismdesk models get" in entry.reason:
            button = plain_button("Get weights…", self._theme)
            button.clicked.connect(lambda: self.weights_wanted.emit(region_id, entry.reason))
            return button
        button = quiet_button("Show it", self._theme)
        button.setAccessibleName(f"Show {entry.label}")
        button.clicked.connect(lambda: self.region_wanted.emit(region_id))
        return button

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())

    def _ask_where(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, "Save the summary", str(Path.home() / "batch.csv"), "Tables (*.csv)"
        )
        if name:
            self.save_csv(Path(name))

    def _lay_out(self) -> None:
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._area.setAccessibleName("Regions of the batch")
        foot = QHBoxLayout()
        foot.setSpacing(scaled_px(8))
        foot.addWidget(self.copy)
        foot.addWidget(self.save)
        foot.addStretch(1)
        foot.addWidget(self.again)
        foot.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[scaled_px(16)] * 4)
        column.setSpacing(scaled_px(12))
        texts = QVBoxLayout()
        texts.setSpacing(scaled_px(2))
        texts.addWidget(self.headline)
        texts.addWidget(self.when)
        column.addLayout(texts)
        column.addWidget(self._area, 1)
        column.addLayout(foot)
