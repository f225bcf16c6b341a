from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.ui.fonts import set_text_scale
from prismdesk.ui.timeline.measures import Measures, measures_now

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def usual_text_scale() -> Iterator[None]:
    yield
    set_text_scale(100)


def test_lengths_at_usual_text_are_the_defaults() -> None:
    assert measures_now() == Measures()


def test_headers_grow_to_300_and_text_rows_double_at_200_percent() -> None:
    set_text_scale(200)

    measures = measures_now()

    assert measures.header_px == 300
    assert measures.clip_header_px == 32
    assert measures.take_px == 92
