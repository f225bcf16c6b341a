"""The program's end of the training process: starts it, talks to it, ends it."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from prismdesk.jobs.child_process import ChildProcess
from prismdesk.jobs.messages import UnreadableMessage
from prismdesk.jobs.training.messages import (
    FromTraining,
    ProcessOptions,
    ToTraining,
    decode_from_training,
    encode_to_training,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TRAINING_PROCESS_FLAG = "--training-process"
"""First argument by which a frozen program knows that it is to be the training process."""
WORK = "prismdesk.engines.training.work:create_work"

_log = logging.getLogger(__name__)


class TrainingClient:
    """One training process, for one piece of work.

    Start it from a thread that lives as long as the process is wanted. The callbacks come on a
    thread of the client's own; ``on_end`` is the last, with the return code.

    Args:
        log_path: where the process's output goes, appended.
        on_message: takes what it tells.
        on_end: called when it has ended.
        work_source: ``module:function`` making a ``TrainingWork``, for tests.

    Raises:
        OSError: the process can't be started.
    """

    def __init__(
        self,
        *,
        log_path: Path,
        on_message: Callable[[FromTraining], None],
        on_end: Callable[[int], None],
        work_source: str = WORK,
    ) -> None:
        self._on_message = on_message
        self._process = ChildProcess(
            module="prismdesk.jobs.training.process",
            flag=TRAINING_PROCESS_FLAG,
            argument=ProcessOptions(os.getpid(), str(log_path), work_source).encoded(),
            log_path=log_path,
            on_line=self._receive,
            on_end=on_end,
        )
        self.end = self._process.end
        self.stop = self._process.stop
        self.join = self._process.join

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def send(self, message: ToTraining) -> None:
        """Send a message; to a process that has ended it is lost, and ``on_end`` tells."""
        self._process.write(encode_to_training(message))

    def _receive(self, line: bytes) -> bool:
        try:
            self._on_message(decode_from_training(line))
        except UnreadableMessage:
            _log.warning("the training process sent what is no message; it is ended")
            return False
        return True


def run_if_training_process(arguments: list[str]) -> bool:
    """Be the training process if a frozen program was started as one.

    To be called first of all by the program's entry, with ``sys.argv``.

    Returns:
        True after the process's work, when the program is to end; False otherwise.
    """
    if len(arguments) != 3 or arguments[1] != TRAINING_PROCESS_FLAG:
        return False
    from prismdesk.jobs.training.process import main

    main(arguments[2])
    return True
