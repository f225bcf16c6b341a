from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from prismdesk.media.k_weighting import k_weighting
from prismdesk.media.recursive_filter import SectionsFilter

SECTIONS = {
    "loudness": k_weighting(48000),
    "one section": butter(2, 0.1, output="sos"),
    "three sections, near the edge": butter(6, 0.002, btype="high", output="sos"),
}


@pytest.mark.parametrize("name", SECTIONS)
@pytest.mark.parametrize("block_samples", [1, 31, 32, 33, 480, 1000, 70_000])
def test_filters_as_scipy_does_whatever_the_blocks(name: str, block_samples: int) -> None:
    length = 70_000 if block_samples > 400 else 2_000
    sound = np.random.default_rng(1).standard_normal((3, length))
    filtering = SectionsFilter(SECTIONS[name], 3)
    starts = range(0, length, block_samples)
    found = [filtering.filter(sound[:, start : start + block_samples]) for start in starts]
    expected = sosfilt(SECTIONS[name], sound)
    np.testing.assert_allclose(np.concatenate(found, axis=1), expected, rtol=0, atol=1e-8)


def test_reset_forgets_what_went_before() -> None:
    sound = np.random.default_rng(2).standard_normal((2, 100))
    filtering = SectionsFilter(k_weighting(48000), 2)
    first = filtering.filter(sound)
    filtering.reset()
    np.testing.assert_array_equal(filtering.filter(sound), first)


def test_a_block_of_nothing_changes_nothing() -> None:
    filtering = SectionsFilter(k_weighting(48000), 2)
    assert filtering.filter(np.zeros((2, 0))).shape == (2, 0)
