"""What becomes of finished sound when the disk takes no more: it is never lost."""

from __future__ import annotations

import resource
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from prismdesk.jobs.messages import FailureKind
from prismdesk.jobs.queue import JobQueue
from prismdesk.jobs.states import IllegalTransition, JobSnapshot, JobState
from prismdesk.media.wav import map_wav
from tests.jobs.fake_engine import SOURCE
from tests.jobs.specs import REGION_SAMPLES, a_spec
from tests.jobs.test_queue import PATIENCE_SECONDS, leftovers, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TAKE_BYTES = REGION_SAMPLES * 2 * 4
ROOM_BYTES = TAKE_BYTES // 2


@contextmanager
def no_room(jobs: JobQueue) -> Iterator[None]:
    """Let the engine process write no file that a take would fit in."""
    jobs.warm_up()
    status = jobs.process_status(timeout_seconds=PATIENCE_SECONDS)
    assert status is not None
    before = resource.prlimit(status.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(status.pid, resource.RLIMIT_FSIZE, (ROOM_BYTES, before[1]))
    yield
    with suppress(ProcessLookupError):
        resource.prlimit(status.pid, resource.RLIMIT_FSIZE, before)


def make(jobs: JobQueue, folder: Path, prompt: str = "", **changes: object) -> JobSnapshot:
    spec = a_spec(folder, prompt, **changes)
    jobs.submit(spec, label="Fill")
    return jobs.wait(spec.job_id, timeout_seconds=PATIENCE_SECONDS)


def settled(jobs: JobQueue, job_id: str, attempts: int) -> JobSnapshot:
    """Wait until a job has been written, or tried to be, for the nth time."""

    def is_so() -> bool:
        job = jobs.job(job_id)
        is_over = not job.state.is_underway
        return is_over and (job.attempts >= attempts or job.state is JobState.FINISHED)

    until(is_so)
    return jobs.job(job_id)


def first_samples(folder: Path, path: str) -> float:
    with map_wav(folder / path) as wav:
        return float(wav.read(0, 1)[0, 0])


def test_a_take_without_room_is_kept_and_written_when_there_is_some(
    jobs: JobQueue, tmp_path: Path
) -> None:
    with no_room(jobs):
        job = make(jobs, tmp_path, takes=2)
        assert job.state is JobState.FAILED
        assert job.failure is not None
        assert job.failure.kind is FailureKind.DISK_FULL
        assert job.failure.is_kept
        assert 2 * TAKE_BYTES < job.failure.needed_bytes < 2 * TAKE_BYTES + 500_000
        assert job.failure.free_bytes > 0
        assert leftovers(tmp_path) == []
        assert jobs.is_paused
        jobs.retry(job.id)
        job = settled(jobs, job.id, attempts=2)
        assert job.failure is not None
        assert job.failure.is_kept
    jobs.retry(job.id)
    job = settled(jobs, job.id, attempts=3)
    assert job.state is JobState.FINISHED
    assert job.failure is None
    # One run of the engine, in the first process.
    assert all(note.startswith("prepared 1 times") for take in job.takes for note in take.notes[:1])
    assert [first_samples(tmp_path, take.path) for take in job.takes] == pytest.approx([3e-3, 4e-3])
    assert not jobs.is_paused


def test_jobs_that_wait_are_held_back_until_there_is_room(jobs: JobQueue, tmp_path: Path) -> None:
    with no_room(jobs):
        first, second = a_spec(tmp_path), a_spec(tmp_path)
        jobs.submit(first, label="One")
        jobs.submit(second, label="Two")
        jobs.wait(first.job_id, timeout_seconds=PATIENCE_SECONDS)
        until(lambda: jobs.is_paused)
        assert jobs.job(second.job_id).state is JobState.QUEUED
    jobs.write_kept(first.job_id)
    for spec in (first, second):
        assert settled(jobs, spec.job_id, attempts=9).state is JobState.FINISHED


def test_a_kept_take_is_saved_elsewhere_and_brought_in_later(
    jobs: JobQueue, tmp_path: Path
) -> None:
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    elsewhere.mkdir()
    with JobQueue(project, grace_seconds=0.5, engine_source=SOURCE) as there:
        with no_room(there):
            job = make(there, project)
        there.write_kept(job.id, elsewhere)
        until(lambda: (f := there.job(job.id).failure) is not None and f.saved_takes)
        failure = there.job(job.id).failure
        assert failure is not None
        assert not failure.is_kept
        assert first_samples(elsewhere, failure.saved_takes[0].path) == pytest.approx(3e-3)
        assert leftovers(project) == []
        assert there.is_paused
    # Also by the program's next run.
    with JobQueue(project, grace_seconds=0.5, engine_source=SOURCE) as there:
        there.retry(job.id)
        job = settled(there, job.id, attempts=9)
        assert job.state is JobState.FINISHED
        assert first_samples(project, job.takes[0].path) == pytest.approx(3e-3)
    with JobQueue(project) as there:
        assert there.job(job.id).state is JobState.FINISHED


def test_saved_takes_that_are_others_now_are_not_brought_in(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with JobQueue(tmp_path, grace_seconds=0.5, engine_source=SOURCE) as jobs:
        with no_room(jobs):
            job = make(jobs, tmp_path)
        jobs.write_kept(job.id, elsewhere)
        until(lambda: (f := jobs.job(job.id).failure) is not None and f.saved_takes)
        saved = jobs.job(job.id).failure
        assert saved is not None
        path = elsewhere / saved.saved_takes[0].path
        path.write_bytes(path.read_bytes()[:-4] + b"\0\0\0\0")
        jobs.write_kept(job.id)
        until(lambda: (f := jobs.job(job.id).failure) is not None and not f.saved_takes)
        assert leftovers(tmp_path) == []
        jobs.retry(job.id)
        jobs.resume()
        assert settled(jobs, job.id, attempts=9).state is JobState.FINISHED


def test_what_is_kept_is_lost_with_its_process_and_made_again(
    jobs: JobQueue, tmp_path: Path
) -> None:
    with no_room(jobs):
        job = make(jobs, tmp_path)
        kill = a_spec(tmp_path, "kill")
        jobs.submit(kill, label="Kill")
        jobs.resume()
        jobs.wait(kill.job_id, timeout_seconds=PATIENCE_SECONDS)
    until(lambda: (f := jobs.job(job.id).failure) is not None and not f.is_kept)
    with pytest.raises(IllegalTransition, match="kept any more"):
        jobs.write_kept(job.id)
    jobs.retry(job.id)
    assert settled(jobs, job.id, attempts=9).state is JobState.FINISHED


def test_a_failure_elsewhere_leaves_what_is_kept(jobs: JobQueue, tmp_path: Path) -> None:
    with no_room(jobs):
        job = make(jobs, tmp_path)
        lack = a_spec(tmp_path, "lack memory")
        jobs.submit(lack, label="Lack")
        jobs.resume()
        jobs.wait(lack.job_id, timeout_seconds=PATIENCE_SECONDS)
    failure = jobs.job(job.id).failure
    assert failure is not None
    assert failure.is_kept
    jobs.write_kept(job.id)
    assert settled(jobs, job.id, attempts=9).state is JobState.FINISHED


def test_a_kept_take_that_nobody_wants_goes(jobs: JobQueue, tmp_path: Path) -> None:
    with no_room(jobs):
        job = make(jobs, tmp_path)
        jobs.clear(job.id)
    until(lambda: jobs.job(job.id).state is JobState.CLEARED)
    jobs.resume()
    assert make(jobs, tmp_path).state is JobState.FINISHED
