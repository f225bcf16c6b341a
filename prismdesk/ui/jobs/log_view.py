"""What an engine printed while it worked, to read and to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from prismdesk.jobs.log import log_tail
from prismdesk.ui.icons import IconName
from prismdesk.ui.theme import fixed_font
from prismdesk.ui.widgets.arranging import column, row
from prismdesk.ui.widgets.buttons import icon_button, quiet_button
from prismdesk.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.ui.theme import Theme


class LogView(QWidget):
    """The last lines of a job's log; hides itself when closed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._title = ElidedLabel()
        self._title.setProperty("kind", "dim")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(fixed_font(11))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName("Log")
        self.copy = quiet_button("Copy", theme, icon_name=IconName.COPY)
        self.copy.clicked.connect(self._copy)
        close = icon_button(IconName.CLOSE, theme, "Close the log", self.hide)
        head = row()
        head.addWidget(self._title, 1)
        head.addWidget(self.copy)
        head.addWidget(close)
        layout = column(spacing_px=4)
        layout.addLayout(head)
        layout.addWidget(self.text, 1)
        self.setLayout(layout)
        self.hide()

    def show_log(self, job: JobSnapshot) -> None:
        """Show what a job's engine said last."""
        kept = job.failure.log_tail if job.failure is not None else ""
        words = kept or log_tail(job.log_path, job_id=job.id)
        self._title.setText(f"Log of “{job.label}” · {job.log_path}")
        self.text.setPlainText(words or "The engine printed nothing.")
        self.text.moveCursor(self.text.textCursor().MoveOperation.End)
        self.show()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
