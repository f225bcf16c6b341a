"""Keeps a run in sight: reads it when it changes, at most twice a second, only while seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from prismdesk.ui.adapters.training.run_look import RunLook, RunReader
from prismdesk.ui.turns import WhenSeen

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from prismdesk.engines.training.run_files import RunFolder
    from prismdesk.errors import PrismDeskError
    from prismdesk.jobs.training.desk import Piece
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop

BETWEEN_LOOKS_MS = 500


class RunWatch(QObject):
    """Reads a run off the window's thread; ``looked`` follows with a ``RunLook``.

    ``gone`` follows with a sentence where the run can't be read any more.

    Args:
        part: what shows the run; while it isn't seen nothing is read.
        desktop: long work, training, presets.
    """

    looked = Signal(object)
    gone = Signal(str)

    def __init__(self, part: QWidget, desktop: Desktop) -> None:
        super().__init__(part)
        self._desktop = desktop
        self._reader: RunReader | None = None
        self._folder: RunFolder | None = None
        self._look: RunLook | None = None
        self._reading: BackgroundTask[RunLook] | None = None
        self._is_wanted_again = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(BETWEEN_LOOKS_MS)
        self._pause.timeout.connect(self._after_pause)
        self._seen = WhenSeen(part, self._read, desktop.turns)
        desktop.training.changed.connect(self._follow)
        desktop.presets.changed.connect(self.look_at_presets)

    @property
    def look(self) -> RunLook | None:
        """The run as it was read last; None before it was, or where none is watched."""
        return self._look

    @property
    def folder(self) -> RunFolder | None:
        """The run that is watched."""
        return self._folder

    def watch(self, folder: RunFolder | None) -> None:
        """Watch another run from now on; None for none."""
        if self._reading is not None:
            self._reading.forget()
            self._reading = None
        self._pause.stop()
        self._folder, self._look, self._is_wanted_again = folder, None, False
        self._reader = None if folder is None else RunReader(folder)
        if folder is not None:
            self._seen.want()

    def look_again(self) -> None:
        """Read the run anew, now or once it is seen; soon if it was read just now."""
        if self._reader is None:
            return
        if self._reading is not None or self._pause.isActive():
            self._is_wanted_again = True
        else:
            self._seen.want()

    def _follow(self, piece: Piece) -> None:
        folder = self._folder
        if folder is not None and getattr(piece.task, "run_folder", "") == str(folder.path):
            self.look_again()

    def look_at_presets(self) -> None:
        """Look anew which checkpoints are presets of the library."""
        if self._reader is not None:
            self._reader.forget_presets()
            self.look_again()

    def _read(self) -> None:
        reader = self._reader
        if reader is None or self._reading is not None:
            return
        self._is_wanted_again = False
        self._reading = self._desktop.background.run(
            "Reading a training run",
            lambda *_: reader.read(),
            done=self._show,
            failed=self._tell_gone,
            quiet=True,
            owner=self,
        )

    def _show(self, look: RunLook) -> None:
        self._reading, self._look = None, look
        self._pause.start()
        self.looked.emit(look)

    def _tell_gone(self, error: PrismDeskError) -> None:
        self._reading = self._look = None
        self.gone.emit(str(error))

    def _after_pause(self) -> None:
        if self._is_wanted_again:
            self._seen.want()
