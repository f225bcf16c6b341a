"""Processes of the program that begin where a warm one stands, with all that they import there.

Python with torch takes seconds of processor time to start, and a whole run of the tests starts
hundreds of engine processes. Here one process imports everything once and then becomes two for
each that is wanted. What it becomes is a process like any other: a child of the one that wanted
it, with its own session, pipe, folder and environment, which runs the program's own words for a
start. Tests whose subject is the start itself do without.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import json
import os
import socket
import subprocess
import sys
import threading
import time
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

IS_POSSIBLE = sys.platform == "linux"

_ROOT = Path(__file__).parent.parent
_PR_SET_CHILD_SUBREAPER = 36
_MOST_BYTES = 1 << 20
_IMPORTED = (
    "prismdesk.jobs.process",
    "prismdesk.jobs.training.process",
    "prismdesk.engines.ambience.engine",
    "prismdesk.engines.audiox.engine",
    "prismdesk.engines.selva.engine",
)


class WarmStarts:
    """Starts processes from a warm one, which is started when it is first needed."""

    PIPE = subprocess.PIPE
    TimeoutExpired = subprocess.TimeoutExpired

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._door: socket.socket | None = None
        self._warm: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The id of the warm process, once there is one."""
        return None if self._warm is None else self._warm.pid

    def Popen(self, *arguments: Any, **named: Any) -> subprocess.Popen[bytes]:  # noqa: N802
        """Start ``python -P -c TEXT ARGUMENTS`` as ``subprocess.Popen`` does."""
        return _WarmPopen(self, *arguments, **named)

    def start(self, wish: dict[str, Any], files: list[int]) -> int:
        """Start a process; return its id."""
        with self._lock:
            door = self._open()
            # What loses its parent becomes this process's child, but for this moment nobody else.
            _adopt(True)
            try:
                socket.send_fds(door, [json.dumps(wish).encode()], files)
                process_id = door.recv(_MOST_BYTES)
                assert process_id, "the warm process has ended"
                return int(process_id)
            finally:
                _adopt(False)

    def _open(self) -> socket.socket:
        if self._door is None:
            self._door, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with there:
                self._warm = subprocess.Popen(
                    [sys.executable, "-m", __name__, str(there.fileno())],
                    cwd=_ROOT,
                    stdin=subprocess.DEVNULL,
                    pass_fds=[there.fileno()],
                    start_new_session=True,
                )
            atexit.register(self.close)
        return self._door

    def close(self) -> None:
        """Let the warm process end."""
        if self._door is not None and self._warm is not None:
            self._door.close()
            self._warm.wait()
            self._door = self._warm = None


class _WarmPopen(subprocess.Popen[bytes]):
    """A process that was started by a warm one; in all else what ``subprocess`` makes."""

    def __init__(self, warm: WarmStarts, *arguments: Any, **named: Any) -> None:
        self._warm_starts = warm
        super().__init__(*arguments, **named)

    def _execute_child(self, args: list[str], *more: Any) -> None:
        """Start it: the one step of ``subprocess`` that is another here."""
        env, pipes = more[5], more[9:15]
        take_from, _, _, write_to, _, errors_to = pipes
        _python, _safe, _command, text, *arguments = args
        wish = {
            "parent": os.getpid(),
            "text": text,
            "arguments": arguments,
            "folder": os.getcwd(),  # noqa: PTH109  (for a message)
            "environment": dict(env),
        }
        self.pid = self._warm_starts.start(wish, [take_from, write_to, errors_to])
        self._child_created = True
        self._close_pipe_fds(*pipes)  # type: ignore[attr-defined]  # not in the stubs


def _adopt(is_wanted: bool) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, int(is_wanted))


def main(door: socket.socket) -> None:
    """Become what is wanted, again and again, until nobody can want anything."""
    for name in _IMPORTED:
        # Where the libraries of the models are left out, what needs them is imported by nobody.
        with suppress(ImportError):
            import_module(name)
    # What lasts is left out of every collection, and its pages are shared.
    gc.freeze()
    while True:
        said, files, _, _ = socket.recv_fds(door, _MOST_BYTES, 3)
        if not said:
            return
        between = os.fork()
        if between == 0:
            if os.fork():
                os._exit(0)
            _become(json.loads(said), files, door)
        os.waitpid(between, 0)
        for file in files:
            os.close(file)


def _become(wish: dict[str, Any], files: list[int], door: socket.socket) -> NoReturn:
    """Be the process that is wanted, until it ends."""
    while os.getppid() != wish["parent"]:
        time.sleep(0.0005)
    os.setsid()
    for standard, file in enumerate(files):
        os.dup2(file, standard)
        os.close(file)
    os.environ.clear()
    os.environ.update(wish["environment"])
    os.chdir(wish["folder"])
    sys.argv = ["-c", *wish["arguments"]]
    door.send(str(os.getpid()).encode())
    door.close()
    code = 0
    try:
        exec(wish["text"], {"__name__": "__main__"})
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  (as the interpreter does)
        traceback.print_exc()
        code = 1
    _end(code)


def _end(code: int) -> NoReturn:
    """End as Python does, but that no object of the many is taken apart."""
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads; not in the stubs
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
