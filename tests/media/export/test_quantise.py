from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.media.export.quantise import SoundLevels, finite, to_integers


@given(st.lists(st.integers(-(2**23), 2**23 - 1), min_size=1, max_size=50))
def test_24_bit_numbers_come_back(numbers: list[int]) -> None:
    block = (np.array([numbers]) / 2.0**23).astype(np.float32)
    levels = SoundLevels()
    assert (to_integers(block, 24, levels)[:, 0] >> 8).tolist() == numbers
    assert levels.clipped_samples == 0


def test_values_between_steps_are_rounded_to_even() -> None:
    block = np.array([[0.5, 1.5, -0.5, 2.4]], np.float32) / np.float32(2**15)
    assert to_integers(block, 16, SoundLevels())[:, 0].tolist() == [0, 2, 0, 2]


@pytest.mark.parametrize("bits", [16, 24])
def test_what_does_not_fit_is_clipped_and_counted(bits: int) -> None:
    levels = SoundLevels()
    block = np.array([[1.0, -1.0, 1.5, -1.5]], np.float32)
    whole = to_integers(block, bits, levels)[:, 0] >> (8 if bits == 24 else 0)
    top = 2 ** (bits - 1)
    assert whole.tolist() == [top - 1, -top, top - 1, -top]
    assert levels.clipped_samples == 3


def test_what_is_no_number_becomes_silence() -> None:
    levels = SoundLevels()
    block = finite(np.array([[np.nan, np.inf, 0.25]], np.float32), levels)
    assert block.tolist() == [[0.0, 0.0, 0.25]]
    assert (levels.not_finite_samples, levels.peak, levels.samples) == (2, 0.25, 3)


def test_finite_sound_is_the_same_object() -> None:
    block = np.ones((2, 3), np.float32)
    assert finite(block, SoundLevels()) is block
