"""What went wrong in a job, in one sentence and of a known kind."""

from __future__ import annotations

import math
import re
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.engines.errors import (
    EngineError,
    OutOfMemoryError,
    SmallerWay,
    SmallerWork,
    UnsupportedError,
    UnusableContextError,
    WeightsDamagedError,
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
_DRIVER_WORDS = re.compile(
    # A context that reported one of these answers nothing any more, whoever reported it.
    r"CUDA error:|CUDA driver (error|initialization)|cudaError|HIP error:|GPU is lost"
    r"|CU(BLAS|DNN|FFT|SOLVER)_STATUS_(EXECUTION_FAILED|INTERNAL_ERROR|NOT_INITIALIZED)"
    r"|CU(BLAS|DNN|FFT|SOLVER)_(EXEC_FAILED|INTERNAL_ERROR)"
    r"|no CUDA-capable device|MPSCommandBuffer|command buffer exited with error",
    re.IGNORECASE,
)
_LAST_WORDS_CHARACTERS = 500
_CAUSE_CHARACTERS = 200
_LEAST_SHORTENED_SECONDS = 1.0
_OOM_COUNTERS = (Path("/proc/vmstat"), Path("/sys/fs/cgroup/memory.events"))


def failure_of(error: Exception, spec: JobSpec) -> JobFailure:
    """Return the failure that an error inside the engine process means for the user."""
    if isinstance(error, OutOfMemoryError):
        # An engine that knows what is needed has weighed all there is; otherwise it is guessed.
        smaller = error.smaller or (() if error.needed_bytes else smaller_work(spec))
        return JobFailure(
            kind=FailureKind.OUT_OF_MEMORY,
            message=str(error),
            would_fit=error.would_fit or tuple(work.words for work in smaller),
            smaller=smaller,
            needed_bytes=error.needed_bytes,
            free_bytes=error.free_bytes,
            device=error.device,
        )
    if isinstance(error, MemoryError) or _is_torch_error(error, "OutOfMemoryError"):
        return out_of_memory(spec)
    known = known_failure(error)
    if known is not None:
        return known
    return JobFailure(
        kind=FailureKind.UNEXPECTED,
        message=f"The engine {spec.engine} failed ({_brief(error)}); nothing was changed: retry, "
        "and report it with the log if it fails again.",
    )


def known_failure(error: Exception) -> JobFailure | None:
    """Return the failure of an error that says itself what it is; None for any other."""
    if isinstance(error, WeightsDamagedError):
        return JobFailure(
            kind=FailureKind.WEIGHTS_DAMAGED, message=str(error), model_id=error.model_id
        )
    if isinstance(error, OutOfMemoryError):
        return JobFailure(kind=FailureKind.OUT_OF_MEMORY, message=str(error))
    if _says_driver_lost(error):
        return driver_lost(_brief(error))
    for kind_of_error, kind in _KINDS:
        if isinstance(error, kind_of_error):
            return JobFailure(kind=kind, message=str(error))
    return None


def out_of_memory(spec: JobSpec) -> JobFailure:
    """Return the failure of a job that needed more memory than there is."""
    smaller = smaller_work(spec)
    try_this = f"try {smaller[0].words}, or " if smaller else ""
    return JobFailure(
        kind=FailureKind.OUT_OF_MEMORY,
        message=f"Memory ran out while {spec.engine} worked on "
        f"{spec.region_length_samples / spec.rate_hz:.1f} s; nothing was changed: {try_this}"
        "close other programs and retry.",
        would_fit=tuple(work.words for work in smaller),
        smaller=smaller,
    )


def driver_lost(cause: str) -> JobFailure:
    """Return the failure of a job under which the device's driver gave up."""
    return JobFailure(
        kind=FailureKind.DRIVER_LOST,
        message=f"The graphics driver stopped ({cause}); nothing was changed: retry, which starts "
        "a new engine process, or compute on the processor.",
    )


def smaller_work(spec: JobSpec) -> tuple[SmallerWork, ...]:
    """Return smaller work to try, the largest first, where the engine itself has no advice."""
    smaller = []
    if spec.takes > 1:
        smaller.append(SmallerWork(way=SmallerWay.ONE_TAKE, words="one take at a time"))
    half_seconds = spec.region_length_samples / spec.rate_hz / 2
    if half_seconds >= _LEAST_SHORTENED_SECONDS:
        # Down, so that what is named is what is made.
        seconds = f"{math.floor(half_seconds * 10) / 10:.1f}"
        words = f"a region of at most {seconds} s"
        smaller.append(SmallerWork(way=SmallerWay.SHORTER, words=words, value=seconds))
    return tuple(smaller)


def ended(spec: JobSpec, returncode: int, *, log_tail: str, oom_kills: int) -> JobFailure:
    """Return the failure of a job whose process ended under it.

    ``returncode`` is that of the process, negative for the signal that ended it; ``oom_kills``
    counts the processes that the system ended for lack of memory since the job began. Libraries
    that get no memory may end the process themselves, with a last line in the log.
    """
    was_killed_for_it = returncode == -signal.SIGKILL and oom_kills > 0
    if was_killed_for_it or _MEMORY_WORDS.search(log_tail[-_LAST_WORDS_CHARACTERS:]):
        return replace(out_of_memory(spec), log_tail=log_tail)
    if found := _DRIVER_WORDS.search(log_tail[-_LAST_WORDS_CHARACTERS:]):
        line = log_tail[log_tail.rfind("\n", 0, found.start()) + 1 :].splitlines()[0]
        return replace(driver_lost(line.strip()[:_CAUSE_CHARACTERS]), log_tail=log_tail)
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
    return (
        f"{type(error).__name__}: {lines[0][:_CAUSE_CHARACTERS]}" if lines else type(error).__name__
    )


def _says_driver_lost(error: BaseException) -> bool:
    """Whether an error, or what it came of, says that the device answers no more."""
    cause: BaseException | None = error
    while cause is not None:
        if _is_torch_error(cause, "AcceleratorError"):
            return True
        if isinstance(cause, RuntimeError) and _DRIVER_WORDS.search(str(cause)):
            return True
        cause = cause.__cause__
    return False


def _is_torch_error(error: BaseException, name: str) -> bool:
    """Whether it is torch's own error of that name, asked without importing torch."""
    kind = getattr(sys.modules.get("torch"), name, None)
    return isinstance(kind, type) and isinstance(error, kind)
