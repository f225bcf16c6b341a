from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from prismdesk.engines.contract import Phase, Result
from prismdesk.jobs import kept_takes
from prismdesk.jobs.board import JobBoard
from prismdesk.jobs.hold import Hold
from prismdesk.jobs.inputs import request_of
from prismdesk.jobs.kept_takes import KeptTakes
from prismdesk.jobs.messages import FailureKind, JobFailure, SavedElsewhere
from prismdesk.jobs.records import JobRecord, JobRecords
from prismdesk.jobs.states import JobSnapshot, JobState
from prismdesk.jobs.take_files import write_take
from prismdesk.media.content_key import content_key
from prismdesk.media.errors import NoRoomError
from tests.jobs.specs import a_spec
from tests.jobs.test_take_files import CAPABILITIES, a_sound

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.jobs.messages import FinishedTake

CREATED = "2025-01-31T12:00:00Z"
KEPT = JobFailure(kind=FailureKind.DISK_FULL, message="No room.", needed_bytes=16_000, is_kept=True)


class Scene(NamedTuple):
    folder: Path
    board: JobBoard
    records: JobRecords
    hold: Hold
    kept: KeptTakes

    def job(
        self, state: JobState = JobState.FAILED, failure: JobFailure | None = KEPT
    ) -> JobSnapshot:
        """Put a job onto the board and the disk."""
        spec = a_spec(self.folder)
        self.records.create(JobRecord(label="Fill", created_utc=CREATED, spec=spec))
        job = JobSnapshot(
            spec=spec,
            label="Fill",
            state=state,
            created_utc=CREATED,
            log_path=self.folder / "log",
            failure=failure,
        )
        return self.board.add(job)

    def saved(self, elsewhere: Path) -> tuple[JobSnapshot, FinishedTake]:
        """Put a job onto the board whose one take lies in another folder."""
        job = self.job(JobState.RUNNING, failure=None)
        take = write_take(
            job.spec,
            elsewhere,
            index=0,
            request=request_of(job.spec, self.folder),
            result=Result(sounds=(a_sound(),)),
            capabilities=CAPABILITIES,
        )
        told = SavedElsewhere(job_id=job.id, folder=str(elsewhere), takes=(take,))
        self.kept.end_saved_elsewhere(told)
        return self.board.job(job.id), take


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    folder = tmp_path / "project"
    board, records = JobBoard((), lambda job: None), JobRecords(folder)
    hold = Hold(lambda: None)
    return Scene(folder, board, records, hold, KeptTakes(folder, board, records, hold))


def test_jobs_are_those_of_which_the_process_keeps_takes(scene: Scene) -> None:
    kept = scene.job()
    scene.job(failure=JobFailure(kind=FailureKind.DISK_FULL, message="No room."))
    scene.job(JobState.QUEUED, failure=None)
    assert [job.id for job in scene.kept.jobs()] == [kept.id]


def test_with_the_process_goes_what_it_kept_but_for_the_job_told_of_elsewhere(
    scene: Scene,
) -> None:
    first, second = scene.job(), scene.job()
    scene.kept.forget(except_id=first.id)
    assert [job.id for job in scene.kept.jobs()] == [first.id]
    failure = scene.board.job(second.id).failure
    assert failure is not None
    assert (failure.message, failure.is_kept) == ("No room.", False)
    scene.kept.forget(except_id=None)
    assert scene.kept.jobs() == []


def test_what_is_to_be_written_is_told_in_order_and_once(scene: Scene, tmp_path: Path) -> None:
    scene.kept.write_later("job-1", None)
    scene.kept.write_later("job-2", tmp_path)
    taken = [scene.kept.take_next_to_write() for _ in range(3)]
    assert taken == [("job-1", None), ("job-2", tmp_path), None]


def test_a_kept_job_runs_again_to_be_written(scene: Scene) -> None:
    job = scene.job()
    assert scene.kept.begin_writing(job.id)
    now = scene.board.job(job.id)
    assert (now.state, now.attempts) == (JobState.RUNNING, 1)
    assert now.progress is not None
    assert now.progress.phase is Phase.WRITING


@pytest.mark.parametrize(
    ("state", "failure"),
    [
        (JobState.QUEUED, None),
        (JobState.FAILED, JobFailure(kind=FailureKind.DISK_FULL, message="No room.")),
        (JobState.RUNNING, KEPT),
    ],
)
def test_a_job_of_which_nothing_is_kept_stays_as_it_is(
    scene: Scene, state: JobState, failure: JobFailure | None
) -> None:
    job = scene.job(state, failure)
    assert not scene.kept.begin_writing(job.id)
    assert scene.board.job(job.id) == job


def test_a_job_saved_elsewhere_fails_and_says_where_also_after_a_restart(
    scene: Scene, tmp_path: Path
) -> None:
    job, take = scene.saved(tmp_path / "elsewhere")
    assert job.state is JobState.FAILED
    assert job.failure is not None
    assert str(tmp_path / "elsewhere") in job.failure.message
    assert job.failure.saved_takes == (take,)
    (stored,) = scene.records.load()
    assert (stored.state, stored.failure) == (JobState.FAILED, job.failure)


def test_takes_saved_elsewhere_come_in_and_the_jobs_held_back_go_on(
    scene: Scene, tmp_path: Path
) -> None:
    job, take = scene.saved(tmp_path / "elsewhere")
    scene.hold.pause_for_room()
    assert not scene.kept.begin_writing(job.id)
    now = scene.board.job(job.id)
    assert (now.state, now.failure) == (JobState.FINISHED, None)
    assert not scene.hold.is_paused
    (brought,) = scene.records.takes(job.id)
    assert now.takes == (brought,)
    assert brought.path == job.spec.take_path(0)
    assert content_key(scene.folder / brought.path) == take.content_key


def test_a_saved_take_that_is_gone_fails_the_job_for_good(scene: Scene, tmp_path: Path) -> None:
    job, take = scene.saved(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / take.path).unlink()
    scene.hold.pause_for_room()
    assert not scene.kept.begin_writing(job.id)
    failure = scene.board.job(job.id).failure
    assert failure is not None
    assert (failure.kind, failure.saved_takes) == (FailureKind.WORK_FAILED, ())
    assert take.path.rpartition("/")[2] in failure.message
    assert scene.hold.is_paused
    assert scene.records.load()[0].failure == failure


def test_while_there_is_still_no_room_the_saved_takes_stay_to_be_brought_in_later(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, take = scene.saved(tmp_path / "elsewhere")

    def bring_half(*arguments: object) -> None:
        half = scene.folder / job.spec.take_path(0)
        half.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(b"half")
        raise NoRoomError("The disk is full.")

    with monkeypatch.context() as full:
        full.setattr(kept_takes, "bring_in", bring_half)
        assert not scene.kept.begin_writing(job.id)
    now = scene.board.job(job.id)
    assert (now.state, now.attempts) == (JobState.FAILED, 1)
    assert now.failure is not None
    assert (now.failure.kind, now.failure.message) == (FailureKind.DISK_FULL, "The disk is full.")
    assert now.failure.saved_takes == (take,)
    assert not (scene.folder / job.spec.take_path(0)).exists()
    scene.kept.begin_writing(job.id)
    assert scene.board.job(job.id).state is JobState.FINISHED
