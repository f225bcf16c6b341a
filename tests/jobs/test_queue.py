from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from prismdesk.engines.contract import Phase
from prismdesk.engines.errors import CrashedError, OutOfMemoryError, UnsupportedError
from prismdesk.jobs.messages import FailureKind
from prismdesk.jobs.queue import JobQueue
from prismdesk.jobs.queue_thread import QueueThread
from prismdesk.jobs.spec import PictureWanted
from prismdesk.jobs.states import IllegalTransition, JobSnapshot, JobState, UnknownJob
from prismdesk.media.wav import map_wav
from tests.jobs.fake_engine import SOURCE
from tests.jobs.specs import REGION_SAMPLES, a_spec
from tests.media_files import PictureSpec, make_film

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE_SECONDS = 60


def run(jobs: JobQueue, folder: Path, prompt: str = "", **changes: object) -> JobSnapshot:
    spec = a_spec(folder, prompt, **changes)
    jobs.submit(spec, label="Fill")
    return jobs.wait(spec.job_id, timeout_seconds=PATIENCE_SECONDS)


def begin(jobs: JobQueue, folder: Path, prompt: str, **changes: object) -> str:
    """Start a job and wait until it is in its last step."""
    spec = a_spec(folder, prompt, **changes)
    jobs.submit(spec, label="Fill")
    until(lambda: (p := jobs.job(spec.job_id).progress) is not None and p.step == 5)
    return spec.job_id


def until(condition: object) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():  # type: ignore[operator]  # a zero-argument function
        assert time.monotonic() < deadline
        time.sleep(0.01)


def leftovers(folder: Path) -> list[str]:
    takes = folder / "takes"
    return sorted(path.name for path in takes.iterdir()) if takes.exists() else []


def test_takes_are_on_disk_when_finished_is_told(jobs: JobQueue, tmp_path: Path) -> None:
    seen: list[bool] = []

    def look(job: JobSnapshot) -> None:
        if job.state is JobState.FINISHED:
            seen.append(all((tmp_path / take.path).is_file() for take in job.takes))

    jobs.subscribe(look)
    job = run(jobs, tmp_path, takes=2, head_samples=10)
    until(lambda: seen)
    assert seen == [True]
    assert [take.seed for take in job.takes] == [3, 4]
    with map_wav(tmp_path / job.takes[1].path) as wav:
        assert wav.length_samples == REGION_SAMPLES + 10
        assert wav.read(0, 1)[0, 0] == pytest.approx(4e-3)


def test_listeners_see_every_state_in_order(jobs: JobQueue, tmp_path: Path) -> None:
    seen: list[JobSnapshot] = []
    jobs.subscribe(seen.append)
    spec = a_spec(tmp_path)
    jobs.submit(spec, label="Fill")
    jobs.wait(spec.job_id, timeout_seconds=PATIENCE_SECONDS)
    jobs.clear(spec.job_id)
    until(lambda: seen and seen[-1].state is JobState.CLEARED)
    states = list(dict.fromkeys(job.state for job in seen))
    assert states == [JobState.QUEUED, JobState.RUNNING, JobState.FINISHED, JobState.CLEARED]
    progress = [job.progress for job in seen if job.state is JobState.RUNNING and job.progress]
    fractions = [report.fraction for report in progress]
    assert fractions == sorted(fractions)
    assert {report.phase for report in progress} >= {Phase.LOADING, Phase.STEP, Phase.WRITING}
    assert any(report.envelope == (0.5,) and report.step == 2 for report in progress)


def test_an_unsubscribed_listener_hears_nothing(jobs: JobQueue, tmp_path: Path) -> None:
    seen: list[JobSnapshot] = []
    jobs.subscribe(seen.append)()
    run(jobs, tmp_path)
    assert not seen


def test_a_failing_listener_stops_nothing(
    jobs: JobQueue, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(job: JobSnapshot) -> None:
        raise RuntimeError(job.id)

    jobs.subscribe(fail)
    assert run(jobs, tmp_path).state is JobState.FINISHED
    assert "listener" in caplog.text


def test_process_stays_warm_and_engine_loaded(jobs: JobQueue, tmp_path: Path) -> None:
    first = run(jobs, tmp_path).takes[0].notes
    assert run(jobs, tmp_path).takes[0].notes == first
    assert first[0].startswith("prepared 1 times")


def test_an_unloaded_engine_is_loaded_again(jobs: JobQueue, tmp_path: Path) -> None:
    run(jobs, tmp_path)
    jobs.unload()
    until(lambda: (status := jobs.process_status()) is not None and status.loaded_engine is None)
    assert run(jobs, tmp_path).takes[0].notes[0].startswith("prepared 1 times")


def test_jobs_run_in_order_one_at_a_time(jobs: JobQueue, tmp_path: Path) -> None:
    first = begin(jobs, tmp_path, "until cancelled")
    second, third = a_spec(tmp_path), a_spec(tmp_path)
    jobs.submit(second, label="second")
    jobs.submit(third, label="third")
    assert [job.state for job in jobs.jobs()] == ["running", "queued", "queued"]
    jobs.cancel(first)
    jobs.wait(third.job_id, timeout_seconds=PATIENCE_SECONDS)
    assert [job.state for job in jobs.jobs()] == ["finished", "finished"]


def test_a_cancelled_queued_job_is_gone(jobs: JobQueue, tmp_path: Path) -> None:
    running = begin(jobs, tmp_path, "until cancelled")
    waiting = a_spec(tmp_path)
    jobs.submit(waiting, label="never")
    jobs.cancel(waiting.job_id)
    assert [job.id for job in jobs.jobs()] == [running]
    assert jobs.job(waiting.job_id).state is JobState.CANCELLED
    assert not (tmp_path / "jobs" / waiting.job_id).exists()
    jobs.cancel(running)
    jobs.wait(running, timeout_seconds=PATIENCE_SECONDS)


def test_a_running_job_stops_within_a_step_and_the_process_stays(
    jobs: JobQueue, tmp_path: Path
) -> None:
    run(jobs, tmp_path)
    status = jobs.process_status()
    job_id = begin(jobs, tmp_path, "until cancelled")
    jobs.cancel(job_id)
    jobs.cancel(job_id)
    assert jobs.wait(job_id, timeout_seconds=PATIENCE_SECONDS).state is JobState.CANCELLED
    after = jobs.process_status()
    assert status is not None
    assert after is not None
    assert status.pid == after.pid
    assert not (tmp_path / "jobs" / job_id).exists()


def test_loading_an_engine_can_be_cancelled(jobs: JobQueue, tmp_path: Path) -> None:
    spec = a_spec(tmp_path, engine="never loaded")
    jobs.submit(spec, label="Fill")
    until(lambda: (p := jobs.job(spec.job_id).progress) is not None and p.fraction > 0)
    status = jobs.process_status()
    jobs.cancel(spec.job_id)
    assert jobs.wait(spec.job_id, timeout_seconds=PATIENCE_SECONDS).state is JobState.CANCELLED
    after = jobs.process_status()
    assert status is not None
    assert after is not None
    assert (after.pid, after.loaded_engine) == (status.pid, None)


@pytest.mark.parametrize("prompt", ["ignore cancel", "hold interpreter"])
def test_a_job_that_ignores_cancel_is_ended_with_its_process(
    jobs: JobQueue, tmp_path: Path, prompt: str
) -> None:
    run(jobs, tmp_path)
    status = jobs.process_status()
    assert status is not None
    job_id = begin(jobs, tmp_path, prompt)
    jobs.cancel(job_id)
    assert jobs.wait(job_id, timeout_seconds=PATIENCE_SECONDS).state is JobState.CANCELLED
    until(lambda: not psutil.pid_exists(status.pid))
    until(lambda: (new := jobs.process_status()) is not None and new.pid != status.pid)
    assert run(jobs, tmp_path).state is JobState.FINISHED


def test_what_an_engine_started_ends_with_its_process(jobs: JobQueue, tmp_path: Path) -> None:
    job_id = begin(jobs, tmp_path, "start child")
    log_path = jobs.job(job_id).log_path
    until(lambda: "child" in log_path.read_text())
    child = int(log_path.read_text().rpartition("child ")[2].split()[0])
    jobs.cancel(job_id)
    jobs.wait(job_id, timeout_seconds=PATIENCE_SECONDS)
    until(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie")


@pytest.mark.parametrize(
    ("prompt", "cause", "tail"),
    [
        ("exit", "exit code 3", "last words"),
        ("kill", "SIGKILL", ""),
        ("segfault", "SIGSEGV", "fake_engine.py"),
    ],
)
def test_a_crash_is_a_failure_with_the_logs_tail(
    jobs: JobQueue, tmp_path: Path, prompt: str, cause: str, tail: str
) -> None:
    run(jobs, tmp_path, "print")
    job = run(jobs, tmp_path, prompt)
    assert job.state is JobState.FAILED
    assert job.failure is not None
    assert cause in job.failure.message
    assert tail in job.failure.log_tail
    assert "printed to standard output" not in job.failure.log_tail
    assert isinstance(job.failure.error(), CrashedError)
    assert run(jobs, tmp_path).state is JobState.FINISHED


def test_a_kill_by_the_system_for_memory_is_told_as_such(
    jobs: JobQueue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kills = iter(range(100))
    monkeypatch.setattr("prismdesk.jobs.queue_thread.count_oom_kills", lambda: next(kills))
    job = run(jobs, tmp_path, "kill")
    assert job.failure is not None
    assert job.failure.kind is FailureKind.OUT_OF_MEMORY
    assert job.failure.message.endswith("nothing was changed: close other programs and retry.")


def test_memory_that_runs_out_is_a_failure_that_says_what_would_fit(
    jobs: JobQueue, tmp_path: Path
) -> None:
    job = run(jobs, tmp_path, "use up memory", takes=2)
    assert job.failure is not None
    error = job.failure.error()
    assert isinstance(error, OutOfMemoryError)
    assert error.would_fit[0] == "one take at a time"
    # A new process has none of the limits that the old one set itself.
    assert run(jobs, tmp_path).state is JobState.FINISHED


def test_an_engines_own_advice_on_memory_is_kept(jobs: JobQueue, tmp_path: Path) -> None:
    failure = run(jobs, tmp_path, "lack memory").failure
    assert failure is not None
    assert (failure.message, failure.would_fit) == (
        "It needs 9 GB and 4 are free.",
        ("the small variant",),
    )


@pytest.mark.parametrize(
    ("prompt", "kind", "words"),
    [
        ("fail", FailureKind.UNEXPECTED, "KeyError: 'no such thing'"),
        ("disk full", FailureKind.WORK_FAILED, "The disk is full."),
        ("too short", FailureKind.UNEXPECTED, "1999"),
        ("not a number", FailureKind.UNEXPECTED, "invalid samples"),
    ],
)
def test_errors_become_typed_failures(
    jobs: JobQueue, tmp_path: Path, prompt: str, kind: FailureKind, words: str
) -> None:
    job = run(jobs, tmp_path, prompt)
    assert job.state is JobState.FAILED
    assert job.failure is not None
    assert job.failure.kind is kind
    assert words in job.failure.message
    assert "Traceback" in job.failure.log_tail
    assert leftovers(tmp_path) == []


def test_the_engine_sees_the_picture(jobs: JobQueue, tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mkv", picture=PictureSpec(frames=100))
    wanted = PictureWanted(path=str(film), stream_index=0)
    # The context is three times 2000 samples long and begins with the film's picture 50: with
    # 51 and 52, and 53 that begins within its last samples, they have 3, 4, 3 and 4 bars lit.
    job = run(jobs, tmp_path, seed=0, picture=wanted)
    assert "picture (64, 48) of 4 frames from 0.000 with cuts at ()" in job.takes[0].notes
    with map_wav(tmp_path / job.takes[0].path) as wav:
        assert wav.read(0, 1)[0, 0] == pytest.approx(14 / 32, abs=0.03)


def test_a_lost_film_fails_the_job_in_a_sentence(jobs: JobQueue, tmp_path: Path) -> None:
    wanted = PictureWanted(path="lost.mov", stream_index=0)
    failure = run(jobs, tmp_path, picture=wanted).failure
    assert failure is not None
    assert failure.kind is FailureKind.BAD_INPUT
    assert "lost.mov" in failure.message


def test_an_unknown_engine_is_unsupported(jobs: JobQueue, tmp_path: Path) -> None:
    failure = run(jobs, tmp_path, engine="nobody").failure
    assert failure is not None
    assert isinstance(failure.error(), UnsupportedError)


def test_what_engines_print_goes_to_the_log(jobs: JobQueue, tmp_path: Path) -> None:
    job = run(jobs, tmp_path, "print")
    assert job.state is JobState.FINISHED
    text = job.log_path.read_text()
    assert "printed to standard output" in text
    assert "not a message" in text


def test_retry_runs_the_stored_request_in_a_new_process(jobs: JobQueue, tmp_path: Path) -> None:
    run(jobs, tmp_path)
    before = jobs.process_status()
    failed = run(jobs, tmp_path, "fail")
    jobs.retry(failed.id)
    again = jobs.wait(failed.id, timeout_seconds=PATIENCE_SECONDS)
    after = jobs.process_status()
    assert (again.state, again.attempts, again.spec) == (JobState.FAILED, 2, failed.spec)
    assert before is not None
    assert after is not None
    assert before.pid != after.pid


def test_what_has_no_way_is_refused(jobs: JobQueue, tmp_path: Path) -> None:
    done = run(jobs, tmp_path)
    with pytest.raises(IllegalTransition, match=r"“Fill” is finished.*can only become cleared"):
        jobs.retry(done.id)
    with pytest.raises(IllegalTransition):
        jobs.cancel(done.id)
    with pytest.raises(UnknownJob, match="job-1"):
        jobs.clear("job-1")
    jobs.clear(done.id)
    with pytest.raises(IllegalTransition, match="it is gone"):
        jobs.clear(done.id)


def test_a_closed_queue_leaves_its_jobs_interrupted(tmp_path: Path) -> None:
    with JobQueue(tmp_path, grace_seconds=0.5, engine_source=SOURCE) as jobs:
        running = begin(jobs, tmp_path, "ignore cancel")
        queued = a_spec(tmp_path)
        jobs.submit(queued, label="later")
        status = jobs.process_status()
    assert status is not None
    until(lambda: not psutil.pid_exists(status.pid))
    with JobQueue(tmp_path, engine_source=SOURCE) as jobs:
        assert [(job.id, job.state) for job in jobs.jobs()] == [
            (running, JobState.INTERRUPTED),
            (queued.job_id, JobState.INTERRUPTED),
        ]
        jobs.clear(running)
        jobs.retry(queued.job_id)
        done = jobs.wait(queued.job_id, timeout_seconds=PATIENCE_SECONDS)
        assert done.state is JobState.FINISHED


def test_finished_takes_that_were_not_attached_are_found_again(tmp_path: Path) -> None:
    with JobQueue(tmp_path, engine_source=SOURCE) as jobs:
        done = run(jobs, tmp_path)
    with JobQueue(tmp_path, engine_source=SOURCE) as jobs:
        (found,) = jobs.jobs()
        assert (found.state, found.takes) == (JobState.FINISHED, done.takes)
        assert (tmp_path / found.takes[0].path).is_file()


def test_a_process_killed_after_its_last_write_has_finished(
    jobs: JobQueue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The telling is lost, as when the process dies between the result on disk and the message.
    receive = QueueThread._job_is_over
    monkeypatch.setattr(QueueThread, "_job_is_over", lambda *_: None)
    spec = a_spec(tmp_path)
    jobs.submit(spec, label="Fill")
    until(lambda: (tmp_path / "jobs" / spec.job_id / "result.json").exists())
    monkeypatch.setattr(QueueThread, "_job_is_over", receive)
    status = jobs.process_status()
    assert status is not None
    os.kill(status.pid, signal.SIGKILL)
    job = jobs.wait(spec.job_id, timeout_seconds=PATIENCE_SECONDS)
    assert job.state is JobState.FINISHED
    assert len(job.takes) == 1


def test_a_job_id_is_used_once(jobs: JobQueue, tmp_path: Path) -> None:
    done = run(jobs, tmp_path)
    with pytest.raises(ValueError, match="used before"):
        jobs.submit(done.spec, label="again")
