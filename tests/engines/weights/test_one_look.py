"""Within a block, what is looked up is looked up once; outside it, every time."""

import threading

import pytest

from prismdesk.engines.weights.one_look import looked_up, one_look

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
