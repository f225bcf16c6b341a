from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.jobs.bridge import JobBridge
from prismdesk.jobs.states import JobSnapshot, JobState
from tests.jobs.specs import a_spec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.jobs.queue import JobQueue


@dataclass
class QueueOwner:
    queue: JobQueue


@pytest.fixture
def bridge(qtbot: QtBot, jobs: JobQueue) -> Iterator[JobBridge]:
    bridge = JobBridge(QueueOwner(jobs))
    yield bridge
    bridge.close()


def test_snapshots_arrive_on_the_windows_thread(
    bridge: JobBridge, qtbot: QtBot, jobs: JobQueue, tmp_path: Path
) -> None:
    seen: list[tuple[JobState, bool]] = []
    here = threading.current_thread()
    bridge.job_changed.connect(
        lambda job: seen.append((job.state, threading.current_thread() is here))
    )
    jobs.submit(a_spec(tmp_path), label="Fill")
    qtbot.waitUntil(lambda: any(state is JobState.FINISHED for state, _ in seen), timeout=30_000)
    assert all(is_here for _, is_here in seen)
    assert JobState.RUNNING in [state for state, _ in seen]


def test_a_cleared_job_is_told_gone(
    bridge: JobBridge, qtbot: QtBot, jobs: JobQueue, tmp_path: Path
) -> None:
    jobs.pause()
    spec = a_spec(tmp_path)
    gone: list[str] = []
    bridge.job_gone.connect(gone.append)
    jobs.submit(spec, label="Fill")
    bridge.cancel(spec.job_id)
    qtbot.waitUntil(lambda: gone == [spec.job_id], timeout=10_000)


def a_snapshot(folder: Path, sequence: int) -> JobSnapshot:
    return JobSnapshot(
        spec=a_spec(folder),
        label="Fill",
        state=JobState.QUEUED,
        created_utc="",
        log_path=folder / "log",
        sequence=sequence,
    )


def test_stale_snapshots_are_dropped(bridge: JobBridge, qtbot: QtBot, tmp_path: Path) -> None:
    seen: list[int] = []
    bridge.job_changed.connect(lambda job: seen.append(job.sequence))
    job = a_snapshot(tmp_path, 5)
    bridge._put(job)
    qtbot.waitUntil(lambda: seen == [5])
    bridge._put(replace(job, sequence=4))
    other = a_snapshot(tmp_path, 6)
    bridge._put(other)
    qtbot.waitUntil(lambda: 6 in seen)
    assert seen == [5, 6]


def test_only_the_newest_of_many_is_told(bridge: JobBridge, qtbot: QtBot, tmp_path: Path) -> None:
    seen: list[int] = []
    bridge.job_changed.connect(lambda job: seen.append(job.sequence))
    job = a_snapshot(tmp_path, 1)
    for sequence in range(1, 100):
        bridge._put(replace(job, sequence=sequence))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [99]


def test_nothing_is_told_after_closing(bridge: JobBridge, qtbot: QtBot, tmp_path: Path) -> None:
    seen: list[JobSnapshot] = []
    bridge.job_changed.connect(seen.append)
    bridge._put(a_snapshot(tmp_path, 1))
    bridge.close()
    qtbot.wait(20)
    assert seen == []


def test_wishes_that_come_too_late_do_nothing(
    bridge: JobBridge, jobs: JobQueue, tmp_path: Path
) -> None:
    jobs.pause()
    spec = a_spec(tmp_path)
    jobs.submit(spec, label="Fill")
    bridge.cancel(spec.job_id)
    for wish in (bridge.cancel, bridge.retry, bridge.clear):
        wish(spec.job_id)
    bridge.reorder(spec.job_id, 1)
    assert bridge.jobs() == ()


def test_pausing_is_told(bridge: JobBridge, jobs: JobQueue) -> None:
    told: list[bool] = []
    bridge.paused_changed.connect(told.append)
    bridge.set_paused(True)
    bridge.set_paused(False)
    assert told == [True, False]
    assert not jobs.is_paused


def test_the_job_underway_is_shown_before_one_that_failed(
    bridge: JobBridge, jobs: JobQueue, tmp_path: Path
) -> None:
    failed = a_spec(tmp_path, "fail")
    jobs.submit(failed, label="Fill")
    jobs.wait(failed.job_id, timeout_seconds=30)
    jobs.pause()
    waiting = a_spec(tmp_path)
    jobs.submit(waiting, label="Fill")
    shown = bridge.newest_of_region("region-1")
    assert shown is not None
    assert shown.id == waiting.job_id
    assert bridge.newest_of_region("region-9") is None
