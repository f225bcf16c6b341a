from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from prismdesk.jobs.batch_records import BatchEntry, BatchRecord, BatchState, Outcome
from prismdesk.jobs.spec import new_job_id
from prismdesk.session.batch_watch import BatchMoment
from prismdesk.ui.batches.words import batch_name, moment_words, shown_reason

NOW = datetime(2026, 3, 5, 8, 30).astimezone()


def a_record(then: datetime = NOW, **fields: object) -> BatchRecord:
    outcomes = (Outcome.MADE, Outcome.MADE, Outcome.FAILED, Outcome.WAITING)
    entries = tuple(
        BatchEntry(
            region_id=f"r{number}", label="R", engine="e", job_id=new_job_id(), outcome=outcome
        )
        for number, outcome in enumerate(outcomes)
    )
    return BatchRecord(
        batch_id="batch-0123456789ab",
        created_utc=then.isoformat(),
        entries=entries,
        **fields,  # type: ignore[arg-type]  # fields by name
    )


@pytest.mark.parametrize(
    ("before", "name"),
    [
        (timedelta(hours=9, minutes=30), "The batch of last night"),
        (timedelta(hours=5), "The batch of last night"),
        (timedelta(days=3), "The batch of 2 Mar 08:30"),
    ],
)
def test_a_batch_is_called_by_its_time(before: timedelta, name: str) -> None:
    assert batch_name(a_record(NOW - before), NOW) == name


def test_a_batch_whose_time_is_no_time_has_a_name_all_the_same() -> None:
    record = BatchRecord(batch_id="batch-0123456789ab", created_utc="?", entries=())
    assert batch_name(record, NOW) == "The batch"


def test_how_far_it_is_is_told_in_few_words() -> None:
    assert moment_words(BatchMoment(a_record(), None, 700.0)) == "Batch: 4 of 4 · 12 min left"
    assert moment_words(BatchMoment(a_record(), None, None)) == "Batch: 4 of 4"
    paused = a_record(paused_because="You paused it.")
    assert moment_words(BatchMoment(paused, None, None)) == "Batch: paused, 2 of 4 made"
    planned = a_record(state=BatchState.PLANNED, start_at_utc=NOW.isoformat())
    assert moment_words(BatchMoment(planned, None, None)).startswith("Batch: begins ")


def test_a_reason_is_shown_without_commands() -> None:
    assert (
        shown_reason("It lacks x.pth; fetch them with `prismdesk …`, or so.") == "It lacks x.pth."
    )
    assert shown_reason("Its licence forbids that.") == "Its licence forbids that."
    assert shown_reason("") == ""
