"""The window's end of the engine process: starts it, talks to it, ends it."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from prismdesk.jobs.child_process import ChildProcess
from prismdesk.jobs.messages import (
    FromProcess,
    ProcessOptions,
    ToProcess,
    UnreadableMessage,
    decode_from_process,
    encode_to_process,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ENGINE_PROCESS_FLAG = "--engine-process"
"""First argument by which a frozen program knows that it is to be the engine process."""
CATALOGUE = "prismdesk.engines.catalogue:create_engine"

_log = logging.getLogger(__name__)


class EngineClient:
    """One engine process; when it has ended, make another client.

    Start it from a thread that lives as long as the process is wanted: on Linux the process is
    ended with that thread. The callbacks come on a thread of the client's own; ``on_end`` is
    the last, with the return code (negative: the signal that ended it).

    Args:
        log_path: where the process's output goes, appended; rotated when long.
        engine_source: ``module:function`` making an engine of an id, for tests.

    Raises:
        OSError: the process can't be started.
    """

    def __init__(
        self,
        *,
        log_path: Path,
        on_message: Callable[[FromProcess], None],
        on_end: Callable[[int], None],
        engine_source: str = CATALOGUE,
    ) -> None:
        self._on_message = on_message
        self._process = ChildProcess(
            module="prismdesk.jobs.process",
            flag=ENGINE_PROCESS_FLAG,
            argument=ProcessOptions(os.getpid(), str(log_path), engine_source).encoded(),
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

    def send(self, message: ToProcess) -> None:
        """Send a message; to a process that has ended it is lost, and ``on_end`` tells."""
        self._process.write(encode_to_process(message))

    def _receive(self, line: bytes) -> bool:
        try:
            self._on_message(decode_from_process(line))
        except UnreadableMessage:
            _log.warning("the engine process sent what is no message; it is ended")
            return False
        return True


def run_if_engine_process(arguments: list[str]) -> bool:
    """Be the engine process if a frozen program was started as one.

    To be called first of all by the program's entry, with ``sys.argv``.

    Returns:
        True after the engine process's work, when the program is to end; False otherwise.
    """
    if len(arguments) != 3 or arguments[1] != ENGINE_PROCESS_FLAG:
        return False
    from prismdesk.jobs.process import main

    main(arguments[2])
    return True
