"""The window's end of the engine process: starts it, talks to it, ends it."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import prismdesk
from prismdesk.jobs.log import rotate
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

ENGINE_PROCESS_FLAG = "--engine-process"
"""First argument by which a frozen program knows that it is to be the engine process."""
CATALOGUE = "prismdesk.engines.catalogue:create_engine"
_EXIT_SECONDS = 5.0
# -c rather than -m: a module run by name would find the current folder, which may be anybody's.
# The parent's own copy of the package is imported first, whatever else is installed.
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); import prismdesk; "
    "sys.path.append(sys.path.pop(0)); from prismdesk.jobs.process import main; main(sys.argv[2])"
)

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
        self._on_end = on_end
        log_path.parent.mkdir(parents=True, exist_ok=True)
        rotate(log_path)
        with log_path.open("ab") as log:
            self._process = subprocess.Popen(
                _command(log_path, engine_source),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(),
                # A session of its own: the terminal's Ctrl-C doesn't reach it, and what an
                # engine starts can be ended with it.
                start_new_session=True,
            )
        self._listener = threading.Thread(
            target=self._listen, name=f"engine process {self.pid}", daemon=True
        )
        self._listener.start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def send(self, message: ToProcess) -> None:
        """Send a message; to a process that has ended it is lost, and ``on_end`` tells."""
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):
            self._process.stdin.write(encode_to_process(message))
            self._process.stdin.flush()

    def end(self) -> None:
        """End the process now, whatever it does, and all that it started."""
        if self._process.poll() is not None:
            return
        if os.name == "posix":
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        self._process.kill()

    def stop(self, *, grace_seconds: float) -> None:
        """Close the pipe, let the process end by itself, and end it if it doesn't in time."""
        self._close_input()
        try:
            self._process.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            self.end()
        self.join()

    def join(self) -> None:
        """Wait until the process has ended and ``on_end`` has been called."""
        if threading.current_thread() is not self._listener:
            self._listener.join()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            try:
                for line in lines:
                    self._on_message(decode_from_process(line))
            except UnreadableMessage:
                _log.warning("the engine process sent what is no message; it is ended")
                self.end()
        try:
            returncode = self._process.wait(_EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.end()
            returncode = self._process.wait()
        self._close_input()
        self._on_end(returncode)

    def _close_input(self) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()


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


def _environment() -> dict[str, str]:
    """Keep numpy's matrix products to one thread, unless the user set their number.

    Models of sound need thousands of small products; threads that wait for each other at every
    one of them make them some twenty times slower. torch has threads of its own.
    """
    return {"OPENBLAS_NUM_THREADS": "1"} | os.environ


def _command(log_path: Path, engine_source: str) -> list[str]:
    options = ProcessOptions(os.getpid(), str(log_path), engine_source).encoded()
    if getattr(sys, "frozen", False):
        return [sys.executable, ENGINE_PROCESS_FLAG, options]
    root = str(Path(prismdesk.__file__).parent.parent)
    return [sys.executable, "-P", "-c", _START, root, options]
