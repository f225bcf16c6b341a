from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.media.comparison import CHUNK_SAMPLES, Difference, HoleFinder, LagMeter, paired
from tests.media.fake_sounds import noise


def test_equal_sounds_differ_by_nothing() -> None:
    difference = Difference()
    difference.add(noise(2, 100), noise(2, 100), 0)
    assert difference.is_identical
    assert difference.peak_dbfs == -math.inf


def test_a_difference_is_placed_and_measured() -> None:
    first, second = np.zeros((2, 100), np.float32), np.zeros((2, 100), np.float32)
    second[1, 30] = 0.1
    difference = Difference()
    difference.add(first, second, 1000)
    assert difference.first_different_samples == 1030
    assert difference.different_samples == 1
    assert difference.peak_dbfs == pytest.approx(-20.0, abs=1e-4)
    assert difference.rms_dbfs == pytest.approx(-20 - 10 * math.log10(200), abs=1e-4)


@pytest.mark.parametrize("late", [-700, -1, 0, 1, 2048])
def test_lag_is_found_to_the_sample(late: int) -> None:
    sound = noise(2, 200_000, seed=2)
    meter = LagMeter()
    shifted = np.roll(sound, late, axis=1)
    for start in range(0, 200_000, CHUNK_SAMPLES):
        place = slice(start, start + CHUNK_SAMPLES)
        meter.add(sound[:, place], shifted[:, place])
    assert set(meter.lags_samples()) == {late}


def test_lag_of_silence_is_unknown() -> None:
    meter = LagMeter()
    meter.add(np.zeros((1, 65536), np.float32), np.zeros((1, 65536), np.float32))
    assert meter.lags_samples() == ()


def test_holes_are_where_only_the_first_is_heard() -> None:
    first = noise(1, 48_000, seed=3)
    second = first.copy()
    second[:, 9600:10560] = 0
    finder = HoleFinder(48_000)
    finder.add(first, second, 100)
    assert finder.holes_samples == [9700]


@given(st.lists(st.integers(0, 90_000), max_size=4), st.lists(st.integers(0, 90_000), max_size=4))
def test_pairs_cover_both_sounds(first: list[int], second: list[int]) -> None:
    whole = np.arange(360_000, dtype=np.float32)[None]

    def blocks(lengths: list[int]) -> list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
        edges = np.cumsum([0, *lengths])
        return [whole[:, low:high] for low, high in pairwise(edges)]

    pairs = list(paired(iter(blocks(first)), iter(blocks(second)), 1))
    for side, lengths in ((0, first), (1, second)):
        joined = np.concatenate([pair[side] for pair in pairs] or [whole[:, :0]], axis=1)
        assert joined.shape[1] == max(sum(first), sum(second))
        assert np.array_equal(joined[:, : sum(lengths)], whole[:, : sum(lengths)])
        assert not joined[:, sum(lengths) :].any()
