"""What went wrong in the training process, in one sentence and of a known kind."""

from __future__ import annotations

import errno

from prismdesk.engines.errors import OutOfMemoryError
from prismdesk.jobs.failures import known_failure
from prismdesk.jobs.messages import FailureKind, JobFailure

_BRIEF_CHARACTERS = 200
_KEPT = "what was kept until then is whole"


def failure_of_work(error: Exception) -> JobFailure:
    """Return the failure that an error means for the user."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return JobFailure(
            kind=FailureKind.DISK_FULL,
            message=f"The disk is full; {_KEPT}: make room and go on.",
        )
    known = known_failure(error)
    if known is not None:
        return known
    if isinstance(error, MemoryError | OutOfMemoryError) or "out of memory" in str(error).lower():
        return JobFailure(
            kind=FailureKind.OUT_OF_MEMORY,
            message=f"Memory ran out; {_KEPT}: take a smaller batch or rank, or gradient "
            "checkpointing, and go on.",
        )
    lines = str(error).strip().splitlines()
    cause = f"{type(error).__name__}: {lines[0][:_BRIEF_CHARACTERS]}" if lines else repr(error)
    return JobFailure(
        kind=FailureKind.UNEXPECTED,
        message=f"The work failed ({cause}); {_KEPT}: go on, and report it with the log if it "
        "fails again.",
    )


def ended_unexpectedly(returncode: int, *, log_tail: str) -> JobFailure:
    """Return the failure of work whose process ended under it."""
    by = f"signal {-returncode}" if returncode < 0 else f"exit code {returncode}"
    return JobFailure(
        kind=FailureKind.CRASHED,
        message=f"The training process ended unexpectedly ({by}); {_KEPT}: go on from there.",
        log_tail=log_tail,
    )
