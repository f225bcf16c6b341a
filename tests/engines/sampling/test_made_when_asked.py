from __future__ import annotations

import pytest

from prismdesk.engines.sampling.made_when_asked import MadeWhenAsked


def counting(made: list[int], *, kept_at_most: int) -> MadeWhenAsked[int]:
    """A row of three that notes what it makes."""

    def make(index: int) -> int:
        made.append(index)
        return 10 * index

    return MadeWhenAsked(make, 3, kept_at_most=kept_at_most)


def test_each_is_made_once_and_only_when_asked_for() -> None:
    made: list[int] = []
    row = counting(made, kept_at_most=3)
    assert len(row) == 3
    assert made == []
    assert [row[1], row[1], row[2]] == [10, 10, 20]
    assert made == [1, 2]
    assert list(row) == row[:] == [0, 10, 20]
    assert made == [1, 2, 0]


def test_of_long_rows_nothing_is_kept() -> None:
    made: list[int] = []
    row = counting(made, kept_at_most=2)
    assert [row[0], row[0]] == [0, 0]
    assert made == [0, 0]


def test_a_row_ends() -> None:
    with pytest.raises(IndexError):
        MadeWhenAsked(lambda index: index, 2, kept_at_most=2)[2]
