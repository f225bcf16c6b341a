from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.jobs.messages import FailureKind, FinishedTake, JobFailure
from prismdesk.jobs.records import JobRecord, JobRecords, write_result
from prismdesk.jobs.states import JobState
from prismdesk.media.errors import MediaWorkError
from tests.jobs.specs import a_spec

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.jobs.spec import JobSpec


def record(folder: Path, created_utc: str = "2026-01-01T00:00:00Z", **changes: Any) -> JobSpec:
    spec = a_spec(folder, **changes)
    JobRecords(folder).create(JobRecord(label="Fill", created_utc=created_utc, spec=spec))
    return spec


def a_take(path: str) -> FinishedTake:
    return FinishedTake(
        take_id="take-1",
        path=path,
        content_key="c1-0-00",
        seed=1,
        channels=2,
        length_samples=1,
        seam_samples=0,
        head_samples=0,
        tail_samples=0,
        engine="fake",
        engine_version="1",
        request_key="00",
        created_utc="2026-01-01T00:00:00Z",
    )


def change(folder: Path, spec: JobSpec, **fields: object) -> None:
    """Change fields of a stored spec as a hostile or newer program might."""
    path = folder / "jobs" / spec.job_id / "job.json"
    stored = json.loads(path.read_text())
    stored["spec"].update(fields)
    path.write_text(json.dumps(stored))


def test_a_recorded_job_without_an_outcome_was_interrupted(tmp_path: Path) -> None:
    spec = record(tmp_path, prompt="rain", settings=(("mode", "a"), ("on", True), ("x", 2.0)))
    (job,) = JobRecords(tmp_path).load()
    assert (job.spec, job.label, job.state) == (spec, "Fill", JobState.INTERRUPTED)
    assert [type(value) for _, value in job.spec.settings] == [str, bool, float]


def test_a_folder_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "film"
    one = JobRecord(label="Fill", created_utc="", spec=a_spec(folder))
    shutil.rmtree(folder, ignore_errors=True)
    with pytest.raises(MediaWorkError, match=r"folder .*film isn't there any more"):
        JobRecords(folder).create(one)
    assert not folder.exists()


def test_jobs_come_back_in_the_order_of_their_making(tmp_path: Path) -> None:
    later = record(tmp_path, "2026-01-01T00:00:01Z", job_id="job-000000000000")
    earlier = record(tmp_path, "2026-01-01T00:00:00Z", job_id="job-ffffffffffff")
    assert [job.id for job in JobRecords(tmp_path).load()] == [earlier.job_id, later.job_id]


def test_a_failure_is_kept_until_forgotten(tmp_path: Path) -> None:
    spec = record(tmp_path)
    records = JobRecords(tmp_path)
    failure = JobFailure(kind=FailureKind.CRASHED, message="It crashed.", log_tail="last words")
    records.fail(spec.job_id, failure)
    assert [(job.state, job.failure) for job in records.load()] == [(JobState.FAILED, failure)]
    records.forget_failure(spec.job_id)
    assert [job.state for job in records.load()] == [JobState.INTERRUPTED]


def test_a_result_counts_only_while_its_files_are_there(tmp_path: Path) -> None:
    spec = record(tmp_path)
    (tmp_path / "takes").mkdir()
    file = tmp_path / spec.take_path(0)
    file.touch()
    write_result(tmp_path, spec.job_id, (a_take(spec.take_path(0)),))
    (job,) = JobRecords(tmp_path).load()
    assert (job.state, len(job.takes)) == (JobState.FINISHED, 1)
    file.unlink()
    (job,) = JobRecords(tmp_path).load()
    assert (job.state, job.takes) == (JobState.INTERRUPTED, ())


def test_a_result_that_points_outside_is_no_result(tmp_path: Path) -> None:
    project = tmp_path / "project"
    spec = record(project)
    (tmp_path / "secret.wav").touch()
    write_result(project, spec.job_id, (a_take("../secret.wav"),))
    (job,) = JobRecords(project).load()
    assert job.takes == ()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"context_path": "../context.wav"}, "outside"),
        ({"context_path": "/etc/passwd"}, "outside"),
        ({"output_folder": ".."}, "outside"),
        ({"job_id": "job-../../../etc"}, "no id of a job"),
        ({"job_id": "job-123456789abc"}, "it says that it is"),
        ({"takes": 10**9}, "1 to 64"),
        ({"rate_hz": "fast"}, "rate_hz"),
        ({"region_end_samples": 0}, "region from"),
        ({"task": "explode"}, "task"),
        ({"mask_stills": ["../a.png"]}, "outside"),
        ({"drawn_masks": [{"id": "m", "shape": "ellipse", "key_frames": []}]}, "0 key frames"),
        ({"drawn_masks": [{"id": "m", "shape": "star", "key_frames": []}]}, "drawn_masks"),
    ],
)
def test_a_job_that_makes_no_sense_is_moved_aside(
    tmp_path: Path, fields: dict[str, object], words: str
) -> None:
    bad, good = record(tmp_path), record(tmp_path)
    change(tmp_path, bad, **fields)
    records = JobRecords(tmp_path)
    assert [job.id for job in records.load()] == [good.job_id]
    (sentence,) = records.unreadable
    assert words in sentence
    assert "\n" not in sentence
    assert (tmp_path / "jobs" / "unreadable" / bad.job_id / "job.json").exists()
    assert [job.id for job in records.load()] == [good.job_id]
    assert records.unreadable == ()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"format": 2}', "\x00" * 100])
def test_a_damaged_record_blocks_nothing(tmp_path: Path, text: str) -> None:
    spec = record(tmp_path)
    (tmp_path / "jobs" / spec.job_id / "job.json").write_text(text)
    records = JobRecords(tmp_path)
    assert records.load() == ()
    assert len(records.unreadable) == 1


def test_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    project = tmp_path / "project"
    spec = record(project)
    (tmp_path / "elsewhere").mkdir()
    (project / "takes").symlink_to(tmp_path / "elsewhere")
    assert JobRecords(project).load() == ()
    assert spec.job_id in [path.name for path in (project / "jobs" / "unreadable").iterdir()]


def test_a_context_whose_job_was_never_queued_is_removed(tmp_path: Path) -> None:
    spec = a_spec(tmp_path)
    assert JobRecords(tmp_path).load() == ()
    assert not (tmp_path / "jobs" / spec.job_id).exists()


def test_removed_jobs_leave_nothing(tmp_path: Path) -> None:
    spec = record(tmp_path)
    records = JobRecords(tmp_path)
    records.remove(spec.job_id)
    assert records.load() == ()
    assert list((tmp_path / "jobs").iterdir()) == []


def test_a_folder_that_cant_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    spec = a_spec(tmp_path / "elsewhere")
    (tmp_path / "jobs").write_text("a file where the folder should be")
    with pytest.raises(MediaWorkError, match="Can't write"):
        JobRecords(tmp_path).create(JobRecord(label="Fill", created_utc="", spec=spec))
