from __future__ import annotations

import numpy as np
import pytest

from prismdesk.engines.training.gap_choice import gap_of


@pytest.mark.parametrize("real_frames", [2, 3, 30, 100])
def test_some_but_not_all_of_the_sound_is_missing(real_frames: int) -> None:
    for version in range(1, 60):
        gap = gap_of(100, real_frames, version)
        assert gap[real_frames:].all()
        assert 0 < gap[:real_frames].sum() < real_frames


def test_even_versions_miss_a_suffix_and_odd_ones_segments() -> None:
    edges = [np.diff(gap_of(200, 200, version).astype(int)) for version in range(1, 80)]

    assert all((one != 0).sum() == 1 and one.max() == 1 for one in edges[1::2])
    segments = [int((one == 1).sum()) for one in edges[::2]]
    assert max(segments) > 3


def test_same_numbers_give_the_same_gap() -> None:
    assert np.array_equal(gap_of(50, 40, 3), gap_of(50, 40, 3))
    assert not np.array_equal(gap_of(50, 40, 3), gap_of(50, 40, 5))
