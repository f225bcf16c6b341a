from __future__ import annotations

import errno

import pytest

from prismdesk.engines.errors import OutOfMemoryError
from prismdesk.errors import InputError, WorkError
from prismdesk.jobs.messages import FailureKind
from prismdesk.jobs.training.failures import ended_unexpectedly, failure_of_work


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), FailureKind.DISK_FULL, "make room"),
        (MemoryError(), FailureKind.OUT_OF_MEMORY, "smaller batch"),
        (RuntimeError("CUDA Out Of Memory. Tried"), FailureKind.OUT_OF_MEMORY, "checkpointing"),
        (InputError("The pair step is refused."), FailureKind.BAD_INPUT, "The pair step is"),
        (WorkError("The disk gave up."), FailureKind.WORK_FAILED, "The disk gave up."),
        (KeyError("shape"), FailureKind.UNEXPECTED, "KeyError: 'shape'"),
        (ValueError(), FailureKind.UNEXPECTED, "ValueError()"),
        (OSError(errno.EACCES, "Permission denied"), FailureKind.UNEXPECTED, "Permission denied"),
    ],
    ids=repr,
)
def test_an_error_is_told_by_its_kind(error: Exception, kind: FailureKind, words: str) -> None:
    failure = failure_of_work(error)
    assert failure.kind is kind
    assert words in failure.message


def test_what_an_engine_says_of_memory_is_out_of_memory() -> None:
    failure = failure_of_work(OutOfMemoryError("The card has 8 GB."))
    assert failure.kind is FailureKind.OUT_OF_MEMORY


def test_of_a_long_fault_the_first_line_is_told() -> None:
    message = failure_of_work(RuntimeError("x" * 5000 + "\nand a long trace")).message
    assert "trace" not in message
    assert "\n" not in message
    assert len(message) < 400


@pytest.mark.parametrize(("code", "by"), [(-9, "signal 9"), (3, "exit code 3")])
def test_an_ended_process_says_by_what_and_keeps_its_log(code: int, by: str) -> None:
    failure = ended_unexpectedly(code, log_tail="last words")
    assert failure.kind is FailureKind.CRASHED
    assert by in failure.message
    assert failure.log_tail == "last words"


def test_every_sentence_says_that_what_was_kept_is_whole() -> None:
    faults = [OSError(errno.ENOSPC, "full"), MemoryError(), RuntimeError("x")]
    failures = [*map(failure_of_work, faults), ended_unexpectedly(1, log_tail="")]
    assert all("what was kept until then is whole" in one.message for one in failures)
