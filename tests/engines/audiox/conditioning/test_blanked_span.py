from __future__ import annotations

import pytest
import torch

from prismdesk.engines.audiox.conditioning.blanked_span import BlankedSpan, blanked, draw_spans


def test_spans_follow_from_their_seeds_alone() -> None:
    spans = draw_spans([3, 4, 3], 1000, least_share=0.2, largest_share=0.5)

    assert spans is not None
    assert spans[0] == spans[2] != spans[1]
    assert draw_spans([4], 1000, least_share=0.2, largest_share=0.5) == [spans[1]]


def test_shares_and_places_lie_where_they_may_and_fill_that() -> None:
    spans = draw_spans(range(400), 1000, least_share=0.7, largest_share=1.0)

    assert spans is not None
    assert all(700 <= length <= 1000 for _, length in spans)
    assert all(0 <= start <= 1000 - length for start, length in spans)
    assert min(length for _, length in spans) < 720
    assert max(length for _, length in spans) > 980
    assert any(start == 1000 - length for start, length in spans)
    assert any(start == 0 for start, _ in spans)


@pytest.mark.parametrize("shares", [(0.0, 0.0), (0.5, 0.5), (0.6, 0.5)])
def test_nothing_is_drawn_where_the_shares_leave_nothing(shares: tuple[float, float]) -> None:
    assert draw_spans([1], 100, least_share=shares[0], largest_share=shares[1]) is None


def test_span_of_each_item_is_zeroed_in_all_channels() -> None:
    signal = torch.ones(2, 3, 10)

    result = blanked(signal, [BlankedSpan(2, 5), BlankedSpan(9, 1)])

    assert result[0, 1].tolist() == [1, 1, 0, 0, 0, 0, 0, 1, 1, 1]
    assert result[1, 2].tolist() == [1, 1, 1, 1, 1, 1, 1, 1, 1, 0]
    assert signal.min() == 1.0
    assert blanked(signal, None) is signal


@pytest.mark.parametrize("span", [(-1, 3), (0, 11), (8, 3), (3, -1)])
def test_span_outside_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="don't lie within"):
        blanked(torch.ones(1, 1, 10), [BlankedSpan(*span)])


def test_each_item_needs_a_span() -> None:
    with pytest.raises(ValueError, match="1 spans for 2 items"):
        blanked(torch.ones(2, 1, 10), [BlankedSpan(0, 1)])
