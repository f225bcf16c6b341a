"""The work of the training process on a thread: for facts that aren't about the process itself.

Messages go through their lines as they do to a process, which takes half a second to begin.
"""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.errors import Cancelled
from prismdesk.jobs.training import desk, process
from prismdesk.jobs.training.failures import failure_of_work
from prismdesk.jobs.training.messages import (
    Begin,
    Ended,
    Failed,
    Told,
    Want,
    decode_from_training,
    decode_to_training,
    encode_from_training,
    encode_to_training,
)
from prismdesk.jobs.training.steps import do_task

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.engines.training.tasks import Wish, WorkReport
    from prismdesk.jobs.training.messages import FromTraining, ToTraining


class ThreadClient:
    """What ``TrainingClient`` is to the desk; work that ends the process must not be done here."""

    def __init__(
        self,
        *,
        on_message: Callable[[FromTraining], None],
        on_end: Callable[[int], None],
        work_source: str,
        **_: Any,
    ) -> None:
        self._on_message = on_message
        self._on_end = on_end
        self._work = process._made_by(work_source)
        self._wish: Wish = "go"
        self._begun: queue.SimpleQueue[Begin | None] = queue.SimpleQueue()
        threading.Thread(target=self._serve, name="training on a thread", daemon=True).start()

    def send(self, message: ToTraining) -> None:
        """Take a message."""
        message = decode_to_training(encode_to_training(message))
        if isinstance(message, Want):
            self._wish = message.wish
        else:
            self._begun.put(message)

    def end(self) -> None:
        """Have the work end at its next step."""
        self._wish = "stop"
        self._begun.put(None)

    def _serve(self) -> None:
        begin = self._begun.get()
        if begin is not None:
            self._tell(self._done(begin))
        self._on_end(0)

    def _done(self, begin: Begin) -> Ended | Failed:
        try:
            reason = do_task(begin, self._work, wanted=lambda: self._wish, report=self._report)
        except Cancelled:
            return Ended(reason="cancelled")
        except Exception as error:  # noqa: BLE001  (as in the process)
            return Failed(failure=failure_of_work(error))
        return Ended(reason=reason)

    def _report(self, report: WorkReport) -> None:
        told = Told(
            words=report.words,
            fraction=report.fraction,
            step=report.step,
            steps=report.steps,
            gives_way=report.gives_way,
        )
        self._tell(told)

    def _tell(self, message: FromTraining) -> None:
        self._on_message(decode_from_training(encode_from_training(message)))


@pytest.fixture
def on_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Desks do their work on threads of the test."""
    monkeypatch.setattr(desk, "TrainingClient", ThreadClient)
