from __future__ import annotations

from fractions import Fraction
from typing import Any

import av

from prismdesk.media.export.copied_times import CopiedTimes


def packet(pts: int | None, dts: int | None) -> av.Packet[Any]:
    made: av.Packet[Any] = av.Packet(b"x")
    made.pts, made.dts = pts, dts
    return made


def placed(times: CopiedTimes, *given: tuple[int | None, int | None]) -> list[tuple[Any, Any]]:
    ready = [out for pair in given for out in times.place(packet(*pair))]
    return [(out.pts, out.dts) for out in [*ready, *times.flush()]]


def test_known_times_only_move() -> None:
    times = CopiedTimes(frame_ticks=Fraction(10), shift_ticks=5)
    assert placed(times, (20, 0), (40, 10), (30, 20)) == [(15, -5), (35, 5), (25, 15)]
    assert times.repaired == 0


def test_missing_decoding_times_are_counted_back() -> None:
    times = CopiedTimes(frame_ticks=Fraction(10), shift_ticks=0)
    found = placed(times, (0, None), (30, None), (10, 0), (20, 10))
    assert found == [(0, -20), (30, -10), (10, 0), (20, 10)]


def test_without_any_decoding_time_they_follow_from_the_pictures() -> None:
    times = CopiedTimes(frame_ticks=Fraction(10), shift_ticks=0)
    found = placed(times, (0, None), (30, None), (10, None), (20, None))
    assert [pts for pts, _ in found] == [0, 30, 10, 20]
    decoding = [dts for _, dts in found]
    assert decoding == sorted(set(decoding))
    assert all(dts <= pts for pts, dts in found)


def test_times_that_run_backwards_are_raised_and_counted() -> None:
    times = CopiedTimes(frame_ticks=Fraction(10), shift_ticks=0)
    assert placed(times, (10, 10), (20, 5)) == [(10, 10), (20, 11)]
    assert times.repaired == 1
