from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.media.wav import WavWriter
from prismdesk.session.take_check import Comparison, compare_sounds, comparison_words

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

NOISE = np.random.default_rng(3).normal(0, 0.1, (2, 600_000)).astype(np.float32)


def a_wav(path: Path, sound: npt.NDArray[np.float32]) -> Path:
    with WavWriter(path, rate_hz=48_000, channels=sound.shape[0]) as writer:
        writer.write(sound)
    return path


def compared(folder: Path, other: npt.NDArray[np.float32]) -> Comparison:
    return compare_sounds(a_wav(folder / "a.wav", NOISE), a_wav(folder / "b.wav", other))


def test_the_same_samples_are_identical_whatever_the_files_say_besides(tmp_path: Path) -> None:
    found = compared(tmp_path, NOISE.copy())
    assert found == Comparison(is_identical=True, difference_db=-inf, has_same_length=True)
    assert comparison_words(found) == "the same samples, bit for bit"


def test_one_bit_of_one_sample_late_in_the_file_is_found(tmp_path: Path) -> None:
    other = NOISE.copy()
    other[1, -1] = np.nextafter(other[1, -1], np.float32(1))
    found = compared(tmp_path, other)
    assert not found.is_identical
    assert found.difference_db < -200


def test_a_difference_is_told_against_the_takes_own_level(tmp_path: Path) -> None:
    found = compared(tmp_path, np.asarray(NOISE * 1.01, np.float32))
    assert found.difference_db == pytest.approx(-40, abs=0.1)
    assert comparison_words(found) == "differs, -40 dB against its own level"


def test_another_length_is_told(tmp_path: Path) -> None:
    assert comparison_words(compared(tmp_path, NOISE[:, 1:])) == "another length"
