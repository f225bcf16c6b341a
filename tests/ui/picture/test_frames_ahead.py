from __future__ import annotations

from fractions import Fraction

from PySide6.QtGui import QImage

from prismdesk.ui.picture.frames_ahead import MOST_FRAMES, FramesAhead, ReadyFrame


def a_frame(number: int) -> ReadyFrame:
    return ReadyFrame(QImage(), Fraction(number, 10), Fraction(number + 1, 10))


def filled(numbers: list[int], *, is_reverse: bool = False) -> FramesAhead:
    ahead = FramesAhead()
    ahead.begin(1, is_reverse=is_reverse)
    for number in numbers:
        ahead.add(1, a_frame(number))
    return ahead


def taken(ahead: FramesAhead, tenths: float) -> int | None:
    frame = ahead.take(Fraction(tenths) / 10)
    return None if frame is None else int(frame.seconds * 10)


def test_each_frame_waits_for_its_time() -> None:
    ahead = filled([3, 4, 5])
    assert [taken(ahead, t) for t in (2.5, 3.0, 3.5, 4.1, 4.9, 5.0)] == [None, 3, None, 4, None, 5]


def test_late_frames_are_dropped() -> None:
    ahead = filled([3, 4, 5, 6])
    assert [taken(ahead, t) for t in (5.5, 5.9, 9.0)] == [5, None, 6]


def test_backwards_a_frame_comes_when_time_falls_into_it() -> None:
    ahead = filled([5, 4, 3, 2], is_reverse=True)
    assert [taken(ahead, t) for t in (5.9, 5.0, 4.9, 4.1, 2.5)] == [5, None, 4, None, 2]


def test_frames_of_an_earlier_stretch_are_dropped() -> None:
    ahead = filled([3])
    ahead.begin(2, is_reverse=False)
    ahead.add(1, a_frame(4))
    assert taken(ahead, 9.0) is None


def test_frames_that_come_again_from_another_file_are_shown_once() -> None:
    # The other file has not caught up yet with what was handed on before.
    ahead = filled([3, 4, 5, 3, 4])
    assert [taken(ahead, t) for t in (3, 4, 5, 6)] == [3, 4, 5, None]
    backwards = filled([5, 4, 3, 5, 4], is_reverse=True)
    assert [taken(backwards, t) for t in (5, 4.5, 3.5, 2.5)] == [5, 4, 3, None]


def test_it_is_full_at_its_limit() -> None:
    assert not filled(list(range(MOST_FRAMES - 1))).is_full()
    assert filled(list(range(MOST_FRAMES))).is_full()


def test_frame_knows_when_it_is_on_screen() -> None:
    frame = a_frame(3)
    assert not frame.is_on_screen(Fraction(29, 100))
    assert frame.is_on_screen(Fraction(30, 100))
    assert not frame.is_on_screen(Fraction(40, 100))
