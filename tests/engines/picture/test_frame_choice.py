from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.engines.picture.frame_choice import choose_frames, frames_at_rate, node_indices

TIMES = st.lists(st.floats(0, 3), min_size=1, max_size=60).map(lambda each: np.array(sorted(each)))
RATES = st.sampled_from([8.0, 25.0, 23.976])


def as_published(
    times: npt.NDArray[np.float64], rate: float, start: float, end: float
) -> list[int]:
    """The rule as a loop over decoded frames."""
    wanted, chosen = start, []
    for index, time in enumerate(times):
        while start <= time <= end and time >= wanted:
            chosen.append(index)
            wanted += 1 / rate
    return chosen


@given(times=TIMES, rate=RATES, start=st.floats(0, 2), length=st.floats(0, 3))
def test_is_the_loop_over_decoded_frames(
    times: npt.NDArray[np.float64], rate: float, start: float, length: float
) -> None:
    chosen = frames_at_rate(times, rate, start_seconds=start, end_seconds=start + length)

    assert chosen.tolist() == as_published(times, rate, start, start + length)


@given(times=TIMES, rate=RATES)
def test_each_time_gets_the_first_frame_at_or_after_it(
    times: npt.NDArray[np.float64], rate: float
) -> None:
    chosen = frames_at_rate(times, rate)

    for place, index in enumerate(chosen):
        at = place / rate
        assert times[index] >= at - 1e-9
        assert index == 0 or times[index - 1] < at + 1e-9
    # And no time that a frame follows is left out.
    assert len(chosen) / rate > times[-1] - 1e-9


def test_a_slow_film_repeats_and_a_fast_one_is_thinned() -> None:
    slow = frames_at_rate(np.arange(5) / 10, 25.0)
    fast = frames_at_rate(np.arange(20) / 50 + 1e-4, 25.0)

    assert slow.tolist() == [0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 4]
    assert fast.tolist() == list(range(0, 20, 2))


@pytest.mark.parametrize(
    ("times", "rate"), [([1.0, 0.5], 8.0), ([0.0, np.nan], 8.0), ([0.0], 0.0), ([0.0], np.nan)]
)
def test_times_and_rates_that_make_no_sense_are_refused(times: list[float], rate: float) -> None:
    with pytest.raises(ValueError, match=r"times|rate"):
        frames_at_rate(np.array(times), rate)


def test_a_stretch_without_frames_gives_none() -> None:
    assert frames_at_rate(np.arange(10) / 10, 8.0, start_seconds=5.0).size == 0


def test_the_stretch_is_shortened_to_what_both_encoders_get() -> None:
    choice = choose_frames(np.arange(0, 47) / 24, 2.0)

    # The last frame begins at 1.917 s: 48 grid times of 25 a second, and 16 of 8, are reached.
    assert choice.duration_seconds == 48 / 25
    assert (len(choice.clip), len(choice.sync)) == (15, 48)


@given(times=TIMES, duration=st.floats(0.1, 4), start=st.floats(0, 2))
def test_the_shortened_stretch_is_covered(
    times: npt.NDArray[np.float64], duration: float, start: float
) -> None:
    choice = choose_frames(times, duration, start_seconds=start)

    assert 0 <= choice.duration_seconds <= duration
    assert len(choice.clip) == int(8 * choice.duration_seconds)
    assert len(choice.sync) == int(25 * choice.duration_seconds)


@given(times=TIMES, duration=st.floats(0.1, 4), start=st.floats(0, 2))
def test_holding_the_last_frame_keeps_the_whole_stretch(
    times: npt.NDArray[np.float64], duration: float, start: float
) -> None:
    choice = choose_frames(times, duration, start_seconds=start, holds_last=True)
    plain = frames_at_rate(times, 25.0, start_seconds=start, end_seconds=start + duration)

    assert choice.duration_seconds == duration
    assert (len(choice.clip), len(choice.sync)) == (int(duration * 8), int(duration * 25))
    assert (np.diff(choice.sync) >= 0).all()
    assert choice.sync[: len(plain)].tolist() == plain[: len(choice.sync)].tolist()
    assert (times[choice.sync] <= max(times[0], start + duration)).all()


def test_holding_needs_a_frame() -> None:
    with pytest.raises(ValueError, match="none to hold"):
        choose_frames(np.zeros(0), 1.0, holds_last=True)


def test_counting_divides_before_it_multiplies() -> None:
    indices = node_indices(200, source_hz=25.0, target_hz=25, duration_seconds=2.4)

    assert (indices[28], indices[29], indices[30]) == (28, 28, 30)


def test_counting_stays_inside_and_fills_a_segment() -> None:
    indices = node_indices(5, source_hz=30.0, target_hz=25, duration_seconds=0.3, at_least=16)

    assert indices.tolist() == [0, 1, 2, 3, 4, *[4] * 11]
    assert node_indices(5, source_hz=30.0, target_hz=8, duration_seconds=0.0).tolist() == [0]
