from __future__ import annotations

import pytest

from prismdesk.project.errors import PositionError
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.in_out import with_in_mark, with_out_mark
from prismdesk.ui.times import Times
from tests.builders import TEN_SECONDS, a_project

TIMES = Times(a_project())
MARKED = SampleRange(1000, 2000)


@pytest.mark.parametrize(
    ("span", "at", "expected"),
    [
        (None, 0, (0, TEN_SECONDS)),
        (None, 500, (500, TEN_SECONDS)),
        (MARKED, 500, (500, 2000)),
        (MARKED, 1999, (1999, 2000)),
        (MARKED, 2000, (2000, TEN_SECONDS)),
        (MARKED, TEN_SECONDS - 1, (TEN_SECONDS - 1, TEN_SECONDS)),
    ],
)
def test_the_in_mark_moves_and_may_drop_the_out_mark(
    span: SampleRange | None, at: int, expected: tuple[int, int]
) -> None:
    assert with_in_mark(span, at, TIMES) == SampleRange(*expected)


@pytest.mark.parametrize(
    ("span", "at", "expected"),
    [
        (None, 500, (0, 500)),
        (MARKED, 1500, (1000, 1500)),
        (MARKED, 1001, (1000, 1001)),
        (MARKED, 1000, (0, 1000)),
        (MARKED, TEN_SECONDS, (1000, TEN_SECONDS)),
    ],
)
def test_the_out_mark_moves_and_may_drop_the_in_mark(
    span: SampleRange | None, at: int, expected: tuple[int, int]
) -> None:
    assert with_out_mark(span, at, TIMES) == SampleRange(*expected)


@pytest.mark.parametrize("at", [-1, TEN_SECONDS])
def test_no_in_mark_outside_the_film(at: int) -> None:
    with pytest.raises(PositionError):
        with_in_mark(None, at, TIMES)


@pytest.mark.parametrize("at", [-1, 0, TEN_SECONDS + 1])
def test_no_out_mark_outside_the_film(at: int) -> None:
    with pytest.raises(PositionError):
        with_out_mark(None, at, TIMES)
