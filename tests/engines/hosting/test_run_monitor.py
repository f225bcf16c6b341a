from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.engines.contract import DeviceMemory, Phase, Progress
from prismdesk.engines.hosting.run_monitor import RunMonitor
from prismdesk.errors import Cancelled


def test_stages_own_shares_by_their_cost() -> None:
    seen: list[Progress] = []
    monitor = RunMonitor(seen.append, lambda: False, {"a": 1.0, "b": 3.0})
    monitor.begin("a", Phase.ANALYSING)
    monitor.at(Phase.ANALYSING, 1, 2)
    monitor.begin("b", Phase.STEP)
    monitor.at(Phase.STEP, 1, 3)
    assert [one.fraction for one in seen] == pytest.approx([0.0, 0.125, 0.25, 0.5])
    monitor.done(Phase.DECODING)
    assert seen[-1].fraction == 1.0


def test_what_is_skipped_counts_for_nothing_and_fraction_never_falls() -> None:
    seen: list[Progress] = []
    monitor = RunMonitor(seen.append, lambda: False, {"a": 1.0, "b": 8.0, "c": 1.0})
    monitor.begin("a", Phase.ANALYSING)
    monitor.skip("b")
    monitor.begin("c", Phase.STEP)
    monitor.at(Phase.STEP, 0, 2, share=0.1)
    monitor.at(Phase.STEP, 0, 2, share=0.0)
    assert [one.fraction for one in seen] == pytest.approx([0.0, 0.5, 0.55, 0.55])


def test_envelope_stays_until_there_is_a_newer_one() -> None:
    seen: list[Progress] = []
    monitor = RunMonitor(seen.append, lambda: False, {"a": 1.0})
    monitor.begin("a", Phase.STEP)
    monitor.at(Phase.STEP, 1, 3, envelope=(0.1,))
    monitor.at(Phase.STEP, 2, 3)
    assert seen[-1].envelope == (0.1,)


def test_cancel_is_raised_where_it_is_asked_for() -> None:
    monitor = RunMonitor(lambda progress: None, lambda: True, {})
    with pytest.raises(Cancelled):
        monitor.begin("a", Phase.STEP)


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def sampling(steps: int, *, costs: dict[str, float]) -> tuple[list[Progress], Clock, RunMonitor]:
    """A monitor whose sampling has begun, what it tells, and its clock."""
    seen: list[Progress] = []
    clock = Clock()
    monitor = RunMonitor(seen.append, lambda: False, costs, clock=clock)
    monitor.begin("sampling", Phase.STEP)
    return seen, clock, monitor


def test_time_left_is_told_from_the_second_step_on_and_never_from_the_first() -> None:
    seen, clock, monitor = sampling(10, costs={"sampling": 1.0})
    clock.now = 30.0
    monitor.at(Phase.STEP, 1, 10)
    assert seen[-1].seconds_left is None
    clock.now = 30.5
    monitor.at(Phase.STEP, 2, 10)
    assert seen[-1].seconds_left == pytest.approx(4.0)


def test_guessed_costs_say_nothing_of_the_time_that_steps_take() -> None:
    seen, clock, monitor = sampling(4, costs={"before": 100.0, "sampling": 1.0})
    monitor.skip("before")
    for step in range(1, 5):
        clock.now += 5.0 if step == 1 else 2.0
        monitor.at(Phase.STEP, step, 4)
    told = [one.seconds_left for one in seen]
    assert told[:2] == [None, None]
    assert told[2:] == pytest.approx([4.0, 2.0, 0.0])


def test_a_step_that_was_held_up_misleads_nobody() -> None:
    seen, clock, monitor = sampling(20, costs={"sampling": 1.0})
    for step in range(1, 11):
        clock.now += 60.0 if step == 7 else 1.0
        monitor.at(Phase.STEP, step, 20)
    assert seen[-1].seconds_left == pytest.approx(10.0)


def test_what_comes_after_the_steps_is_added_by_its_cost() -> None:
    seen, clock, monitor = sampling(4, costs={"sampling": 8.0, "decoding": 2.0})
    for step in range(1, 3):
        clock.now += 2.0
        monitor.at(Phase.STEP, step, 4)
    assert seen[-1].seconds_left == pytest.approx(4.0 + 2.0)
    for step in range(3, 5):
        clock.now += 2.0
        monitor.at(Phase.STEP, step, 4)
    monitor.begin("decoding", Phase.DECODING)
    assert seen[-1].seconds_left == pytest.approx(2.0)
    monitor.done(Phase.DECODING)
    assert seen[-1].seconds_left == 0.0


def test_a_guess_never_outweighs_what_is_measured() -> None:
    seen, clock, monitor = sampling(4, costs={"sampling": 1.0, "decoding": 1000.0})
    for step in range(1, 3):
        clock.now += 2.0
        monitor.at(Phase.STEP, step, 4)
    assert seen[-1].seconds_left == pytest.approx(4.0 + 8.0)
    monitor.expect("decoding", 3.0)
    monitor.at(Phase.STEP, 3, 4)
    clock.now += 2.0
    monitor.at(Phase.STEP, 4, 4)
    assert seen[-1].seconds_left == pytest.approx(3.0)


def test_the_bar_goes_by_time_once_steps_are_measured() -> None:
    # Costs say that decoding is nearly all, yet it takes as long as two of twenty steps.
    seen, clock, monitor = sampling(20, costs={"sampling": 1.0, "decoding": 1000.0})
    for step in range(1, 21):
        clock.now += 1.0
        if step == 3:
            monitor.expect("decoding", 2.0)
        monitor.at(Phase.STEP, step, 20)
    assert seen[1].fraction < 0.01
    assert seen[10].fraction == pytest.approx(10 / 22)
    assert seen[20].fraction == pytest.approx(20 / 22)
    monitor.begin("decoding", Phase.DECODING)
    clock.now += 1.0
    monitor.at(Phase.DECODING, 1, 2)
    assert seen[-1].fraction == pytest.approx(21 / 22)
    clock.now += 1.0
    monitor.done(Phase.DECODING)
    assert seen[-1].fraction == 1.0


def test_steps_that_are_done_are_half_of_the_bar_at_least_whatever_was_guessed() -> None:
    seen, clock, monitor = sampling(4, costs={"sampling": 1.0, "decoding": 1000.0})
    for step in range(1, 5):
        clock.now += 1.0
        monitor.at(Phase.STEP, step, 4)
    assert seen[-1].fraction == pytest.approx(0.5)
    monitor.begin("decoding", Phase.DECODING)
    assert seen[-1].seconds_left == pytest.approx(4.0)
    assert seen[-1].fraction == pytest.approx(0.5)


def test_what_came_before_the_steps_counts_by_the_time_it_took() -> None:
    seen: list[Progress] = []
    clock = Clock()
    costs = {"loading": 1.0, "sampling": 99.0}
    monitor = RunMonitor(seen.append, lambda: False, costs, clock=clock)
    monitor.begin("loading", Phase.LOADING)
    clock.now += 10.0
    monitor.begin("sampling", Phase.STEP)
    for step in range(1, 11):
        clock.now += 1.0
        monitor.at(Phase.STEP, step, 10)
    assert seen[3].fraction == pytest.approx(12 / 20)
    assert seen[-1].fraction == pytest.approx(1.0)


def test_a_bar_that_is_ahead_of_the_time_goes_on_without_falling_or_standing() -> None:
    seen: list[Progress] = []
    clock = Clock()
    costs = {"loading": 60.0, "sampling": 40.0}
    monitor = RunMonitor(seen.append, lambda: False, costs, clock=clock)
    monitor.begin("loading", Phase.LOADING)
    clock.now += 1.0
    monitor.begin("sampling", Phase.STEP)
    for step in range(1, 11):
        clock.now += 10.0
        monitor.at(Phase.STEP, step, 10)
    fractions = [one.fraction for one in seen]
    assert fractions[1] == pytest.approx(0.6)
    assert all(after > before for before, after in pairwise(fractions[1:]))
    assert fractions[6] < 0.85
    assert fractions[-1] == pytest.approx(1.0)


@given(
    st.lists(st.floats(0.0, 100.0), min_size=1, max_size=30),
    st.lists(st.floats(0.0, 1e12), min_size=3, max_size=3),
    st.floats(0.0, 100.0),
)
def test_the_bar_never_falls_whatever_is_measured(
    seconds: list[float], costs: list[float], expected: float
) -> None:
    names = ("loading", "sampling", "decoding")
    seen: list[Progress] = []
    clock = Clock()
    monitor = RunMonitor(
        seen.append, lambda: False, dict(zip(names, costs, strict=True)), clock=clock
    )
    for name, phase in zip(names, (Phase.LOADING, Phase.STEP, Phase.DECODING), strict=True):
        monitor.begin(name, phase)
        for step, taken in enumerate(seconds, 1):
            clock.now += taken
            monitor.at(phase, step, len(seconds))
        monitor.expect("decoding", expected)
    monitor.done(Phase.DECODING)
    fractions = [one.fraction for one in seen]
    assert fractions == sorted(fractions)
    assert 0.0 <= fractions[0] <= fractions[-1] == 1.0


def test_takes_made_one_after_the_other_are_counted_together() -> None:
    seen, clock, monitor = sampling(4, costs={"sampling": 1.0})
    for take in range(2):
        for step in range(1, 5):
            clock.now += 1.0
            monitor.at(Phase.STEP, step, 4, share=(take + step / 4) / 2)
            if take == 0 and step == 4:
                assert seen[-1].seconds_left == pytest.approx(4.0)
    assert seen[-1].seconds_left == pytest.approx(0.0)


def test_listening_does_not_count_as_time_that_steps_take() -> None:
    seen, clock, monitor = sampling(10, costs={"sampling": 1.0})
    for step in range(1, 6):
        clock.now += 1.0
        if step > 1:
            with monitor.left_out():
                clock.now += 50.0
        monitor.at(Phase.STEP, step, 10)
    assert seen[-1].seconds_left == pytest.approx(5.0)


def test_memory_of_the_device_is_told_and_read_twice_a_second_at_most() -> None:
    reads: list[float] = []
    seen: list[Progress] = []
    clock = Clock()

    def memory() -> DeviceMemory:
        reads.append(clock.now)
        return DeviceMemory(device="RTX 4070", used_bytes=5, total_bytes=12)

    monitor = RunMonitor(seen.append, lambda: False, {"a": 1.0}, memory=memory, clock=clock)
    monitor.begin("a", Phase.STEP)
    for step in range(1, 11):
        clock.now += 0.125
        monitor.at(Phase.STEP, step, 10)
    assert reads == pytest.approx([0.0, 0.5, 1.0])
    assert all(one.memory is not None and one.memory.total_bytes == 12 for one in seen)
