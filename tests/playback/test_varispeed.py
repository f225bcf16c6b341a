from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.playback.varispeed import sound_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.media.audio import AudioBlock
    from prismdesk.playback.varispeed import Positions

RATE_HZ = 48000


def _tone(hz: float) -> Callable[[int, int], AudioBlock]:
    def read(start: int, end: int) -> AudioBlock:
        phase = 2 * np.pi * hz / RATE_HZ * np.arange(start, end)
        return np.stack((np.sin(phase), np.cos(phase))).astype(np.float32)

    return read


def _positions(first: float, step: float, count: int) -> Positions:
    return np.array([first + step * number for number in range(count)], np.float64)


@pytest.mark.parametrize("speed", [0.1, 0.5, 1.0, 1.7, 2.0, 3.3, 8.0, 16.0])
@pytest.mark.parametrize("sign", [1, -1])
def test_tone_is_heard_where_it_is(speed: float, sign: int) -> None:
    positions = _positions(10_000.25, sign * speed, 800)
    phase = 2 * np.pi * 200.0 / RATE_HZ * positions
    heard = sound_at(positions, speed, _tone(200.0))
    np.testing.assert_allclose(heard, np.stack((np.sin(phase), np.cos(phase))), atol=3e-3)


@pytest.mark.parametrize(
    ("speed", "hz"),
    [(1.9, 16_000.0), (2.0, 16_000.0), (3.0, 10_500.0), (4.0, 9_000.0), (16.0, 5_000.0)],
)
def test_what_would_fold_back_is_left_out(speed: float, hz: float) -> None:
    heard = sound_at(_positions(0.0, speed, 2000), speed, _tone(hz))
    assert np.abs(heard).max() < 0.01


def test_a_position_gives_the_same_wherever_its_block_begins() -> None:
    positions = _positions(0.0, 3.37, 1000)
    whole = sound_at(positions, 3.37, _tone(700.0))
    parts = [sound_at(part, 3.37, _tone(700.0)) for part in np.array_split(positions, 7)]
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, atol=1e-6)
