"""Edits that wait while somebody types: what is typed in one go becomes one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

PAUSE_MS = 700


class PendingEdits(QObject):
    """Holds the last edit of each field until the typing pauses, or until ``flush``.

    Whoever reads the project for a job, saves it or closes it flushes first.
    """

    def __init__(self, parent: QObject | None = None, *, pause_ms: int = PAUSE_MS) -> None:
        super().__init__(parent)
        self._edits: dict[str, Callable[[], object]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(pause_ms)
        self._timer.timeout.connect(self.flush)

    def put(self, field: str, edit: Callable[[], object]) -> None:
        """Keep an edit in place of the field's last one, and wait for a pause again."""
        self._edits[field] = edit
        self._timer.start()

    def has(self, field: str) -> bool:
        """Whether the field has an edit that waits."""
        return field in self._edits

    def flush(self) -> None:
        """Make all edits that wait, in the order in which their fields were first touched."""
        self._timer.stop()
        edits, self._edits = list(self._edits.values()), {}
        for edit in edits:
            edit()
