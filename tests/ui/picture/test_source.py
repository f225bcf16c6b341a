from __future__ import annotations

import threading
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QSize

from prismdesk.errors import Cancelled
from prismdesk.media.picture_reader import PictureReader
from prismdesk.media.proxy import make_proxy
from prismdesk.project.timebase import frames_to_samples
from prismdesk.ui.picture.source import PictureSource
from tests.media_files import PictureSpec, make_film
from tests.ui.picture.shown_pictures import Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.media.picture_walk import Picture

    OpenSource = Callable[..., tuple[PictureSource, Shown]]

RATE_HZ = 48_000
FRAME = RATE_HZ // 25
VARIABLE = [Fraction(n * n, 200) for n in range(20)]


def a_film(folder: Path, suffix: str = ".mp4", **fields: Any) -> Path:
    values: dict[str, Any] = {"codec": "libx264", "frames": 100, "gop_frames": 50}
    values["options"] = (("sc_threshold", "0"),)
    if suffix == ".m1v":
        values = {"codec": "mpeg1video", "frames": 60}
        return make_film(folder / "a.m1v", picture=PictureSpec(**values), format="mpeg1video")
    return make_film(folder / f"a{suffix}", picture=PictureSpec(**(values | fields)))


def a_proxy(film: Path) -> Path:
    make_proxy(film, film.with_suffix(".proxy.mov"))
    return film.with_suffix(".proxy.mov")


def play_to(
    qtbot: QtBot, source: PictureSource, shown: Shown, number: int, speed: float = 1.0
) -> None:
    """Ask as the screen does, at a playback position that stands, until its picture is shown."""

    def is_shown() -> bool:
        source.play(number * FRAME, speed)
        return number in shown.numbers

    qtbot.waitUntil(is_shown)


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[OpenSource]:
    """Opens sources that are closed at the end."""
    sources: list[PictureSource] = []

    def open_source(film: Path, proxy: Path | None = None) -> tuple[PictureSource, Shown]:
        source = PictureSource(film, rate_hz=RATE_HZ, proxy=proxy)
        sources.append(source)
        return source, Shown().listen_to(source)

    yield open_source
    for source in sources:
        source.close()


def test_still_picture_is_the_last_that_began(
    qtbot: QtBot, tmp_path: Path, opened: OpenSource
) -> None:
    film = a_film(tmp_path, times=VARIABLE, frames=20)
    source, shown = opened(film)
    starts = [round(time * RATE_HZ) for time in VARIABLE]
    for number in (0, 7, 12, 3, 19):
        for position in (starts[number], starts[number] + 150):
            shown.pictures.clear()
            source.show(position)
            qtbot.waitUntil(lambda: bool(shown.pictures))
            expected = max(n for n in range(20) if starts[n] <= position)
            assert shown.pictures == [(expected, starts[expected], True)]
        if number:
            shown.pictures.clear()
            source.show(starts[number] - 150)
            qtbot.waitUntil(lambda: bool(shown.pictures))
            assert shown.numbers == [number - 1]


def test_frame_starts_rounded_to_samples_show_their_frame(
    qtbot: QtBot, tmp_path: Path, opened: OpenSource
) -> None:
    rate = Fraction(30000, 1001)
    source, shown = opened(a_film(tmp_path, rate=rate))
    for number in range(1, 8):
        shown.pictures.clear()
        source.show(frames_to_samples(number, rate_hz=RATE_HZ, frame_rate=rate))
        qtbot.waitUntil(lambda: bool(shown.pictures))
        assert shown.numbers == [number]


def test_films_without_timestamps_count_their_pictures(
    qtbot: QtBot, tmp_path: Path, opened: OpenSource
) -> None:
    film = a_film(tmp_path, ".m1v")
    source, shown = opened(film, a_proxy(film))
    for number in (30, 10, 59):
        shown.pictures.clear()
        source.show(number * FRAME)
        qtbot.waitUntil(lambda: len(shown.pictures) == 2)
        assert shown.pictures == [(number, number * FRAME, True)] * 2


def test_scrubbing_shows_a_keyframe_and_then_the_exact_picture(
    qtbot: QtBot, tmp_path: Path, opened: OpenSource
) -> None:
    source, shown = opened(a_film(tmp_path))
    source.scrub(80 * FRAME)
    qtbot.waitUntil(lambda: bool(shown.exact))
    assert shown.pictures == [(50, 50 * FRAME, False), (80, 80 * FRAME, True)]


def test_scrubbing_with_a_proxy_is_exact_at_once(
    qtbot: QtBot, tmp_path: Path, opened: OpenSource
) -> None:
    film = a_film(tmp_path, width_px=1280, height_px=64)
    source, shown = opened(film, a_proxy(film))
    source.set_box((1280, 64))
    source.scrub(80 * FRAME)
    qtbot.waitUntil(lambda: len(shown.pictures) == 2)
    assert shown.pictures == [(80, 80 * FRAME, True)] * 2
    assert shown.widths == [960, 1280]


class HeldReading:
    """Holds the first search of pictures until ``goes_on``; notes those that were given up."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, gives_up: bool) -> None:
        self.reached, self.goes_on = threading.Event(), threading.Event()
        self.asked: list[Fraction] = []
        self.given_up: list[Fraction] = []
        at = PictureReader.at

        def held(reader: PictureReader, seconds: Fraction, **others: Any) -> Picture:
            self.asked.append(seconds)
            self.reached.set()
            assert self.goes_on.wait(5)
            try:
                return at(reader, seconds, **(others if gives_up else {}))
            except Cancelled:
                self.given_up.append(seconds)
                raise

        monkeypatch.setattr(PictureReader, "at", held)


@pytest.mark.parametrize("gives_up", [True, False])
def test_overtaken_wishes_are_dropped(
    qtbot: QtBot,
    tmp_path: Path,
    opened: OpenSource,
    monkeypatch: pytest.MonkeyPatch,
    gives_up: bool,
) -> None:
    reading = HeldReading(monkeypatch, gives_up=gives_up)
    source, shown = opened(a_film(tmp_path))
    source.show(90 * FRAME)
    assert reading.reached.wait(5)
    source.show(20 * FRAME)
    source.show(30 * FRAME)
    reading.goes_on.set()
    qtbot.waitUntil(lambda: bool(shown.pictures))
    assert shown.numbers == [30]
    assert len(reading.asked) == 2
    assert len(reading.given_up) == gives_up


def test_playing_shows_each_picture_in_its_time(
    qtbot: QtBot, tmp_path: Path, opened: OpenSource
) -> None:
    film = a_film(tmp_path)
    source, shown = opened(film, a_proxy(film))
    for number in range(10, 40):
        play_to(qtbot, source, shown, number)
    assert shown.numbers == list(range(10, 40))
    assert all(begins == number * FRAME for number, begins, _ in shown.pictures)
    assert all(is_exact for _, _, is_exact in shown.pictures)


@pytest.mark.parametrize("has_proxy", [True, False])
def test_playing_backwards_shows_pictures_in_falling_order(
    qtbot: QtBot, tmp_path: Path, opened: OpenSource, has_proxy: bool
) -> None:
    film = a_film(tmp_path)
    source, shown = opened(film, a_proxy(film) if has_proxy else None)
    for number in range(70, 40, -1):
        play_to(qtbot, source, shown, number, -1.0)
    assert shown.numbers == list(range(70, 40, -1))


def test_late_pictures_are_dropped_while_playing(
    qtbot: QtBot, tmp_path: Path, opened: OpenSource
) -> None:
    film = a_film(tmp_path)
    source, shown = opened(film, a_proxy(film))
    play_to(qtbot, source, shown, 0)
    play_to(qtbot, source, shown, 12)
    assert shown.numbers[-1] == 12
    assert len(shown.numbers) <= 4


def test_a_jump_while_playing_goes_on_there(
    qtbot: QtBot, tmp_path: Path, opened: OpenSource
) -> None:
    film = a_film(tmp_path)
    source, shown = opened(film, a_proxy(film))
    play_to(qtbot, source, shown, 80)
    play_to(qtbot, source, shown, 10)
    assert shown.numbers == [80, 10]


def test_what_was_decoded_for_a_still_is_not_shown_while_playing(
    qtbot: QtBot, tmp_path: Path, opened: OpenSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = HeldReading(monkeypatch, gives_up=False)
    source, shown = opened(a_film(tmp_path))
    source.show(90 * FRAME)
    assert reading.reached.wait(5)
    source.play(0, 1.0)
    reading.goes_on.set()
    play_to(qtbot, source, shown, 0)
    assert shown.numbers == [0]


def test_stopping_shows_the_exact_picture_of_the_film(
    qtbot: QtBot, tmp_path: Path, opened: OpenSource
) -> None:
    film = a_film(tmp_path, width_px=1280, height_px=64)
    source, shown = opened(film, a_proxy(film))
    source.set_box((1280, 64))
    play_to(qtbot, source, shown, 0)
    source.play(2 * FRAME, 0.0)
    qtbot.waitUntil(lambda: 1280 in shown.widths)
    assert shown.pictures[-1] == (2, 2 * FRAME, True)


def test_proxy_that_comes_while_playing_is_used(
    qtbot: QtBot, tmp_path: Path, opened: OpenSource
) -> None:
    film = a_film(tmp_path, width_px=1280, height_px=64)
    source, shown = opened(film)
    source.set_box((1280, 64))
    play_to(qtbot, source, shown, 0)
    source.set_proxy(a_proxy(film))
    assert source.has_proxy
    for number in range(1, 30):
        play_to(qtbot, source, shown, number)
    assert shown.numbers == list(range(30))
    assert shown.widths[0] == 1280
    assert shown.widths[-1] == 960


def test_lost_proxy_falls_back_to_the_film(
    qtbot: QtBot, tmp_path: Path, opened: OpenSource
) -> None:
    source, shown = opened(a_film(tmp_path), tmp_path / "lost.mov")
    source.scrub(50 * FRAME)
    qtbot.waitUntil(lambda: 50 in shown.exact)
    assert shown.failures == []


def test_images_fit_the_box_and_are_not_enlarged(
    qtbot: QtBot, tmp_path: Path, opened: OpenSource
) -> None:
    source, shown = opened(a_film(tmp_path, width_px=320, height_px=240))
    source.set_box((200, 100))
    source.show(0)
    qtbot.waitUntil(lambda: shown.widths == [133])
    source.set_box((5000, 5000))
    qtbot.waitUntil(lambda: shown.widths == [133, 320])
    source.set_box((5000, 5000))
    source.show(FRAME)
    qtbot.waitUntil(lambda: shown.numbers[-1] == 1)
    assert shown.numbers == [0, 0, 1]


def test_size_of_the_film_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    film = a_film(tmp_path, ".mov", pixel_aspect=Fraction(4, 3))
    source = PictureSource(film, rate_hz=RATE_HZ)
    with qtbot.waitSignal(source.opened) as told:
        source.show(0)
    source.close()
    assert told.args == [QSize(85, 48)]


def test_film_that_is_gone_is_a_sentence(qtbot: QtBot, tmp_path: Path, opened: OpenSource) -> None:
    source, shown = opened(tmp_path / "gone.mp4")
    source.show(0)
    qtbot.waitUntil(lambda: bool(shown.failures))
    assert "gone.mp4" in shown.failures[0]
    source.play(0, 1.0)
    qtbot.waitUntil(lambda: len(shown.failures) == 2)


@pytest.mark.parametrize("mode", ["nothing", "still", "play"])
def test_closing_ends_the_thread_and_tells_nothing_more(
    qtbot: QtBot, tmp_path: Path, mode: str
) -> None:
    source = PictureSource(a_film(tmp_path), rate_hz=RATE_HZ)
    shown = Shown().listen_to(source)
    if mode == "still":
        source.show(90 * FRAME)
    if mode == "play":
        source.play(0, 1.0)
    source.close()
    assert not any(thread.name == "picture decoding" for thread in threading.enumerate())
    qtbot.wait(20)
    assert shown.pictures == []
