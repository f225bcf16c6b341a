from __future__ import annotations

from pathlib import Path

import pytest

from prismdesk.engines.errors import SmallerWay, SmallerWork
from prismdesk.jobs.messages import FailureKind, JobFailure
from prismdesk.jobs.states import JobSnapshot, JobState
from prismdesk.ui.failure_words import FailureWords, RemedyId, failure_words
from tests.jobs.specs import a_spec

OFFLOAD = SmallerWork(way=SmallerWay.OFFLOAD, words="offload")
SMALL = SmallerWork(way=SmallerWay.VARIANT, words="SelVA small", value="selva-small_16k")
SHORT = SmallerWork(way=SmallerWay.SHORTER, words="a region of at most 4.0 s", value="4.0")


def words_of(folder: Path, failure: JobFailure, *, kept_takes: int = 0) -> FailureWords:
    job = JobSnapshot(
        spec=a_spec(folder),
        label="Footsteps",
        state=JobState.FAILED,
        created_utc="2026-01-01T00:00:00Z",
        log_path=Path("engine.log"),
    )
    return failure_words(job, failure, kept_takes=kept_takes)


def test_memory_is_told_in_figures_with_what_was_kept_and_what_would_fit(tmp_path: Path) -> None:
    failure = JobFailure(
        kind=FailureKind.OUT_OF_MEMORY,
        message="m",
        smaller=(OFFLOAD, SMALL, SHORT),
        needed_bytes=7_200_000_000,
        free_bytes=6_100_000_000,
        device="RTX 4070",
    )
    words = words_of(tmp_path, failure, kept_takes=2)
    assert words.title == "The GPU ran out of memory."
    assert words.body == "“Footsteps” needs 7.2 GB, 6.1 GB are free. Takes 1 and 2 are kept."
    assert [(one.words, one.value) for one in words.remedies] == [
        ("Make it with offload", ""),
        ("Use SelVA small", "selva-small_16k"),
        ("Start again", ""),
        ("Show log", ""),
    ]


def test_without_figures_the_engines_sentence_is_told_without_what_the_buttons_say(
    tmp_path: Path,
) -> None:
    failure = JobFailure(
        kind=FailureKind.OUT_OF_MEMORY,
        message="Memory ran out while SelVA large worked; try: selva-small_16k.",
        would_fit=("selva-small_16k",),
        smaller=(SMALL,),
        device="processor",
    )
    words = words_of(tmp_path, failure)
    assert words.title == "Memory ran out."
    assert words.body == (
        "“Footsteps”: Memory ran out while SelVA large worked. Nothing was changed."
    )


def test_a_lost_driver_offers_the_processor(tmp_path: Path) -> None:
    words = words_of(tmp_path, JobFailure(kind=FailureKind.DRIVER_LOST, message="m"))
    assert words.title == "The graphics driver stopped."
    assert [one.id for one in words.remedies] == [
        RemedyId.START_AGAIN,
        RemedyId.ON_PROCESSOR,
        RemedyId.SHOW_LOG,
    ]


@pytest.mark.parametrize("kind", list(FailureKind))
def test_every_kind_of_failure_has_words_and_something_to_do(
    tmp_path: Path, kind: FailureKind
) -> None:
    words = words_of(tmp_path, JobFailure(kind=kind, message="It failed."))
    assert words.title.endswith(".")
    assert words.remedies
