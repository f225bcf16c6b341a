from __future__ import annotations

import numpy as np
import pytest

from prismdesk.engines.audiox.frame_choice import counted_frame_ids, timed_frame_ids
from prismdesk.errors import InputError


def counted(**changes: float) -> list[int]:
    arguments = {
        "source_hz": 24.0,
        "frame_count": 1000,
        "start_seconds": 0.0,
        "duration_seconds": 2.0,
        "target_hz": 5.0,
    } | changes
    ids: list[int] = counted_frame_ids(**arguments).tolist()  # type: ignore[arg-type]  # counts are whole
    return ids


def test_frames_are_counted_at_a_whole_distance() -> None:
    assert counted() == list(range(0, 50, 5))
    assert counted(start_seconds=1.0)[0] == 24


def test_a_film_at_the_rate_wanted_is_taken_frame_by_frame() -> None:
    assert counted(source_hz=25.0, target_hz=25.0) == list(range(50))


def test_a_short_film_holds_its_last_counted_frame() -> None:
    assert counted(frame_count=12) == [0, 5, *[10] * 8]


def test_a_film_that_has_ended_is_refused() -> None:
    with pytest.raises(InputError, match=r"The picture ends before 9 s"):
        counted(start_seconds=9.0, frame_count=100)


def test_frames_by_time_are_those_shown() -> None:
    times = np.arange(72) / 23.976
    ids = timed_frame_ids(times, start_seconds=0.5, duration_seconds=2.0, target_hz=5.0)
    shown = [int((0.5 + step / 5.0) * 23.976) for step in range(10)]
    assert ids.tolist() == shown


def test_a_film_at_the_rate_wanted_is_taken_frame_by_frame_by_time_too() -> None:
    times = np.cumsum(np.full(250, 1 / 25)) - 1 / 25
    ids = timed_frame_ids(times, start_seconds=0.0, duration_seconds=10.0, target_hz=25.0)
    assert ids.tolist() == list(range(250))


def test_before_and_after_the_film_its_ends_are_shown() -> None:
    times = np.array([1.0, 1.5, 2.0])
    ids = timed_frame_ids(times, start_seconds=0.0, duration_seconds=4.0, target_hz=1.0)
    assert ids.tolist() == [0, 0, 2, 2]


def test_a_film_without_frames_is_refused() -> None:
    with pytest.raises(InputError, match="no frame"):
        timed_frame_ids(np.zeros(0), start_seconds=0.0, duration_seconds=1.0, target_hz=5.0)
