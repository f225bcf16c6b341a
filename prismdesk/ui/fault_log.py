"""What is left of a fault that Python can't catch: a segmentation fault, an abort."""

from __future__ import annotations

import faulthandler
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

import platformdirs


class FaultLog:
    """Has Python write every thread's place into a file when the process dies of a fault.

    Args:
        folder: where the file lies; None takes the user's log folder.

    Attributes:
        last: what the fault of an earlier run left, under a name of its own; None if there is none.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(platformdirs.user_log_dir("prismdesk", appauthor=False))
        self._path = self._folder / "fault.log"
        self._file: IO[str] | None = None
        self._was_enabled = False
        self.last: Path | None = None

    def open(self) -> None:
        """Begin; where the file can't be written, do without."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._keep_last()
            self._file = self._path.open("w", encoding="utf-8")
        self._was_enabled = faulthandler.is_enabled()
        if self._file is not None:
            faulthandler.enable(self._file)

    def close(self) -> None:
        """End; a run that ends well leaves no file."""
        if self._file is None:
            return
        faulthandler.disable()
        if self._was_enabled and sys.__stderr__ is not None:
            faulthandler.enable(sys.__stderr__)
        self._file.close()
        self._file = None
        with suppress(OSError):
            self._path.unlink()

    def _keep_last(self) -> None:
        if self._path.is_file() and self._path.stat().st_size > 0:
            self.last = self._folder / time.strftime("fault-%Y%m%d-%H%M%S.txt")
            self._path.replace(self.last)
