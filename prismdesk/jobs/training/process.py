"""The training process: does one piece of work, tells how it goes, and ends.

Started by ``jobs.training.client``, never imported by the window. torch is imported only by the
work itself. It ends when its parent does; what it wrote until then is whole.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO

from prismdesk.errors import Cancelled
from prismdesk.jobs.child_pipe import begin_child
from prismdesk.jobs.messages import UnreadableMessage
from prismdesk.jobs.training.failures import failure_of_work
from prismdesk.jobs.training.messages import (
    Begin,
    Ended,
    Failed,
    FromTraining,
    ProcessOptions,
    Told,
    TrainTask,
    Want,
    decode_to_training,
    encode_from_training,
)
from prismdesk.jobs.training.steps import do_task
from prismdesk.lasting import made_to_last

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.engines.training.tasks import TrainingWork, Wish, WorkReport

PARENT_GONE_SECONDS = 20.0
"""How long a run may take to write its checkpoint after the parent has gone."""
_NICENESS = 10

_log = logging.getLogger(__name__)


def main(argument: str) -> None:
    """Do one piece of work.

    Args:
        argument: ``ProcessOptions.encoded()``.
    """
    options = ProcessOptions.decode(argument)
    pipe = begin_child(options.parent_pid, niceness=_NICENESS)
    TrainingProcess(options, *pipe).serve()


class TrainingProcess:
    """Waits for its work, does it on the thread that calls ``serve``, and tells of it."""

    def __init__(
        self, options: ProcessOptions, messages_in: BinaryIO, messages_out: BinaryIO
    ) -> None:
        self._options = options
        self._in = messages_in
        self._out = messages_out
        self._out_lock = threading.Lock()
        self._wish: Wish = "go"
        self._begin: Begin | None = None
        self._has_begun = threading.Event()

    def serve(self) -> None:
        """Do what the first message asks for; return when it is done."""
        threading.Thread(target=self._listen, name="messages", daemon=True).start()
        self._has_begun.wait()
        begin = self._begin
        if begin is None:
            return
        try:
            work = _made_by(self._options.work_source)
            reason = do_task(begin, work, wanted=lambda: self._wish, report=self._tell)
        except Cancelled:
            is_run = isinstance(begin.task, TrainTask)
            reason = "paused" if is_run and self._wish == "pause" else "cancelled"
            self._send(Ended(reason=reason))
        except Exception as error:  # noqa: BLE001  (the door where any failure is told)
            _log.info("the work failed", exc_info=True)
            self._send(Failed(failure=failure_of_work(error)))
        else:
            self._send(Ended(reason=reason))

    def _tell(self, report: WorkReport) -> None:
        self._send(
            Told(
                words=report.words,
                fraction=report.fraction,
                step=report.step,
                steps=report.steps,
                seconds_left=report.seconds_left,
                memory=report.memory,
                gives_way=report.gives_way,
            )
        )

    def _send(self, message: FromTraining) -> None:
        # A parent that is gone is noticed by the listening thread.
        with suppress(OSError), self._out_lock:
            self._out.write(encode_from_training(message))
            self._out.flush()

    # Listening thread.

    def _listen(self) -> None:
        for line in self._in:
            try:
                message = decode_to_training(line)
            except UnreadableMessage:
                _log.exception("unreadable message")
                continue
            if isinstance(message, Want):
                self._wish = message.wish
            elif self._begin is None:
                self._begin = message
                self._has_begun.set()
        self._wish = "pause"
        self._has_begun.set()
        time.sleep(PARENT_GONE_SECONDS)
        os._exit(1)


def _made_by(source: str) -> TrainingWork:
    module_name, _, function_name = source.partition(":")
    with made_to_last():
        make: Callable[[], TrainingWork] = getattr(import_module(module_name), function_name)
        return make()
