from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.media.sound_clock import SoundClock

EXACT = Fraction(1, 48000)
MILLISECONDS = Fraction(1, 1000)


def a_clock(
    time_base: Fraction = EXACT, origin: Fraction = Fraction(0), floor: int = 0
) -> SoundClock:
    return SoundClock(
        rate_hz=48000, time_base=time_base, origin_seconds=origin, floor_samples=floor
    )


def laid(clock: SoundClock, frames: list[tuple[int | None, int]]) -> list[tuple[int, int]]:
    """Where the samples of each frame come to lie: (start, end) of what is kept."""
    end, places = 0, []
    for pts, samples in frames:
        silence, cut = clock.place(pts, samples)
        start = end + silence
        end = start + samples - cut
        places.append((start, end))
    return places


def test_frames_that_follow_each_other_stay_whole() -> None:
    assert laid(a_clock(), [(0, 1024), (1024, 1024)]) == [(0, 1024), (1024, 2048)]


def test_a_late_start_is_silence() -> None:
    clock = a_clock(origin=Fraction(1))
    assert laid(clock, [(72000, 100)]) == [(24000, 24100)]
    assert clock.start_samples == 24000


def test_sound_before_the_origin_is_cut() -> None:
    clock = a_clock(origin=Fraction(1))
    assert laid(clock, [(47000, 600), (47600, 600), (48200, 600)]) == [(0, 0), (0, 200), (200, 800)]
    assert clock.start_samples == -1000


def test_a_gap_is_kept() -> None:
    clock = a_clock()
    assert laid(clock, [(0, 1000), (5000, 1000)]) == [(0, 1000), (5000, 6000)]
    assert clock.gaps == 1


def test_an_overlap_is_cut_and_what_follows_lies_right() -> None:
    frames: list[tuple[int | None, int]] = [(0, 1000), (500, 1000), (1500, 1000)]
    assert laid(a_clock(), frames) == [(0, 1000), (1000, 1500), (1500, 2500)]
    repeated: list[tuple[int | None, int]] = [(0, 1000), (0, 1000), (1000, 1000)]
    assert laid(a_clock(), repeated) == [(0, 1000), (1000, 1000), (1000, 2000)]


def test_frames_without_timestamps_follow() -> None:
    assert laid(a_clock(), [(None, 10), (None, 10)]) == [(0, 10), (10, 20)]
    assert laid(a_clock(), [(480, 1000), (None, 10)]) == [(480, 1480), (1480, 1490)]


@given(st.integers(1, 4000), st.sampled_from([44100, 48000, 96000]))
def test_rounding_to_milliseconds_inserts_and_drops_nothing(samples: int, rate_hz: int) -> None:
    clock = SoundClock(rate_hz=rate_hz, time_base=MILLISECONDS, origin_seconds=Fraction(0))
    for frame in range(500):
        pts = round(Fraction(frame * samples * 1000, rate_hz))
        assert clock.place(pts, samples) == (0, 0)


@given(st.lists(st.integers(-90, 90), min_size=1, max_size=200))
def test_jitter_inserts_and_drops_nothing(jitter_samples: list[int]) -> None:
    clock = a_clock()
    clock.place(0, 1024)
    for frame, jitter in enumerate(jitter_samples, start=1):
        assert clock.place(frame * 1024 + jitter, 1024) == (0, 0)


@given(st.lists(st.tuples(st.integers(0, 300_000), st.integers(1, 5000)), min_size=1, max_size=50))
def test_nothing_drifts_whatever_the_timestamps(frames: list[tuple[int, int]]) -> None:
    clock = a_clock()
    for pts, samples in frames:
        start, end = laid(clock, [(pts, samples)])[0]
        assert 0 <= end - start <= samples
    end = max(pts + samples for pts, samples in frames)
    probe = end + 50_000
    total = sum_of_lengths(frames)
    silence, cut = clock_after(frames).place(probe, 10)
    assert (total + silence, cut) == (probe, 0)


def clock_after(frames: list[tuple[int, int]]) -> SoundClock:
    clock = a_clock()
    for pts, samples in frames:
        clock.place(pts, samples)
    return clock


def sum_of_lengths(frames: list[tuple[int, int]]) -> int:
    clock, total = a_clock(), 0
    for pts, samples in frames:
        silence, cut = clock.place(pts, samples)
        total += silence + samples - cut
    return total


@pytest.mark.parametrize("pts", [48000 * 86400, 2**62, -(2**62)])
def test_impossible_times_do_not_make_endless_silence(pts: int) -> None:
    clock = a_clock()
    assert laid(clock, [(pts, 100), (pts + 100, 100)]) == [(0, 100), (100, 200)]
    assert clock.jumps == 1
    clock = a_clock()
    assert laid(clock, [(0, 100), (pts, 100), (pts + 100, 100)])[-1] == (200, 300)
    assert clock.jumps == 1


def test_many_long_gaps_come_to_an_end() -> None:
    clock = a_clock()
    silence = sum(clock.place(i * 48000 * 1200, 100)[0] for i in range(1000))
    assert silence <= 48000 * 6 * 3600


def test_a_floor_cuts_what_lies_before_it() -> None:
    assert a_clock(floor=1000).place(800, 1000) == (0, 200)
    assert a_clock(floor=1000).place(1500, 1000) == (500, 0)
