"""What went wrong in a job, in one sentence and of a known kind."""

from __future__ import annotations

import re
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.engines.contract import (
    EngineError,
    OutOfMemoryError,
    UnsupportedError,
    UnusableContextError,
    WeightsMissingError,
)
from prismdesk.errors import InputError, WorkError
from prismdesk.jobs.messages import FailureKind, JobFailure
from prismdesk.media.errors import NoRoomError

if TYPE_CHECKING:
    from prismdesk.jobs.spec import JobSpec

_KINDS: tuple[tuple[type[Exception], FailureKind], ...] = (
    (UnsupportedError, FailureKind.UNSUPPORTED),
    (UnusableContextError, FailureKind.UNUSABLE_CONTEXT),
    (WeightsMissingError, FailureKind.WEIGHTS_MISSING),
    (InputError, FailureKind.BAD_INPUT),
    (NoRoomError, FailureKind.DISK_FULL),
    (WorkError, FailureKind.WORK_FAILED),
    (EngineError, FailureKind.UNEXPECTED),
)
_MEMORY_WORDS = re.compile(
    r"std::bad_alloc|memory allocation still failed|cannot allocate memory|out of memory",
    re.IGNORECASE,
)
_LAST_WORDS_CHARACTERS = 500
_OOM_COUNTERS = (Path("/proc/vmstat"), Path("/sys/fs/cgroup/memory.events"))


def failure_of(error: Exception, spec: JobSpec) -> JobFailure:
    """Return the failure that an error inside the engine process means for the user."""
    if isinstance(error, OutOfMemoryError):
        fits = error.would_fit or would_fit(spec)
        return JobFailure(kind=FailureKind.OUT_OF_MEMORY, message=str(error), would_fit=fits)
    if isinstance(error, MemoryError) or _is_torch_memory_error(error):
        return out_of_memory(spec)
    for kind_of_error, kind in _KINDS:
        if isinstance(error, kind_of_error):
            return JobFailure(kind=kind, message=str(error))
    return JobFailure(
        kind=FailureKind.UNEXPECTED,
        message=f"The engine {spec.engine} failed ({_brief(error)}); nothing was changed: retry, "
        "and report it with the log if it fails again.",
    )


def out_of_memory(spec: JobSpec) -> JobFailure:
    """Return the failure of a job that needed more memory than there is."""
    fits = would_fit(spec)
    return JobFailure(
        kind=FailureKind.OUT_OF_MEMORY,
        message=f"Memory ran out while {spec.engine} worked on "
        f"{spec.region_length_samples / spec.rate_hz:.1f} s; nothing was changed: try {fits[0]}, "
        "or close other programs and retry.",
        would_fit=fits,
    )


def would_fit(spec: JobSpec) -> tuple[str, ...]:
    """Return smaller work to try, the largest first, where the engine itself has no advice."""
    half_seconds = spec.region_length_samples / spec.rate_hz / 2
    one_take = ("one take at a time",) if spec.takes > 1 else ()
    return (*one_take, f"a region of at most {half_seconds:.1f} s")


def ended(spec: JobSpec, returncode: int, *, log_tail: str, oom_kills: int) -> JobFailure:
    """Return the failure of a job whose process ended under it.

    ``returncode`` is that of the process, negative for the signal that ended it; ``oom_kills``
    counts the processes that the system ended for lack of memory since the job began. Libraries
    that get no memory may end the process themselves, with a last line in the log.
    """
    was_killed_for_it = returncode == -signal.SIGKILL and oom_kills > 0
    if was_killed_for_it or _MEMORY_WORDS.search(log_tail[-_LAST_WORDS_CHARACTERS:]):
        failure = out_of_memory(spec)
        return JobFailure(
            kind=failure.kind,
            message=failure.message,
            would_fit=failure.would_fit,
            log_tail=log_tail,
        )
    return JobFailure(
        kind=FailureKind.CRASHED,
        message=f"The engine process ended unexpectedly ({_cause(returncode)}); nothing was "
        "changed: retry, which starts a new one, and report it with the log if it happens again.",
        log_tail=log_tail,
    )


def count_oom_kills() -> int:
    """Return how many processes Linux has ended for lack of memory; 0 where that isn't told."""
    total = 0
    for counter in _OOM_COUNTERS:
        try:
            text = counter.read_text()
        except OSError:
            continue
        match = re.search(r"^oom_kill (\d+)$", text, re.MULTILINE)
        total += int(match[1]) if match else 0
    return total


def _cause(returncode: int) -> str:
    if returncode >= 0:
        return f"exit code {returncode}"
    try:
        return signal.Signals(-returncode).name
    except ValueError:
        return f"signal {-returncode}"


def _brief(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__


def _is_torch_memory_error(error: Exception) -> bool:
    """Whether it is torch's own error, asked without importing torch."""
    torch = sys.modules.get("torch")
    kind = getattr(torch, "OutOfMemoryError", None)
    return isinstance(kind, type) and isinstance(error, kind)
