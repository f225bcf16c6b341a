from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.engines.nets.pieces import Cutting, join_pieces


@given(length=st.integers(1, 3000), piece=st.integers(2, 400), overlap_share=st.floats(0.0, 0.9))
def test_pieces_cover_everything_and_overlap_enough(
    length: int, piece: int, overlap_share: float
) -> None:
    overlap = min(piece - 1, int(piece * overlap_share))

    spans = Cutting(piece, overlap).spans(length)

    assert spans[0][0] == 0
    assert spans[-1][1] == length
    assert all(stop - start == min(piece, length) for start, stop in spans)
    neighbours = pairwise(spans)
    assert all(one[0] < two[0] and one[1] - two[0] >= overlap for one, two in neighbours)


def test_what_fits_is_one_piece() -> None:
    assert Cutting(10, 2).spans(10) == [(0, 10)]
    assert Cutting(10, 2).spans(11) == [(0, 10), (1, 11)]


@pytest.mark.parametrize("overlap", [-1, 10, 11])
def test_overlap_is_shorter_than_piece(overlap: int) -> None:
    with pytest.raises(ValueError, match="shorter"):
        Cutting(10, overlap)


def test_equal_pieces_join_to_what_they_were_cut_from() -> None:
    whole = torch.randn(2, 3, 200)
    spans = Cutting(32, 9).spans(100)

    joined = join_pieces(
        [(span, whole[..., 2 * span[0] : 2 * span[1]]) for span in spans], 100, frames_per_unit=2
    )

    torch.testing.assert_close(joined, whole)


def test_pieces_fade_linearly() -> None:
    pieces = [((0, 6), torch.zeros(1, 6)), ((2, 8), torch.ones(1, 6))]

    joined = join_pieces(pieces, 8)

    expected = [0.0, 0.0, 0.125, 0.375, 0.625, 0.875, 1.0, 1.0]
    assert joined[0].tolist() == pytest.approx(expected)


def test_only_piece_is_returned_as_it_is() -> None:
    piece = torch.randn(1, 5)

    assert join_pieces([((0, 5), piece)], 5) is piece


def test_nothing_can_not_be_joined() -> None:
    with pytest.raises(ValueError, match="no pieces"):
        join_pieces([], 5)
