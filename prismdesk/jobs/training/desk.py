"""What is to be trained, encoded, compared or merged: one piece of work at a time, in its process.

Public methods may be called from any thread and return at once; what happens is told on the
desk's own thread, in the order in which it happened.
"""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from prismdesk.engines.training.run_files import RunFolder
from prismdesk.errors import WorkError
from prismdesk.jobs.log import log_tail
from prismdesk.jobs.messages import FailureKind, JobFailure, Workplace
from prismdesk.jobs.training.client import WORK, TrainingClient
from prismdesk.jobs.training.failures import ended_unexpectedly
from prismdesk.jobs.training.messages import Begin, Ended, Failed, Task, Told, TrainTask, Want

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.engines.training.run_files import Status
    from prismdesk.engines.training.tasks import Wish
    from prismdesk.jobs.training.messages import FromTraining

PieceState = Literal["waiting", "running", "ended", "failed"]

_STATUS_OF_END: dict[str, Status] = {
    "finished": "finished",
    "paused": "paused",
    "stopped": "stopped",
    "skipped": "stopped",
    "cancelled": "stopped",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of work as it stands.

    Attributes:
        id: counts up.
        label: what it is, for people.
        task: what is to be done.
        state: whether it waits, goes on, ended as it should, or failed.
        told: the last that was told, None before.
        wish: what is wanted of it.
        reason: how it ended: "finished", "paused", "stopped", "skipped", "cancelled".
        failure: why it failed.
    """

    id: int
    label: str
    task: Task
    state: PieceState = "waiting"
    told: Told | None = None
    wish: Wish = "go"
    reason: str = ""
    failure: JobFailure | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state in ("ended", "failed")


class TrainingDesk:
    """Pieces of work, one after the other. Close it, or use it as a context manager.

    Args:
        log_folder: where processes write their logs; of runs it is the run's own folder.
        workplace: asked for the user's choices whenever a piece begins.
        work_source: ``module:function`` making a ``TrainingWork``, for tests.
        grace_seconds: how long a run may take to write what it keeps when all is closed.
    """

    def __init__(
        self,
        log_folder: Path,
        *,
        workplace: Callable[[], Workplace] = Workplace,
        work_source: str = WORK,
        grace_seconds: float = 20.0,
    ) -> None:
        self._log_folder = log_folder
        self._workplace = workplace
        self._work_source = work_source
        self._grace_seconds = grace_seconds
        self._ids = count(1)
        self._lock = threading.Condition()
        self._pieces: dict[int, Piece] = {}
        self._listeners: list[Callable[[Piece], None]] = []
        self._client: TrainingClient | None = None
        self._running_id = 0
        self._gives_way = False
        self._is_closed = False
        self._turns: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="training desk", daemon=True)
        self._thread.start()

    def __enter__(self) -> TrainingDesk:
        """Be used in a ``with``."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def pieces(self) -> tuple[Piece, ...]:
        """Return all pieces since the desk was made, oldest first."""
        with self._lock:
            return tuple(self._pieces.values())

    def running(self) -> Piece | None:
        """Return the piece that goes on now."""
        return next((piece for piece in self.pieces() if piece.state == "running"), None)

    def of_run(self, run_folder: Path) -> Piece | None:
        """Return the newest piece that trains a run."""
        wanted = str(run_folder)
        of_it = [
            piece
            for piece in self.pieces()
            if isinstance(piece.task, TrainTask) and piece.task.run_folder == wanted
        ]
        return of_it[-1] if of_it else None

    def subscribe(self, listener: Callable[[Piece], None]) -> Callable[[], None]:
        """Have a function called with every change, on the desk's threads; return what ends it."""
        with self._lock:
            self._listeners.append(listener)

        def end() -> None:
            with self._lock, suppress(ValueError):
                self._listeners.remove(listener)

        return end

    def submit(self, task: Task, *, label: str) -> Piece:
        """Have a piece done after those that wait.

        Raises:
            WorkError: the desk is closed.
        """
        with self._lock:
            if self._is_closed:
                raise WorkError("Training is closed; open the program again.")
            piece = Piece(id=next(self._ids), label=label, task=task)
            self._pieces[piece.id] = piece
        if isinstance(task, TrainTask):
            self._write_status(piece, "waiting")
        self._tell(piece)
        self._turns.put(piece.id)
        return piece

    def want(self, piece_id: int, wish: Wish) -> None:
        """Say what is wanted of a piece; one that waits and isn't wanted any more is over."""
        with self._lock:
            piece = self._pieces[piece_id]
            if piece.is_over:
                return
            is_waiting = piece.state == "waiting" and wish in ("pause", "stop")
            changes = {"state": "ended", "reason": _ended_by(wish)} if is_waiting else {}
            piece = self._change(piece_id, wish=wish, **changes)
        if is_waiting and isinstance(piece.task, TrainTask):
            self._write_status(piece, "paused" if wish == "pause" else "stopped")
        self._send_wish()
        self._tell(piece)

    def give_way(self, is_wanted: bool) -> None:
        """Have training leave the device to others, or go on; pauses and stops come first."""
        with self._lock:
            if self._gives_way == is_wanted:
                return
            self._gives_way = is_wanted
        self._send_wish()

    def wait(self, piece_id: int, timeout_seconds: float | None = None) -> Piece:
        """Return a piece when it is over, or as it is when the time is."""
        with self._lock:
            self._lock.wait_for(lambda: self._pieces[piece_id].is_over, timeout_seconds)
            return self._pieces[piece_id]

    def close(self) -> None:
        """Have what goes on keep what it needs to go on later, and end; a second call waits too."""
        with self._lock:
            self._is_closed = True
            waiting = [piece.id for piece in self._pieces.values() if not piece.is_over]
        for piece_id in waiting:
            self.want(piece_id, "pause")
        self._turns.put(None)
        self._thread.join()

    # The desk's thread: it starts the processes, which end with it.

    def _serve(self) -> None:
        while (piece_id := self._turns.get()) is not None:
            if not self._pieces[piece_id].is_over:
                self._do(piece_id)

    def _do(self, piece_id: int) -> None:
        piece = self._update(piece_id, state="running")
        ended = threading.Event()
        codes: list[int] = []

        def on_end(code: int) -> None:
            codes.append(code)
            ended.set()

        log_path = self._log_path(piece.task)
        try:
            client = TrainingClient(
                log_path=log_path,
                on_message=lambda message: self._receive(piece_id, message),
                on_end=on_end,
                work_source=self._work_source,
            )
        except OSError as error:
            sentence = f"No training process can be started ({error.strerror or error})."
            failure = JobFailure(kind=FailureKind.WORK_FAILED, message=sentence)
            self._over(piece_id, state="failed", failure=failure)
            return
        client.send(Begin(task=piece.task, workplace=self._workplace()))
        with self._lock:
            self._client, self._running_id = client, piece_id
        self._send_wish()
        while not ended.wait(0.2):
            if self._is_closed and not ended.wait(self._grace_seconds):
                client.end()
        with self._lock:
            self._client, self._running_id = None, 0
        if self._pieces[piece_id].is_over:
            return
        if self._is_closed:
            # It took too long over a step: it goes on from its newest checkpoint another time.
            self._over(piece_id, state="ended", reason="paused")
        else:
            failure = ended_unexpectedly(codes[0], log_tail=log_tail(log_path))
            self._over(piece_id, state="failed", failure=failure)

    def _log_path(self, task: Task) -> Path:
        if isinstance(task, TrainTask):
            return RunFolder(Path(task.run_folder)).log
        return self._log_folder / "training.log"

    # Any thread.

    def _receive(self, piece_id: int, message: FromTraining) -> None:
        if isinstance(message, Told):
            self._update(piece_id, told=message)
        elif isinstance(message, Ended):
            self._over(piece_id, state="ended", reason=message.reason)
        elif isinstance(message, Failed):
            self._over(piece_id, state="failed", failure=message.failure)

    def _over(self, piece_id: int, **changes: object) -> None:
        with self._lock:
            piece = replace(self._pieces[piece_id], **changes)  # type: ignore[arg-type]  # its fields
        if isinstance(piece.task, TrainTask):
            status = "failed" if piece.failure else _STATUS_OF_END[piece.reason]
            self._write_status(piece, status)
        self._update(piece_id, **changes)

    def _write_status(self, piece: Piece, status: Status) -> None:
        assert isinstance(piece.task, TrainTask)
        sentence = piece.failure.message if piece.failure else ""
        # The folder may be gone or full: the piece itself says how it ended.
        with suppress(OSError):
            folder = RunFolder(Path(piece.task.run_folder))
            folder.update_state(status=status, sentence=sentence, seconds_left=None)

    def _send_wish(self) -> None:
        with self._lock:
            client = self._client
            if client is None:
                return
            wish = self._pieces[self._running_id].wish
            client.send(Want(wish="give way" if wish == "go" and self._gives_way else wish))

    def _update(self, piece_id: int, **changes: object) -> Piece:
        with self._lock:
            piece = self._change(piece_id, **changes)
        self._tell(piece)
        return piece

    def _change(self, piece_id: int, **changes: object) -> Piece:
        piece = replace(self._pieces[piece_id], **changes)  # type: ignore[arg-type]  # its fields
        self._pieces[piece_id] = piece
        self._lock.notify_all()
        return piece

    def _tell(self, piece: Piece) -> None:
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(piece)


def _ended_by(wish: Wish) -> str:
    return "paused" if wish == "pause" else "cancelled"
