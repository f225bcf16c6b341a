"""The training desk as Qt signals on the window's thread; it opens once something is to do."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from prismdesk.session import training_desk
from prismdesk.session.training_desk import go_on

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prismdesk.engines.training.tasks import Wish
    from prismdesk.jobs.training.desk import Piece, TrainingDesk
    from prismdesk.jobs.training.messages import Task
    from prismdesk.session.training_runs import RunOverview


class TrainingBridge(QObject):
    """The one desk of the program that trains; no thread and no process until it is asked to.

    Args:
        open_desk: opens it; the user's own if None.
        parent: owns this.
    """

    changed = Signal(object)
    """A ``Piece`` as it is now; of several changes at once only the newest is told."""
    way_changed = Signal(bool)
    """Whether training leaves the device to others."""

    _woken = Signal()

    def __init__(
        self,
        open_desk: Callable[[], TrainingDesk] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._open_desk = open_desk
        self._desk: TrainingDesk | None = None
        self._gives_way = False
        self._is_closed = False
        self._box_lock = threading.Lock()
        self._box: dict[int, Piece] = {}
        self._woken.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    @property
    def is_open(self) -> bool:
        """Whether anything was ever asked of it."""
        return self._desk is not None

    @property
    def gives_way(self) -> bool:
        """Whether training leaves the device to others now."""
        return self._gives_way

    def pieces(self) -> tuple[Piece, ...]:
        """Return all pieces of work since the program began, oldest first."""
        return self._desk.pieces() if self._desk is not None else ()

    def under_way(self) -> tuple[Piece, ...]:
        """Return what goes on and what waits, the one that goes on first."""
        pieces = [piece for piece in self.pieces() if not piece.is_over]
        return tuple(sorted(pieces, key=lambda piece: piece.state != "running"))

    def of_run(self, folder: Path) -> Piece | None:
        """Return the newest piece that trains a run."""
        return self._desk.of_run(folder) if self._desk is not None else None

    def desk(self) -> TrainingDesk:
        """Return the desk, opened if it wasn't."""
        if self._desk is None:
            self._desk = (self._open_desk or training_desk.open_desk)()
            self._desk.subscribe(self._put)
            self._desk.give_way(self._gives_way)
        return self._desk

    def go_on(self, run: RunOverview) -> Piece:
        """Have a run begin or go on.

        Raises:
            RunFolderError: it can't be read.
            WorkError: the program closes.
        """
        return go_on(self.desk(), run)

    def submit(self, task: Task, label: str) -> Piece:
        """Have a piece of work done after those that wait.

        Raises:
            WorkError: the program closes.
        """
        return self.desk().submit(task, label=label)

    def want(self, piece_id: int, wish: Wish) -> None:
        """Say what is wanted of a piece: "go", "pause" or "stop"."""
        self.desk().want(piece_id, wish)

    def give_way(self, is_wanted: bool) -> None:
        """Have training leave the device to others, or go on."""
        if is_wanted == self._gives_way:
            return
        self._gives_way = is_wanted
        if self._desk is not None:
            self._desk.give_way(is_wanted)
        self.way_changed.emit(is_wanted)

    def close(self) -> None:
        """Have what goes on keep what it needs to go on later; may take seconds, in any thread."""
        self._is_closed = True
        if self._desk is not None:
            self._desk.close()

    def _put(self, piece: Piece) -> None:
        # On the desk's threads.
        with self._box_lock:
            is_first = not self._box
            self._box[piece.id] = piece
            if is_first and not self._is_closed:
                self._woken.emit()

    @Slot()
    def _tell(self) -> None:
        with self._box_lock:
            pieces, self._box = list(self._box.values()), {}
        for piece in pieces:
            if not self._is_closed:
                self.changed.emit(piece)
