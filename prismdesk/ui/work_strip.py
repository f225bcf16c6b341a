"""The strip for long work where no project is open: what is done, how far it is, cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.share_bar import ShareBar

if TYPE_CHECKING:
    from prismdesk.ui.background import Background, BackgroundTask


class WorkStrip(QWidget):
    """Shows the oldest piece of work that isn't quiet; hidden where there is none."""

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._task: BackgroundTask[Any] | None = None
        self.setAccessibleName("Work in progress")
        self.title = QLabel()
        self.title.setFont(ui_font(12, bold=True))
        self.bar = ShareBar("How far it is")
        self.bar.setFixedHeight(scaled_px(8))
        self.left = QLabel()
        self.left.setFont(ui_font(12))
        self.cancel = QPushButton("Cancel")
        self.cancel.clicked.connect(self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 14, 4)
        row.setSpacing(12)
        for widget in (self.title, self.bar, self.left, self.cancel):
            row.addWidget(widget, 1 if widget is self.bar else 0)
        for signal in (background.started, background.progressed, background.ended):
            signal.connect(self._show_task)
        self._show_task()

    def _show_task(self, _: object = None) -> None:
        loud = [task for task in self._background.tasks if not task.is_quiet]
        self._task = loud[0] if loud else None
        self.setVisible(self._task is not None)
        if self._task is None:
            return
        self.title.setText(self._task.title)
        self.bar.setValue(round(self._task.fraction * 1000))
        seconds = self._task.seconds_left
        self.left.setText("" if seconds is None else f"{max(1, round(seconds))} s left")

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
