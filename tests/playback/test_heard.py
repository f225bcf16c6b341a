from __future__ import annotations

import numpy as np
import pytest

from prismdesk.playback.heard import HeardClock, HeardPath, Stretch
from prismdesk.playback.wrapping import Wrapping, entered, entered_in_reverse
from prismdesk.project.timebase import SampleRange

RATE_HZ = 48000
LOOP = SampleRange(100, 200)
_BOTH = Wrapping(LOOP, wraps_below=True, wraps_above=True)


def test_clock_frees_the_position_from_the_jitter_of_callbacks() -> None:
    rng = np.random.default_rng(3)
    clock = HeardClock(RATE_HZ)
    errors: list[float] = []
    for number in range(2000):
        true_seconds = number * 0.01
        clock.observe((number * 480, true_seconds + rng.uniform(-0.005, 0.005)))
        if number > 300:
            errors.append(clock.index_at(true_seconds + 0.005) / RATE_HZ - true_seconds - 0.005)
    assert np.percentile(np.abs(errors), 95) < 0.001


def test_clock_follows_a_device_that_runs_a_little_fast() -> None:
    clock = HeardClock(RATE_HZ)
    for number in range(3000):
        clock.observe((number * 480, number * 0.01 / 1.0002))
    truth = 3000 * 480
    assert clock.index_at(3000 * 0.01 / 1.0002) == pytest.approx(truth, abs=0.001 * RATE_HZ)


def test_clock_follows_a_jump_at_once() -> None:
    clock = HeardClock(RATE_HZ)
    for number in range(50):
        clock.observe((number * 480, number * 0.01))
    clock.observe((24_000, 3.0))
    assert clock.index_at(3.0) == 24_000


def test_clock_counts_an_observation_once() -> None:
    clock = HeardClock(RATE_HZ)
    clock.observe((0, 0.0))
    late = (480, 0.014)
    clock.observe(late)
    once = clock.index_at(1.0)
    clock.observe(late)
    assert clock.index_at(1.0) == once


def test_clock_knows_nothing_before_the_first_pull() -> None:
    clock = HeardClock(RATE_HZ)
    clock.observe(None)
    assert clock.index_at(123.0) == 0.0


def test_path_joins_what_goes_on_and_voids_what_comes_later() -> None:
    path = HeardPath(7.0)
    path.go_on(Stretch(10.0, 100.0, 1.0), forget_before=0.0)
    path.go_on(Stretch(20.0, 110.0, 1.0), forget_before=0.0)
    path.go_on(Stretch(30.0, 500.0, -1.0), forget_before=0.0)
    assert [path.position_at(index) for index in (0, 9, 10, 29, 31)] == [7, 7, 100, 119, 499]
    path.go_on(Stretch(15.0, 3.0, 0.0), forget_before=0.0)
    assert [path.position_at(index) for index in (14, 15, 40)] == [104, 3, 3]


def test_jump_forgets_the_way() -> None:
    path = HeardPath(7.0)
    path.go_on(Stretch(10.0, 100.0, 1.0), forget_before=0.0)
    path.jump(42.0)
    assert [path.position_at(index) for index in (0, 10, 99)] == [42, 42, 42]


def test_path_forgets_what_was_heard_long_ago() -> None:
    path = HeardPath(0.0)
    for number in range(1, 100):
        path.go_on(Stretch(number, number * 10.0, 2.0), forget_before=number - 5.0)
    assert path.position_at(50.0) != 500.0
    assert path.position_at(98.0) == 980.0


@pytest.mark.parametrize(
    ("position", "place"), [(50, 50), (199, 199), (200, 100), (450, 150), (99.5, 99.5)]
)
def test_loop_wraps_at_its_end_when_entered_from_before(position: float, place: float) -> None:
    wrapping = entered(LOOP, 20.0)
    assert wrapping is not None
    assert wrapping.wrapped(position) == place


def test_loop_wraps_at_both_ends_from_inside() -> None:
    assert entered(LOOP, 150.0) == entered_in_reverse(LOOP, 150.0) == _BOTH
    assert _BOTH.wrapped(99.0) == 199.0


def test_loop_behind_is_not_entered() -> None:
    assert entered(LOOP, 200.0) is None
    assert entered_in_reverse(LOOP, 99.0) is None
    behind = entered_in_reverse(LOOP, 300.0)
    assert behind is not None
    assert behind.wrapped(250.0) == 250.0
    assert behind.wrapped(90.0) == 190.0
