from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from prismdesk.errors import Cancelled
from prismdesk.media.onsets import find_onsets

RATE_HZ = 48_000


def with_hits(
    *places: int, bed: float = 0.0, attack: int = 48, length: int = 2 * RATE_HZ
) -> npt.NDArray[np.float32]:
    """Hits of noise that ring off, in a bed of even noise."""
    generator = np.random.default_rng(4)
    sound = bed * generator.standard_normal(length)
    for place in places:
        count = min(12_000, length - place)
        time = np.arange(count)
        shape = np.minimum(1.0, time / attack) * np.exp(-time / 2400)
        sound[place : place + count] += 0.5 * shape * generator.standard_normal(count)
    return np.stack([sound, sound]).astype(np.float32)


@pytest.mark.parametrize("bed", [0.0, 0.005, 0.02])
def test_hits_are_found_within_two_milliseconds(bed: float) -> None:
    places = (20_000, 44_000, 70_123)
    found = find_onsets(with_hits(*places, bed=bed), RATE_HZ)
    assert len(found) == 3
    for onset, place in zip(found, places, strict=True):
        assert abs(onset - place) < 0.002 * RATE_HZ


def test_even_noise_silence_and_nothing_have_none() -> None:
    quiet = 0.1 * np.random.default_rng(1).standard_normal((1, 3 * RATE_HZ)).astype(np.float32)
    assert find_onsets(quiet, RATE_HZ) == ()
    assert find_onsets(np.zeros((2, RATE_HZ), np.float32), RATE_HZ) == ()
    assert find_onsets(np.zeros((2, 0), np.float32), RATE_HZ) == ()


def test_a_note_among_notes_is_found_and_vibrato_is_not() -> None:
    time = np.arange(2 * RATE_HZ) / RATE_HZ
    swaying = 0.3 * np.sin(2 * np.pi * 440 * time + 3 * np.sin(2 * np.pi * 5 * time))
    begins = RATE_HZ
    note = 0.4 * np.sin(2 * np.pi * 1320 * time) * (np.arange(len(time)) >= begins)
    found = find_onsets((swaying + note)[None].astype(np.float32), RATE_HZ)
    assert len(found) == 1
    assert abs(found[0] - begins) < 0.005 * RATE_HZ


def test_the_level_of_the_sound_does_not_matter() -> None:
    sound = with_hits(20_000, 60_000, bed=0.005)
    assert find_onsets(sound * np.float32(0.01), RATE_HZ) == find_onsets(sound, RATE_HZ)


def test_a_hit_at_the_very_start_counts() -> None:
    found = find_onsets(with_hits(0, 40_000, attack=4), RATE_HZ)
    assert found[0] < 0.002 * RATE_HZ


def test_it_can_be_stopped() -> None:
    with pytest.raises(Cancelled):
        find_onsets(with_hits(20_000), RATE_HZ, cancelled=lambda: True)
