"""A running job is heard, or ended early: through the queue and the engine process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.engines.sound import Sound
from prismdesk.jobs.hands import JobHands, Wishes
from prismdesk.jobs.messages import HeardSoFar, HearSoFar
from prismdesk.jobs.queue import JobQueue
from prismdesk.jobs.states import IllegalTransition, JobSnapshot, JobState
from prismdesk.media.wav import map_wav
from tests.jobs.fake_engine import SOURCE
from tests.jobs.specs import REGION_SAMPLES, a_spec

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.request import RunHands

PATIENCE_SECONDS = 60


def until(condition: object) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():  # type: ignore[operator]  # a zero-argument function
        assert time.monotonic() < deadline
        time.sleep(0.01)


def heard_of(jobs: JobQueue, job_id: str) -> HeardSoFar:
    until(lambda: jobs.job(job_id).heard is not None)
    heard = jobs.job(job_id).heard
    assert heard is not None
    return heard


def test_a_job_is_heard_at_a_step_that_was_named_before_it_began(
    jobs: JobQueue, tmp_path: Path
) -> None:
    spec = a_spec(tmp_path, "until cancelled", head_samples=10)
    jobs.pause()
    jobs.submit(spec, label="Fill")
    jobs.hear_so_far(spec.job_id, at_step=3)
    jobs.resume()
    heard = heard_of(jobs, spec.job_id)
    assert (heard.step, heard.steps, heard.seam_samples) == (3, 5, 7)
    with map_wav(tmp_path / heard.path) as wav:
        assert wav.length_samples == heard.length_samples == REGION_SAMPLES
        assert wav.read(0, 1)[0, 0] == pytest.approx(3e-3)
    jobs.cancel(spec.job_id)
    jobs.wait(spec.job_id, timeout_seconds=PATIENCE_SECONDS)
    until(lambda: not (tmp_path / heard.path).exists())


def test_what_was_heard_is_gone_once_the_job_is_made(jobs: JobQueue, tmp_path: Path) -> None:
    seen: list[JobSnapshot] = []
    jobs.subscribe(seen.append)
    spec = a_spec(tmp_path)
    jobs.submit(spec, label="Fill")
    jobs.hear_so_far(spec.job_id, at_step=2)
    jobs.wait(spec.job_id, timeout_seconds=PATIENCE_SECONDS)
    heard = [job.heard for job in seen if job.heard is not None]
    assert heard
    until(lambda: not (tmp_path / heard[0].path).exists())
    until(lambda: seen[-1].heard is None)
    assert seen[-1].state is JobState.FINISHED


def test_why_nothing_can_be_heard_is_told(jobs: JobQueue, tmp_path: Path) -> None:
    spec = a_spec(tmp_path, "silent so far")
    jobs.pause()
    jobs.submit(spec, label="Fill")
    jobs.hear_so_far(spec.job_id, at_step=1)
    told: list[str] = []
    jobs.subscribe(lambda job: told.append(job.heard.reason) if job.heard else None)
    jobs.resume()
    jobs.wait(spec.job_id, timeout_seconds=PATIENCE_SECONDS)
    assert "There is nothing to hear yet." in told


def test_enough_ends_the_job_with_takes_that_say_at_which_step(
    jobs: JobQueue, tmp_path: Path
) -> None:
    spec = a_spec(tmp_path, takes=2)
    asked: list[str] = []

    def enough_at_once(job: JobSnapshot) -> None:
        if job.state is JobState.RUNNING and not asked:
            asked.append(job.id)
            jobs.enough(job.id)

    jobs.subscribe(enough_at_once)
    jobs.submit(spec, label="Fill")
    job = jobs.wait(spec.job_id, timeout_seconds=PATIENCE_SECONDS)
    assert job.state is JobState.FINISHED
    steps = {dict(take.settings_used)["stop_at_step"] for take in job.takes}
    assert len(steps) == 1
    key = job.takes[0].request_key
    step = steps.pop()
    whole = a_spec(tmp_path, settings=(("stop_at_step", step),))
    jobs.submit(whole, label="Again")
    again = jobs.wait(whole.job_id, timeout_seconds=PATIENCE_SECONDS)
    assert again.takes[0].request_key == key


def test_only_what_runs_is_heard_or_ended(jobs: JobQueue, tmp_path: Path) -> None:
    spec = a_spec(tmp_path)
    jobs.pause()
    jobs.submit(spec, label="Fill")
    with pytest.raises(IllegalTransition, match="for jobs that run"):
        jobs.hear_so_far(spec.job_id)
    with pytest.raises(IllegalTransition, match="for jobs that run"):
        jobs.enough(spec.job_id)


def test_drafts_that_a_kill_left_are_gone_at_the_next_start(tmp_path: Path) -> None:
    with JobQueue(tmp_path, engine_source=SOURCE) as jobs:
        jobs.pause()
        spec = a_spec(tmp_path)
        jobs.submit(spec, label="Fill")
    left = tmp_path / "jobs" / spec.job_id / "heard-1.wav"
    left.write_bytes(b"RIFF")
    with JobQueue(tmp_path, engine_source=SOURCE) as jobs:
        assert jobs.job(spec.job_id).state is JobState.INTERRUPTED
        assert not left.exists()


def test_a_disk_without_room_for_it_costs_the_listening_alone(tmp_path: Path) -> None:
    spec = a_spec(tmp_path)
    told: list[HeardSoFar] = []
    folder = tmp_path / "file"
    folder.write_text("no folder")
    hands: RunHands = JobHands(spec, folder, Wishes(), told.append)
    hands.deliver(Sound(audio=np.zeros((2, REGION_SAMPLES), np.float32), seed=1), 1, 5)
    assert told[0].path == ""
    assert told[0].reason.startswith("The sound so far could not be written")


def test_a_wish_is_answered_once_and_all_that_are_due_together() -> None:
    wishes = Wishes()
    for step in (2, 3, 9):
        wishes.hear(HearSoFar(job_id="job-000000000000", at_step=step))
    answers = [wishes.take_hear("job-000000000000", step) for step in (1, 3, 4, 9, 10)]
    assert answers == [False, True, False, True, False]
