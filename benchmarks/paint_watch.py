"""Sees when a widget is painted first; apart from the scenes, whose imports would be measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable


class PaintWatch(QObject):
    """Calls back after a widget was painted first."""

    def __init__(self, watched: QObject, painted: Callable[[], object]) -> None:
        super().__init__(watched)
        self._painted: Callable[[], object] | None = painted
        watched.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Wait for the first painting."""
        if event.type() == QEvent.Type.Paint and self._painted is not None:
            painted, self._painted = self._painted, None
            QTimer.singleShot(0, painted)
        return False
