"""The end of the program while something is trained: what is needed to go on is kept first."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtWidgets import QApplication, QLabel

from prismdesk.ui.theme import scaled_px, ui_font

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from prismdesk.ui.adapters.training.bridge import TrainingBridge

_SILENT_SECONDS = 0.5
_LOOK_SECONDS = 0.05


def close_training(training: TrainingBridge, window: QWidget) -> None:
    """Pause what is trained and wait for that; a sentence says so if it takes a while.

    Args:
        training: is closed.
        window: over whose place the sentence is shown.
    """
    pieces = training.under_way()
    closing = threading.Thread(target=training.close, name="closing training")
    closing.start()
    closing.join(_SILENT_SECONDS)
    if not closing.is_alive():
        return
    note = _note(pieces[0].label if pieces else "")
    note.move(window.geometry().center() - note.rect().center())
    note.show()
    while closing.is_alive():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        closing.join(_LOOK_SECONDS)
    note.close()
    note.deleteLater()


def _note(name: str) -> QLabel:
    what = f"The training of {name}" if name else "What is trained"
    note = QLabel(f"{what} is kept, so that it can go on another time. PrismDesk closes then.")
    note.setWindowFlags(Qt.WindowType.SplashScreen)
    note.setFont(ui_font(13))
    note.setMargin(scaled_px(20))
    note.adjustSize()
    return note
