"""Examples are read whole and brought to one loudness; their waves are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from prismdesk.media.errors import MediaError
from prismdesk.ui.adapters.example_sound import (
    LOUDNESS_DB,
    matching_gain_db,
    read_columns,
    read_example,
)

if TYPE_CHECKING:
    from pathlib import Path

RATE_HZ = 16_000


def a_tone(path: Path, peak: float, seconds: float = 1.0) -> Path:
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    soundfile.write(path, peak * np.sin(2 * np.pi * 440 * times), RATE_HZ, subtype="FLOAT")
    return path


@pytest.mark.parametrize("peak", [0.001, 0.5])
def test_all_are_heard_at_one_loudness(tmp_path: Path, peak: float) -> None:
    sound = read_example(a_tone(tmp_path / "tone.wav", peak), 48_000)
    assert (sound.channels, sound.rate_hz) == (2, 48_000)
    assert sound.length_samples == pytest.approx(48_000, abs=4)
    power = float(np.mean(np.square(sound.samples[:, 4_000:-4_000])))
    assert 10 * np.log10(power) == pytest.approx(LOUDNESS_DB, abs=0.1)


def test_a_single_hit_is_not_made_to_clip_and_silence_stays() -> None:
    hit = np.zeros((1, 48_000), np.float32)
    assert matching_gain_db(hit) == 0.0
    hit[0, 100] = 0.5
    assert 0.5 * 10 ** (matching_gain_db(hit) / 20) == pytest.approx(10 ** (-1 / 20))


def test_what_lies_outside_reads_as_silence(tmp_path: Path) -> None:
    sound = read_example(a_tone(tmp_path / "tone.wav", 0.5, 0.1), RATE_HZ)
    around = sound.read(-10, sound.length_samples + 20)
    assert not around[:, :10].any()
    assert not around[:, -10:].any()
    np.testing.assert_array_equal(around[:, 10:-10], sound.samples)


def test_the_wave_is_drawn_anew_when_the_file_changes(tmp_path: Path) -> None:
    path = a_tone(tmp_path / "tone.wav", 0.5)
    first = read_columns(path)
    assert float(first.highest.max()) == pytest.approx(0.5, abs=0.02)
    assert read_columns(path) is first
    a_tone(path, 0.25, 2.0)
    assert float(read_columns(path).highest.max()) == pytest.approx(0.25, abs=0.02)


def test_what_is_no_sound_is_told(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    path.write_bytes(b"no sound")
    with pytest.raises(MediaError):
        read_example(path, RATE_HZ)
