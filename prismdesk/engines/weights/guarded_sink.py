"""A file that a thread reads into for as long as somebody wants it to."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from prismdesk.errors import Cancelled

if TYPE_CHECKING:
    from typing import BinaryIO


class GuardedSink:
    """The file that is read into, until nobody wants it any more."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._is_unwanted = threading.Event()
        self.size_bytes = file.tell()

    def write(self, block: bytes) -> None:
        """Write a block behind what is there."""
        with self._lock:
            self._raise_if_unwanted()
            self._file.write(block)
            self.size_bytes += len(block)

    def restart(self) -> None:
        """Forget what is there: the server can't begin in the middle."""
        with self._lock:
            self._raise_if_unwanted()
            self._file.seek(0)
            self._file.truncate()
            self.size_bytes = 0

    def wait(self, seconds: float) -> None:
        """Do nothing for a while, or until nobody wants it any more."""
        self._is_unwanted.wait(seconds)
        self._raise_if_unwanted()

    def close_for_good(self) -> None:
        """Take nothing more; the file itself is its owner's to close."""
        with self._lock:
            self._is_unwanted.set()

    def _raise_if_unwanted(self) -> None:
        if self._is_unwanted.is_set():
            raise Cancelled
