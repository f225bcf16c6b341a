"""The inside of a process that this program starts: its pipe, its log, and who it yields to.

Standard input and output are the pipe of messages; whatever libraries print goes to the log.
"""

from __future__ import annotations

import ctypes
import faulthandler
import io
import logging
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

import psutil

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Buffer

_NICENESS = 5
_PR_SET_PDEATHSIG = 1


def begin_child(parent_pid: int, *, niceness: int = _NICENESS) -> tuple[BinaryIO, BinaryIO]:
    """Become a process that works for another: to be called first, on the main thread.

    Args:
        parent_pid: who this process ends with.
        niceness: how far it yields to others; 0 to 19, on Windows any but 0 is "below normal".

    Returns:
        Where messages come in, and where they go out.
    """
    messages_in, messages_out = _take_over_pipe()
    _die_with_parent(parent_pid)
    # The terminal's Ctrl-C is the parent's to answer: it cancels the work through the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _give_way(niceness)
    faulthandler.enable()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    return messages_in, messages_out


def write_output_to(path: Path) -> None:
    """Have all that is printed from now on appended to a file."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for standard in (1, 2):
        os.dup2(file, standard)
    os.close(file)


def _give_way(niceness: int) -> None:
    """Leave the processor to the window and the sound being played, where they want it too."""
    nicer = getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", niceness)  # the class: Windows alone
    with suppress(psutil.Error, OSError):
        psutil.Process().nice(nicer)


def _take_over_pipe() -> tuple[BinaryIO, BinaryIO]:
    """Keep standard input and output for messages; whoever reads or prints gets others."""
    messages_in, messages_out = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout, sys.stderr = _log_stream(1), _log_stream(2)
    return os.fdopen(messages_in, "rb"), os.fdopen(messages_out, "wb")


class _LogFile(io.FileIO):
    """A file whose disk may be full: what it doesn't take is lost, and nobody stopped by it."""

    def write(self, data: Buffer) -> int:
        """Write, or act as if."""
        try:
            return super().write(data) or 0
        except OSError:
            return memoryview(data).nbytes


def _log_stream(descriptor: int) -> io.TextIOWrapper:
    # Line by line: what an engine prints is to be in the log before its job is over, or crashes.
    file = io.BufferedWriter(_LogFile(descriptor, "w", closefd=False))
    return io.TextIOWrapper(file, "utf-8", errors="backslashreplace", line_buffering=True)


def _die_with_parent(parent_pid: int) -> None:
    """Let the kernel end this process with its parent, where it can.

    The end of the pipe tells too, but not to an engine that holds the interpreter's lock.
    Linux means the parent's *thread*: the one that started us must live as long as we shall.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:
        sys.exit(1)
