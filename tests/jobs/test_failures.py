from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.jobs.failures import ended
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
        ("out of memory: took one take at a time instead" + 600 * " ", "crash"),
    ],
)
def test_a_process_that_ended_for_want_of_memory_is_known_by_its_last_words(
    tmp_path: Path, last_words: str, kind: str
) -> None:
    failure = ended(a_spec(tmp_path), 1, log_tail=last_words, oom_kills=0)
    expected = {"memory": FailureKind.OUT_OF_MEMORY, "crash": FailureKind.CRASHED}[kind]
    assert failure.kind is expected
    assert bool(failure.would_fit) == (kind == "memory")
    assert failure.log_tail == last_words
