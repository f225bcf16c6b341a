"""Threads are kept for the next work, and no work waits for another's end."""

import threading

import pytest

from prismdesk.ui.worker_threads import WorkerThreads

_SECONDS = 10.0


@pytest.fixture
def hands() -> WorkerThreads:
    return WorkerThreads()


def test_a_thread_that_waits_takes_the_next_work(hands: WorkerThreads) -> None:
    seen: list[int] = []

    def work(done: threading.Event) -> None:
        seen.append(threading.get_ident())
        done.set()

    for _ in range(20):
        done = threading.Event()
        hands.do("work", lambda done=done: work(done))  # type: ignore[misc]  # bound in the loop
        assert done.wait(_SECONDS)
    hands.close()
    assert len(seen) == 20
    # A thread that has just told of its end may not be waiting yet when the next work comes.
    assert len(set(seen)) < 10


def test_no_work_waits_for_another(hands: WorkerThreads) -> None:
    met = threading.Barrier(5, timeout=_SECONDS)
    results: list[bool] = []
    for _ in range(5):
        hands.do("meet", lambda: results.append(met.wait() >= 0))
    hands.close()
    assert results == [True] * 5


def test_closing_waits_for_what_was_begun(hands: WorkerThreads) -> None:
    may_end, ended = threading.Event(), threading.Event()

    def work() -> None:
        may_end.wait(_SECONDS)
        ended.set()

    hands.do("long", work)
    threading.Timer(0.05, may_end.set).start()
    hands.close()
    assert ended.is_set()


def test_a_thread_is_called_after_its_work(hands: WorkerThreads) -> None:
    names: list[str] = []
    hands.do("drawing a wave", lambda: names.append(threading.current_thread().name))
    hands.close()
    assert names == ["drawing a wave"]
