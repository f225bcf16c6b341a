from __future__ import annotations

import queue as queues
from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.jobs import current_process
from prismdesk.jobs.client import EngineClient
from prismdesk.jobs.current_process import CurrentProcess
from prismdesk.jobs.messages import (
    AskStatus,
    Failed,
    FailureKind,
    JobFailure,
    ProcessStatus,
    Ready,
    ToProcess,
    Unload,
)
from tests.jobs.fake_engine import SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prismdesk.jobs.messages import FromProcess

PATIENCE_SECONDS = 60
NEWS = Failed(
    job_id="job-000000000001",
    failure=JobFailure(kind=FailureKind.WORK_FAILED, message="It failed."),
)
STATUS = ProcessStatus(
    pid=7, memory_bytes=1, has_torch=False, loaded_engine=None, running_job_id=None
)


class FakeClient:
    """A process's end of the line that says and does what a test has it."""

    made: list[FakeClient]

    def __init__(self, **arguments: Any) -> None:
        self.say: Callable[[FromProcess], None] = arguments["on_message"]
        self.exit: Callable[[int], None] = arguments["on_end"]
        self.sent: list[ToProcess] = []
        self.ended = 0
        self.stopped_with: list[float] = []
        FakeClient.made.append(self)

    def send(self, message: ToProcess) -> None:
        self.sent.append(message)

    def end(self) -> None:
        self.ended += 1

    def stop(self, *, grace_seconds: float) -> None:
        self.stopped_with.append(grace_seconds)


class Told:
    """What the queue is told, and the calls that wait for its thread."""

    def __init__(self) -> None:
        self.posted: queues.SimpleQueue[Callable[[], None]] = queues.SimpleQueue()
        self.news: list[object] = []
        self.codes: list[int] = []

    def turn(self) -> None:
        """Do on this thread what waits, as the queue's own would."""
        while not self.posted.empty():
            self.posted.get()()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def process(tmp_path: Path, told: Told) -> CurrentProcess:
    return CurrentProcess(
        tmp_path / "engine.log",
        engine_source=SOURCE,
        grace_seconds=0.25,
        post=told.posted.put,
        on_news=told.news.append,
        on_end=told.codes.append,
    )


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> list[FakeClient]:
    monkeypatch.setattr(FakeClient, "made", [], raising=False)
    monkeypatch.setattr(current_process, "EngineClient", FakeClient)
    return FakeClient.made


def current(process: CurrentProcess) -> Any:
    """Return the client, which may be one of ours."""
    return process.client


def test_one_process_is_started_however_often_one_is_wanted(
    process: CurrentProcess, clients: list[FakeClient]
) -> None:
    assert process.client is None
    process.start()
    process.start()
    assert [process.client] == clients


def test_messages_go_to_the_process_and_nowhere_without_one(
    process: CurrentProcess, clients: list[FakeClient]
) -> None:
    process.send(Unload())
    process.start()
    process.send(Unload())
    assert clients[0].sent == [Unload()]


def test_news_comes_on_the_queue_s_thread_without_the_greeting(
    process: CurrentProcess, clients: list[FakeClient], told: Told
) -> None:
    process.start()
    clients[0].say(Ready(pid=7))
    clients[0].say(NEWS)
    assert told.news == []
    told.turn()
    assert told.news == [NEWS]


def test_a_status_comes_to_who_waits_and_is_no_news(
    process: CurrentProcess, clients: list[FakeClient], told: Told
) -> None:
    process.start()
    process.ask_status("cuda:1")
    assert clients[0].sent == [AskStatus(device="cuda:1")]
    clients[0].say(STATUS)
    told.turn()
    assert process.wait_for_status(0, 0) == STATUS
    assert told.news == []
    assert process.wait_for_status(process.answers, 0) is None


def test_without_a_process_who_asks_need_not_wait(process: CurrentProcess) -> None:
    process.ask_status("auto")
    assert process.answers == 1
    assert process.wait_for_status(0, 0) is None


def test_a_status_that_came_before_it_was_asked_for_does_not_count(
    process: CurrentProcess, clients: list[FakeClient], told: Told
) -> None:
    process.start()
    clients[0].say(
        ProcessStatus(
            pid=1, memory_bytes=1, has_torch=False, loaded_engine=None, running_job_id=None
        )
    )
    told.turn()
    before = process.answers
    assert process.wait_for_status(before, 0) is None
    clients[0].say(STATUS)
    told.turn()
    assert process.wait_for_status(before, 0) == STATUS


def test_one_status_does_for_all_who_wait(
    process: CurrentProcess, clients: list[FakeClient], told: Told
) -> None:
    process.start()
    before = process.answers
    clients[0].say(STATUS)
    told.turn()
    assert [process.wait_for_status(before, 0) for _ in range(2)] == [STATUS, STATUS]


def test_a_process_that_ends_unasked_is_told_and_another_may_start(
    process: CurrentProcess, clients: list[FakeClient], told: Told
) -> None:
    process.start()
    clients[0].exit(-9)
    assert (told.codes, current(process)) == ([], clients[0])
    told.turn()
    assert (told.codes, process.client) == ([-9], None)
    process.start()
    assert current(process) is clients[1]


def test_ending_a_process_waits_for_its_own_word(
    process: CurrentProcess, clients: list[FakeClient], told: Told
) -> None:
    process.end()
    process.start()
    process.end()
    assert (clients[0].ended, current(process), told.codes) == (1, clients[0], [])


def test_a_process_that_is_stopped_is_let_end_and_says_nothing_more(
    process: CurrentProcess, clients: list[FakeClient], told: Told
) -> None:
    process.stop()
    process.start()
    process.stop()
    process.start()
    assert clients[0].stopped_with == [0.25]
    clients[0].say(NEWS)
    clients[0].say(STATUS)
    clients[0].exit(0)
    told.turn()
    assert (told.news, told.codes, current(process)) == ([], [], clients[1])
    assert process.wait_for_status(0, 0) is None


def test_a_real_process_answers_and_its_end_is_told(process: CurrentProcess, told: Told) -> None:
    process.start()
    assert isinstance(process.client, EngineClient)
    process.ask_status("cpu")
    pid = process.client.pid
    while process.answers == 0:
        told.posted.get(timeout=PATIENCE_SECONDS)()
    status = process.wait_for_status(0, 0)
    assert status is not None
    assert status.pid == pid
    process.end()
    while not told.codes:
        told.posted.get(timeout=PATIENCE_SECONDS)()
    assert process.client is None
