from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.errors import (
    EngineError,
    OutOfMemoryError,
    SmallerWay,
    SmallerWork,
)
from prismdesk.jobs.failures import ended, failure_of
from prismdesk.jobs.messages import FailureKind
from tests.jobs.specs import a_spec

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("last_words", "kind"),
    [
        ("OpenBLAS error: Memory allocation still failed after 10 retries, giving up.", "memory"),
        ("terminate called after throwing an instance of 'std::bad_alloc'", "memory"),
        ("Segmentation fault", "crash"),
        (
            "terminate called after throwing an instance of 'c10::Error'\n"
            "  what():  CUDA error: unspecified launch failure",
            "driver",
        ),
        ("out of memory: took one take at a time instead" + 600 * " ", "crash"),
    ],
)
def test_why_a_process_ended_is_known_by_its_last_words(
    tmp_path: Path, last_words: str, kind: str
) -> None:
    failure = ended(a_spec(tmp_path), 1, log_tail=last_words, oom_kills=0)
    expected = {
        "memory": FailureKind.OUT_OF_MEMORY,
        "crash": FailureKind.CRASHED,
        "driver": FailureKind.DRIVER_LOST,
    }[kind]
    assert failure.kind is expected
    assert failure.log_tail == last_words


@pytest.mark.parametrize(
    "words",
    [
        "CUDA error: unspecified launch failure",
        "CUDA error: uncorrectable ECC error encountered",
        "CUBLAS_STATUS_EXECUTION_FAILED when calling cublasGemmEx",
        "No CUDA-capable device is detected",
        "HIP error: the device was lost",
    ],
)
def test_a_driver_that_is_gone_is_known_by_what_torch_says_of_it(
    tmp_path: Path, words: str
) -> None:
    failure = failure_of(RuntimeError(words), a_spec(tmp_path))
    assert failure.kind is FailureKind.DRIVER_LOST
    assert words in failure.message


def test_a_driver_that_is_gone_is_known_behind_what_was_made_of_it(tmp_path: Path) -> None:
    error = EngineError("This file can't be used.")
    error.__cause__ = RuntimeError("CUDA error: gone")
    assert failure_of(error, a_spec(tmp_path)).kind is FailureKind.DRIVER_LOST


def test_other_errors_are_no_lost_driver(tmp_path: Path) -> None:
    failure = failure_of(RuntimeError("shapes can't be multiplied"), a_spec(tmp_path))
    assert failure.kind is FailureKind.UNEXPECTED


def test_what_an_engine_says_of_memory_is_kept_as_data(tmp_path: Path) -> None:
    smaller = (SmallerWork(way=SmallerWay.VARIANT, words="SelVA small", value="selva-small"),)
    error = OutOfMemoryError("m", smaller=smaller, needed_bytes=7, free_bytes=6, device="RTX 4070")
    failure = failure_of(error, a_spec(tmp_path))
    assert failure.smaller == smaller
    assert failure.would_fit == ("SelVA small",)
    assert (failure.needed_bytes, failure.free_bytes, failure.device) == (7, 6, "RTX 4070")
    told = failure.error()
    assert isinstance(told, OutOfMemoryError)
    assert told.smaller == smaller


def test_where_no_engine_says_it_fewer_takes_and_a_shorter_region_are_named(
    tmp_path: Path,
) -> None:
    spec = a_spec(tmp_path, takes=3)
    ways = [work.way for work in failure_of(MemoryError(), spec).smaller]
    assert ways[0] is SmallerWay.ONE_TAKE
    seconds = spec.region_length_samples / spec.rate_hz
    assert (SmallerWay.SHORTER in ways) == (seconds >= 2)
