"""Threads that are kept for the next piece of work: on a busy machine, starting one takes moments.

``Thread.start`` waits until the new thread has run, which costs the window's thread several
milliseconds where others want the interpreter; handing work to one that waits costs nothing.
"""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    _Piece = tuple[str, Callable[[], object]]


class WorkerThreads:
    """As many threads as there is work at once; none waits for another's end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._all: list[_Worker] = []

    def do(self, name: str, work: Callable[[], object]) -> None:
        """Have work begun now, in a thread that is called so meanwhile."""
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is None:
            worker = _Worker(self._is_idle)
            self._all.append(worker)
        worker.give((name, work))

    def close(self) -> None:
        """Wait until all that was begun has ended."""
        for worker in self._all:
            worker.give(None)
        for worker in self._all:
            worker.thread.join()
        self._all.clear()
        self._idle.clear()

    def _is_idle(self, worker: _Worker) -> None:
        with self._lock:
            self._idle.append(worker)


class _Worker:
    """One thread and the pieces of work handed to it."""

    def __init__(self, is_idle: Callable[[_Worker], object]) -> None:
        self._pieces: queue.SimpleQueue[_Piece | None] = queue.SimpleQueue()
        self._is_idle = is_idle
        self.thread = threading.Thread(target=self._work, name="background", daemon=True)
        self.thread.start()

    def give(self, piece: _Piece | None) -> None:
        """Hand over a piece of work, or None to have the thread end after what it has."""
        self._pieces.put(piece)

    def _work(self) -> None:
        while (piece := self._pieces.get()) is not None:
            self.thread.name, work = piece
            work()
            del piece, work
            self.thread.name = "background"
            self._is_idle(self)
