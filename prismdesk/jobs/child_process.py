"""A process of this program's own, from outside: started, written to, read line by line, ended."""

from __future__ import annotations

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

if TYPE_CHECKING:
    from collections.abc import Callable

_EXIT_SECONDS = 5.0
# -c rather than -m: a module run by name would find the current folder, which may be anybody's.
# The parent's own copy of the package is imported first, whatever else is installed.
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); import prismdesk\n"
    "sys.path.append(sys.path.pop(0)); from prismdesk.lasting import made_to_last\n"
    "with made_to_last(): from {module} import main\n"
    "main(sys.argv[2])"
)


class ChildProcess:
    """One process; when it has ended, make another.

    Start it from a thread that lives as long as the process is wanted: on Linux the process is
    ended with that thread. The callbacks come on a thread of its own; ``on_end`` is the last,
    with the return code (negative: the signal that ended it).

    Args:
        module: whose ``main`` runs in it, with ``argument``.
        flag: the first argument by which a frozen program knows what it is to be.
        argument: for ``main``.
        log_path: where the process's output goes, appended; rotated when long.
        on_line: takes each line that it writes; answers False to have it ended.
        on_end: called when it has ended.

    Raises:
        OSError: the process can't be started.
    """

    def __init__(
        self,
        *,
        module: str,
        flag: str,
        argument: str,
        log_path: Path,
        on_line: Callable[[bytes], bool],
        on_end: Callable[[int], None],
    ) -> None:
        self._on_line = on_line
        self._on_end = on_end
        log_path.parent.mkdir(parents=True, exist_ok=True)
        rotate(log_path)
        with log_path.open("ab") as log:
            self._process = subprocess.Popen(
                _command(module, flag, argument),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(),
                # A session of its own: the terminal's Ctrl-C doesn't reach it, and what an
                # engine starts can be ended with it.
                start_new_session=True,
            )
        self._listener = threading.Thread(
            target=self._listen, name=f"{module} {self.pid}", daemon=True
        )
        self._listener.start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended (negative: the signal that ended it), None while it goes on."""
        return self._process.returncode

    def write(self, line: bytes) -> None:
        """Write a line; to a process that has ended it is lost, and ``on_end`` tells."""
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):
            self._process.stdin.write(line)
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
            for line in lines:
                if not self._on_line(line):
                    self.end()
                    break
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


def _environment() -> dict[str, str]:
    """Keep numpy's matrix products to one thread, unless the user set their number.

    Models of sound need thousands of small products; threads that wait for each other at every
    one of them make them some twenty times slower. torch has threads of its own.
    """
    return {"OPENBLAS_NUM_THREADS": "1"} | os.environ


def _command(module: str, flag: str, argument: str) -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, flag, argument]
    root = str(Path(prismdesk.__file__).parent.parent)
    return [sys.executable, "-P", "-c", _START.format(module=module), root, argument]
