"""Within a block, what is looked up is looked up once; outside it, every time."""

import threading
from pathlib import Path

import pytest

from prismdesk.engines.weights import one_look as module
from prismdesk.engines.weights.one_look import looked_up, looked_up_lately, note_change, one_look

looks: list[int] = []


@looked_up
def newest() -> int:
    looks.append(len(looks))
    return looks[-1]


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    looks.clear()


def test_each_call_looks_anew() -> None:
    assert [newest(), newest()] == [0, 1]


def test_a_block_looks_once_also_with_blocks_in_it() -> None:
    with one_look():
        first = newest()
        with one_look():
            assert newest() == first
        assert newest() == first
    assert newest() == first + 1


def test_a_block_is_of_its_own_thread_alone() -> None:
    with one_look():
        newest()
        thread = threading.Thread(target=newest)
        thread.start()
        thread.join()
    assert len(looks) == 2


def test_an_error_ends_the_block() -> None:
    def fail() -> None:
        newest()
        raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"), one_look():
        fail()
    assert [newest(), newest()] == [1, 2]


@looked_up_lately
def lately() -> int:
    looks.append(len(looks))
    return looks[-1]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    note_change()
    return now


def in_a_block() -> int:
    with one_look():
        return lately()


def test_what_was_found_lately_does_for_the_next_blocks(clock: list[float]) -> None:
    assert in_a_block() == in_a_block() == 0
    clock[0] += module.MOMENTS_SECONDS
    assert in_a_block() == 1


def test_outside_a_block_every_call_looks(clock: list[float]) -> None:
    assert clock
    assert in_a_block() == 0
    assert [lately(), lately()] == [1, 2]


def test_our_own_changes_and_other_places_are_seen_at_once(
    clock: list[float], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert clock
    assert in_a_block() == 0
    note_change()
    assert in_a_block() == 1
    monkeypatch.setenv("PRISMDESK_MODELS", str(tmp_path))
    assert in_a_block() == 2


def test_a_change_within_a_block_is_seen_in_it() -> None:
    with one_look():
        first = lately()
        note_change()
        assert lately() == first + 1
