"""Batches with the engine of tests: order, failures, pauses, restarts, edits meanwhile."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.errors import Cancelled, InputError
from prismdesk.jobs.batch_records import BatchRecords, BatchState, Outcome
from prismdesk.jobs.queue import JobQueue
from prismdesk.jobs.states import JobState
from prismdesk.project.edits import remove_region, set_region_prompt, set_region_status
from prismdesk.project.ids import RegionId
from prismdesk.project.lookup import region_of
from prismdesk.project.model import RegionStatus
from prismdesk.project.timebase import SampleRange
from prismdesk.session.batch_start import start_batch, unfinished_batch
from prismdesk.session.batch_summary import BatchSummary
from prismdesk.session.batch_watch import carry_through
from prismdesk.session.batches import BatchWish, Existing, SessionNow, open_regions, plan_batch
from prismdesk.session.measured import Measured, RunMeter
from prismdesk.session.opening import open_session
from prismdesk.session.rescue import rescue_kept
from tests.jobs.fake_engine import SOURCE
from tests.jobs.test_no_room import no_room
from tests.jobs.test_queue import until
from tests.session.making_session import RATE_HZ, a_session, mark, offer_fake_engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.session.batch_course import Batch
    from prismdesk.session.session import Session


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    offer_fake_engine(monkeypatch)
    with a_session(tmp_path) as session:
        yield session


def mark_all(session: Session, *prompts: str) -> None:
    """Mark a region of a quarter second for each prompt, called A, B, C …"""
    for number, prompt in enumerate(prompts):
        start = number * RATE_HZ // 4
        mark(
            session,
            id=RegionId(f"region-{number}"),
            name="ABCDEFGHIJ"[number],
            range=SampleRange(start, start + RATE_HZ // 4),
            prompt=prompt,
            seed=number,
        )


def begin(session: Session, takes: int = 1) -> Batch:
    wish = BatchWish(takes=takes)
    project = session.project
    return start_batch(
        session, plan_batch(project, open_regions(project), wish, SessionNow(session))
    )


def outcomes(batch: Batch) -> dict[str, str]:
    return {entry.label: str(entry.outcome) for entry in batch.record.entries}


def takes_of(session: Session) -> list[int]:
    return [len(region.takes) for region in session.project.regions]


def reopened(session: Session) -> Session:
    """Close a project and open it again, with the engine of tests."""
    session.close()
    again = open_session(session.folder)
    again.queue.close()
    again._queue = JobQueue(
        again.folder, grace_seconds=0.5, engine_source=SOURCE, workplace=again._workplace
    )
    return again


def test_every_open_region_gets_its_takes(session: Session) -> None:
    mark_all(session, "", "", "")
    batch = begin(session, takes=2)
    numbers: list[int] = []
    carry_through(session, batch, watch=lambda moment: numbers.append(moment.number))
    assert takes_of(session) == [2, 2, 2]
    assert outcomes(batch) == dict.fromkeys("ABC", "made")
    assert batch.record.state is BatchState.ENDED
    assert sorted(set(numbers)) == [1, 2, 3]
    # One process, loaded once: its notes tell.
    notes = {take.note for region in session.project.regions for take in region.takes}
    assert len(notes) == 1
    assert notes.pop().startswith("prepared 1 times")
    assert BatchRecords(session.folder).latest() == batch.record
    assert session.queue.jobs() == ()


def test_a_failing_region_doesnt_stop_the_others(session: Session) -> None:
    mark_all(session, "fail", "", "not a number")
    batch = begin(session)
    carry_through(session, batch)
    assert outcomes(batch) == {"A": "failed", "B": "made", "C": "failed"}
    failed = batch.record.of(Outcome.FAILED)
    assert "KeyError" in failed[0].reason
    assert failed[0].failure == "unexpected"


@pytest.mark.parametrize("prompt", ["kill", "lack memory"])
def test_a_killed_worker_gets_a_second_try_in_a_fresh_process(
    session: Session, prompt: str
) -> None:
    mark_all(session, prompt, "")
    batch = begin(session)
    attempts: list[int] = []
    session.queue.subscribe(lambda job: attempts.append(job.attempts))
    carry_through(session, batch)
    assert outcomes(batch) == {"A": "failed", "B": "made"}
    assert max(attempts) == 2
    assert batch.record.entries[0].was_retried


def test_cancelled_half_way_it_goes_on_after_a_restart(session: Session) -> None:
    mark_all(session, "", "", "", "")
    batch = begin(session)
    with pytest.raises(Cancelled):
        carry_through(session, batch, cancelled=lambda: len(batch.record.of(Outcome.MADE)) == 2)
    assert takes_of(session) == [1, 1, 0, 0]
    with reopened(session) as again:
        assert not any("interrupted" in notice for notice in again.notices)
        assert any("2 of 4 regions are made" in notice for notice in again.notices)
        batch_again = unfinished_batch(again)
        assert batch_again is not None
        assert batch_again.take_up() is False
        states = {job.state for job in again.queue.jobs()}
        assert states <= {JobState.QUEUED, JobState.RUNNING}
        carry_through(again, batch_again)
        assert takes_of(again) == [1, 1, 1, 1]
        assert outcomes(batch_again) == dict.fromkeys("ABCD", "made")
        assert unfinished_batch(again) is None


def test_takes_that_came_in_without_the_batch_knowing_are_not_made_twice(
    session: Session,
) -> None:
    mark_all(session, "", "")
    batch = begin(session)
    batch.queue_waiting(session.project)
    until(lambda: all(job.state is JobState.FINISHED for job in session.queue.jobs()))
    # The program ends before anything of it reaches project or batch.
    with reopened(session) as again:
        batch_again = unfinished_batch(again)
        assert batch_again is not None
        assert batch_again.take_up() is False
        assert outcomes(batch_again) == {"A": "made", "B": "made"}
        assert takes_of(again) == [1, 1]


def test_a_kill_before_all_is_queued_loses_no_region(session: Session) -> None:
    mark_all(session, "", "", "")
    batch = begin(session)
    session.queue.pause()
    with pytest.raises(Cancelled):
        batch.queue_waiting(session.project, cancelled=lambda: len(session.queue.jobs()) == 1)
    with reopened(session) as again:
        batch_again = unfinished_batch(again)
        assert batch_again is not None
        assert batch_again.take_up() is True
        carry_through(again, batch_again)
        assert takes_of(again) == [1, 1, 1]


def test_a_pause_outlives_a_restart(session: Session) -> None:
    mark_all(session, "", "")
    batch = begin(session)
    batch.pause()
    batch.queue_waiting(session.project)
    with reopened(session) as again:
        batch_again = unfinished_batch(again)
        assert batch_again is not None
        batch_again.take_up()
        assert again.queue.is_paused
        assert batch_again.record.paused_because
        batch_again.go_on()
        carry_through(again, batch_again)
        assert takes_of(again) == [1, 1]


def test_regions_that_were_changed_meanwhile_are_made_as_they_are_now(session: Session) -> None:
    mark_all(session, "", "", "", "", "until cancelled")
    batch = begin(session)
    batch.pause()
    batch.queue_waiting(session.project)
    old_jobs = {job.id for job in session.queue.jobs()}
    a, b, c, d, e = (region.id for region in session.project.regions)
    apply = session.store.apply
    apply("Prompt", lambda project: set_region_prompt(project, a, "loud"))
    apply("Remove", lambda project: remove_region(project, b))
    apply("Done", lambda project: set_region_status(project, c, RegionStatus.DONE))
    apply("Prompt", lambda project: set_region_prompt(project, e, ""))
    assert batch.follow_edits() is True
    assert outcomes(batch) == {
        "A": "waiting", "B": "skipped", "C": "skipped", "D": "waiting", "E": "waiting",
    }  # fmt: skip
    batch.queue_waiting(session.project)
    assert len({job.id for job in session.queue.jobs()} - old_jobs) == 2
    batch.go_on()
    carry_through(session, batch)
    assert region_of(session.project, a).takes[0].provenance.prompt == "loud"
    assert len(region_of(session.project, d).takes) == 1
    notes = {entry.label: entry.notes for entry in batch.record.entries}
    assert notes["A"] == ("Made as it is now: its prompt was edited after the batch began.",)
    assert notes["D"] == ()
    reasons = [entry.reason for entry in batch.record.of(Outcome.SKIPPED)]
    assert reasons == [
        "The region was removed after the batch began.",
        "It was marked as done after the batch began.",
    ]


def test_an_edit_while_a_region_is_made_is_told(session: Session) -> None:
    mark_all(session, "")
    batch = begin(session)
    batch.queue_waiting(session.project)
    until(lambda: session.queue.jobs()[0].state is JobState.RUNNING)
    region_id = session.project.regions[0].id
    session.store.apply("P", lambda project: set_region_prompt(project, region_id, "other"))
    assert batch.follow_edits() is False
    carry_through(session, batch)
    assert batch.record.entries[0].notes == (
        "Made as it was asked for: its prompt was edited while it was made.",
    )


def test_what_is_cancelled_leaves_what_is_made(session: Session) -> None:
    mark_all(session, "", "until cancelled", "")
    batch = begin(session)
    batch.queue_waiting(session.project)

    until(lambda: any(job.state is JobState.FINISHED for job in session.queue.jobs()))
    with pytest.raises(Cancelled):
        carry_through(session, batch, cancelled=lambda: bool(batch.record.of(Outcome.MADE)))
    batch.cancel_rest()
    until(lambda: session.queue.jobs() == ())
    assert outcomes(batch) == {"A": "made", "B": "cancelled", "C": "cancelled"}
    assert takes_of(session) == [1, 0, 0]
    assert batch.record.is_over
    assert unfinished_batch(session) is None


def test_one_region_cancelled_in_the_queue_is_told(session: Session) -> None:
    mark_all(session, "", "")
    batch = begin(session)
    batch.queue_waiting(session.project)
    session.queue.cancel(session.queue.jobs()[1].id)
    batch.gone(batch.record.entries[1].job_id)
    carry_through(session, batch)
    assert outcomes(batch) == {"A": "made", "B": "cancelled"}


def test_what_failed_is_made_again_when_asked(session: Session) -> None:
    mark_all(session, "fail", "")
    batch = begin(session)
    carry_through(session, batch)
    region_id = session.project.regions[0].id
    session.store.apply("P", lambda project: set_region_prompt(project, region_id, ""))
    assert batch.again() is True
    carry_through(session, batch)
    assert outcomes(batch) == {"A": "made", "B": "made"}
    assert batch.again() is False


def test_a_full_disk_pauses_and_goes_on_when_there_is_room(session: Session) -> None:
    mark_all(session, "", "")
    batch = begin(session)
    told: list[str] = []
    with no_room(session.queue):
        with pytest.raises(Cancelled):
            carry_through(session, batch, lacks_room=told.append, cancelled=lambda: bool(told))
        assert outcomes(batch) == {"A": "waiting", "B": "waiting"}
        assert "Can't write" in told[0]
    carry_through(session, batch)
    assert outcomes(batch) == {"A": "made", "B": "made"}
    notes = session.project.regions[0].takes[0].note
    assert notes.startswith("prepared 1 times")


def test_what_is_kept_is_rescued_before_the_program_ends(session: Session, tmp_path: Path) -> None:
    mark_all(session, "", "")
    place = tmp_path / "elsewhere"
    place.mkdir()
    batch = begin(session)
    with no_room(session.queue), pytest.raises(Cancelled):
        carry_through(session, batch, cancelled=lambda: bool(batch.record.paused_because))
    assert rescue_kept(session, place) == ("A",)
    with reopened(session) as again:
        batch_again = unfinished_batch(again)
        assert batch_again is not None
        assert batch_again.record.paused_because
        batch_again.take_up()
        batch_again.go_on()
        carry_through(again, batch_again)
        assert takes_of(again) == [1, 1]
        seeds = [region.takes[0].provenance.seed for region in again.project.regions]
        assert seeds == [0, 1]


def test_only_one_batch_at_a_time(session: Session) -> None:
    mark_all(session, "", "")
    batch = begin(session)
    with pytest.raises(InputError, match="A batch of 2 regions isn't over"):
        begin(session)
    batch.cancel_rest()
    assert outcomes(batch) == {"A": "cancelled", "B": "cancelled"}
    begin(session)


def test_a_refused_region_is_in_the_summary(session: Session) -> None:
    mark_all(session, "", "")
    region = session.project.regions[1]
    bad = replace(region, engine="gone")
    session.store.apply(
        "Engine",
        lambda project: replace(project, regions=(project.regions[0], bad)),
    )
    batch = begin(session)
    carry_through(session, batch)
    summary = BatchSummary(batch.record)
    assert summary.headline == "The region is made; 1 more was refused."
    assert "Refused   B  gone" in summary.text()
    assert "There is no engine called" in summary.text()
    lines = summary.csv().splitlines()
    assert lines[0].startswith("region,id,engine")
    assert lines[1].split(",")[5] == "made"
    assert lines[2].split(",")[5] == "refused"
    assert json.loads(json.dumps(summary.to_json()))["counts"]["made"] == 1


def test_time_is_told_from_what_was_measured_before(session: Session) -> None:
    mark_all(session, "", "", "")
    session.queue.subscribe(RunMeter(Measured()).follow)
    carry_through(session, begin(session))
    project = session.project
    wish = BatchWish(takes=2, existing=Existing.REMAKE)
    plan = plan_batch(project, project.regions, wish, SessionNow(session))
    assert plan.unknown == 0
    assert plan.seconds is not None
    assert plan.seconds > 0.25
    batch = start_batch(session, plan)
    left: list[float | None] = []
    carry_through(session, batch, watch=lambda moment: left.append(moment.seconds_left))
    assert left[-1] == 0.0
    assert left[0] is not None
    assert left[0] > 0.25
    assert all(entry.seconds > 0 for entry in batch.record.entries)
