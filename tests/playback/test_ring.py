from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.playback.ring import Ring


def _ramp(first: int, count: int) -> npt.NDArray[np.float32]:
    return np.repeat(np.arange(first, first + count, dtype=np.float32)[:, None], 2, axis=1)


def _pulled(ring: Ring, count: int) -> list[float]:
    out = np.full((count, 2), np.nan, np.float32)
    ring.pull(out, 0.0)
    assert np.array_equal(out[:, 0], out[:, 1])
    return [float(value) for value in out[:, 0]]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=30))
def test_what_goes_in_comes_out_in_order(steps: list[tuple[int, int]]) -> None:
    ring = Ring(64, 2)
    heard: list[float] = []
    for written, pulled in steps:
        ready = max(ring.write_index, ring.read_index) - ring.read_index
        count = min(written, 64 - ready)
        start = max(ring.write_index, ring.read_index)
        ring.write_from(start, _ramp(start + 1, count))
        heard += _pulled(ring, pulled)
    expected = [value if value else 0.0 for value in heard]
    assert all(value in (0.0, index + 1.0) for index, value in enumerate(expected))
    assert ring.read_index == len(heard)


def test_lack_is_silence_and_counts_only_while_flowing() -> None:
    ring = Ring(16, 2)
    ring.write_from(0, _ramp(1, 3))
    assert _pulled(ring, 5) == [1, 2, 3, 0, 0]
    assert ring.under_runs == 0
    ring.is_flowing = True
    assert _pulled(ring, 2) == [0, 0]
    assert ring.under_runs == 1
    assert ring.read_index == 7


def test_later_write_replaces_what_was_to_come() -> None:
    ring = Ring(16, 2)
    ring.write_from(0, _ramp(1, 10))
    ring.write_from(4, _ramp(100, 2))
    assert _pulled(ring, 8) == [1, 2, 3, 4, 100, 101, 0, 0]


def test_hole_before_a_write_is_silent() -> None:
    ring = Ring(8, 2)
    ring.write_from(0, np.full((8, 2), 9.0, np.float32))
    _pulled(ring, 8)
    ring.write_from(11, _ramp(1, 2))
    assert _pulled(ring, 6) == [0, 0, 0, 1, 2, 0]


def test_peek_shows_what_lies_ready_and_silence_past_it() -> None:
    ring = Ring(8, 2)
    ring.write_from(6, _ramp(1, 4))
    assert ring.peek(8, 4)[:, 0].tolist() == [3, 4, 0, 0]


def test_last_pull_tells_when_its_first_frame_is_heard() -> None:
    ring = Ring(8, 2)
    ring.pull(np.zeros((3, 2), np.float32), 1.5)
    ring.pull(np.zeros((2, 2), np.float32), 2.5)
    assert ring.last_pull == (3, 2.5)
    assert ring.pull_frames == 3
