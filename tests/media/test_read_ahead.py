import threading
from collections.abc import Generator

import pytest

from prismdesk.media.read_ahead import read_ahead


def count(to: int, closed: list[bool]) -> Generator[int, None, None]:
    try:
        yield from range(to)
    finally:
        closed.append(True)


def threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name == "read ahead"]


def test_items_come_in_order() -> None:
    closed: list[bool] = []
    with read_ahead(count(100, closed)) as items:
        assert list(items) == list(range(100))
    assert (closed, threads()) == ([True], [])


def test_leaving_early_closes_the_generator_and_ends_the_thread() -> None:
    closed: list[bool] = []
    with read_ahead(count(10**9, closed)) as items:
        assert next(items) == 0
    assert (closed, threads()) == ([True], [])


def test_what_goes_wrong_there_is_raised_here() -> None:
    def failing() -> Generator[int, None, None]:
        yield 1
        raise KeyError("there")

    def use() -> None:
        with read_ahead(failing()) as items:
            list(items)

    with pytest.raises(KeyError, match="there"):
        use()
    assert threads() == []


def test_what_goes_wrong_here_ends_the_thread() -> None:
    closed: list[bool] = []

    def use() -> None:
        with read_ahead(count(10**9, closed)) as items:
            next(items)
            raise KeyError("here")

    with pytest.raises(KeyError, match="here"):
        use()
    assert (closed, threads()) == ([True], [])
