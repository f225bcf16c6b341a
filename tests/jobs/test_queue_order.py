from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.jobs.states import IllegalTransition, JobSnapshot, JobState
from tests.jobs.specs import a_spec
from tests.jobs.test_queue import PATIENCE_SECONDS, until

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.jobs.queue import JobQueue


def queue_three(jobs: JobQueue, folder: Path) -> list[str]:
    specs = [a_spec(folder) for _ in range(3)]
    for number, spec in enumerate(specs):
        jobs.submit(spec, label=f"Fill {number}")
    return [spec.job_id for spec in specs]


def test_no_job_starts_while_the_queue_is_paused(jobs: JobQueue, tmp_path: Path) -> None:
    jobs.pause()
    spec = a_spec(tmp_path)
    jobs.submit(spec, label="Fill")
    assert jobs.process_status() is None  # the queue's thread has done what was before it
    assert jobs.is_paused
    assert jobs.job(spec.job_id).state is JobState.QUEUED
    jobs.resume()
    assert jobs.wait(spec.job_id, timeout_seconds=PATIENCE_SECONDS).state is JobState.FINISHED


def test_pausing_lets_the_running_job_end(jobs: JobQueue, tmp_path: Path) -> None:
    first, second = (a_spec(tmp_path) for _ in range(2))
    jobs.submit(first, label="Fill")
    until(lambda: jobs.job(first.job_id).state is JobState.RUNNING)
    jobs.pause()
    jobs.submit(second, label="Fill")
    assert jobs.wait(first.job_id, timeout_seconds=PATIENCE_SECONDS).state is JobState.FINISHED
    jobs.process_status()
    assert jobs.job(second.job_id).state is JobState.QUEUED


@pytest.mark.parametrize(
    ("moved", "by", "order"),
    [
        (2, -1, [0, 2, 1]),
        (0, 1, [1, 0, 2]),
        (2, -9, [2, 0, 1]),
        (0, 9, [1, 2, 0]),
        (0, -1, [0, 1, 2]),
    ],
)
def test_reordered_jobs_run_in_the_new_order(
    jobs: JobQueue, tmp_path: Path, moved: int, by: int, order: list[int]
) -> None:
    jobs.pause()
    ids = queue_three(jobs, tmp_path)
    jobs.reorder(ids[moved], by)
    expected = [ids[number] for number in order]
    assert [job.id for job in jobs.jobs()] == expected


def test_the_first_of_the_new_order_runs_first(jobs: JobQueue, tmp_path: Path) -> None:
    jobs.pause()
    ids = queue_three(jobs, tmp_path)
    started: list[str] = []

    def note(job: JobSnapshot) -> None:
        if job.state is JobState.RUNNING and job.id not in started:
            started.append(job.id)

    jobs.subscribe(note)
    jobs.reorder(ids[2], -2)
    jobs.resume()
    jobs.wait(ids[1], timeout_seconds=PATIENCE_SECONDS)
    assert started == [ids[2], ids[0], ids[1]]


def test_only_waiting_jobs_change_places(jobs: JobQueue, tmp_path: Path) -> None:
    spec = a_spec(tmp_path)
    jobs.submit(spec, label="Fill")
    jobs.wait(spec.job_id, timeout_seconds=PATIENCE_SECONDS)
    with pytest.raises(IllegalTransition, match="only jobs that wait"):
        jobs.reorder(spec.job_id, 1)


def test_sequence_rises_with_every_change(jobs: JobQueue, tmp_path: Path) -> None:
    seen: list[JobSnapshot] = []
    jobs.subscribe(seen.append)
    spec = a_spec(tmp_path)
    assert jobs.submit(spec, label="Fill").sequence > 0
    jobs.wait(spec.job_id, timeout_seconds=PATIENCE_SECONDS)
    jobs.process_status()
    sequences = [job.sequence for job in seen]
    assert sequences == sorted(set(sequences))
