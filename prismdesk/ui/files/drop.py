"""Files dropped anywhere on the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

from prismdesk.ui.files.file_kinds import FileKind, kind_of
from prismdesk.ui.labels import label
from prismdesk.ui.theme import scaled_px

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QMimeData
    from PySide6.QtWidgets import QLabel, QWidget

    from prismdesk.ui.theme import Theme

_WORDS = {
    FileKind.PROJECT: "Drop to open the project",
    FileKind.FILM: "Drop to begin a project with this film",
    FileKind.SOUND: "Drop to add the sound",
}


class FileDrop(QObject):
    """Takes files dropped on a window and says beforehand what will be done with them.

    Args:
        window: where they may be dropped.
        open_files: is given what was dropped.
        theme: the colours.
    """

    def __init__(
        self, window: QWidget, open_files: Callable[[Sequence[Path]], object], theme: Theme
    ) -> None:
        super().__init__(window)
        self._window = window
        self._open_files = open_files
        self._theme = theme
        self._veil: QLabel | None = None
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    @property
    def words(self) -> str:
        """What is said over the window now; empty where nothing is held over it."""
        return "" if self._veil is None else self._veil.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Take part in drags over the window; let everything else pass."""
        if isinstance(event, QDropEvent) and event.type() is QEvent.Type.Drop:
            return self._drop(event)
        if isinstance(event, QDragEnterEvent | QDragMoveEvent):
            return self._offer(event)
        if event.type() is QEvent.Type.DragLeave:
            self._unveil()
        return False

    def _offer(self, event: QDragEnterEvent | QDragMoveEvent) -> bool:
        paths = _paths(event.mimeData())
        if not paths:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._show(_WORDS[kind_of(paths[0])])
        return True

    def _drop(self, event: QDropEvent) -> bool:
        self._unveil()
        paths = _paths(event.mimeData())
        if not paths:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._open_files(paths)
        return True

    def _show(self, words: str) -> None:
        if self._veil is None:
            self._veil = label("", size_px=18, bold=True, parent=self._window)
            self._veil.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._veil.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._veil.setStyleSheet(
                f"background: {self._theme.panel}; color: {self._theme.text};"
                f"border: 2px dashed {self._theme.accent}; border-radius: 6px;"
            )
        margin = scaled_px(24)
        height = scaled_px(96)
        width = self._window.width() - 2 * margin
        self._veil.setGeometry(margin, (self._window.height() - height) // 2, width, height)
        self._veil.setText(words)
        self._veil.show()
        self._veil.raise_()

    def _unveil(self) -> None:
        if self._veil is not None:
            self._veil.deleteLater()
            self._veil = None


def _paths(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
