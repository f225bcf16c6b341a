from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from prismdesk.errors import InputError
from prismdesk.progress import raise_if_cancelled
from prismdesk.ui.frame_fetcher import FrameFetcher, WantedFrame
from tests.ui.scenes import grey_of_time

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

    from prismdesk.progress import IsCancelled


def a_wish(seconds: float) -> WantedFrame:
    return WantedFrame(seconds, 8, 4)


def test_picture_comes_back(qtbot: QtBot) -> None:
    fetcher = FrameFetcher(grey_of_time)
    with qtbot.waitSignal(fetcher.fetched, timeout=5_000) as told:
        fetcher.fetch(a_wish(4.2))
    fetcher.close()

    image: QImage = told.args[0]
    assert (image.width(), image.height()) == (8, 4)
    assert image.pixelColor(3, 2).red() == 42


def test_wishes_overtaken_while_decoding_are_left_out(qtbot: QtBot) -> None:
    started, goes_on, seen = threading.Event(), threading.Event(), []

    def slow(wanted: WantedFrame, cancelled: IsCancelled) -> npt.NDArray[np.uint8]:
        seen.append(wanted.seconds)
        started.set()
        assert goes_on.wait(5.0)
        return grey_of_time(wanted, cancelled)

    fetcher = FrameFetcher(slow)
    with qtbot.waitSignals([fetcher.fetched, fetcher.fetched], timeout=5_000):
        fetcher.fetch(a_wish(1.0))
        assert started.wait(5.0)
        fetcher.fetch(a_wish(2.0))
        fetcher.fetch(a_wish(3.0))
        goes_on.set()
    fetcher.close()

    assert seen == [1.0, 3.0]


def test_close_stops_what_is_being_decoded(qtbot: QtBot) -> None:
    started = threading.Event()

    def endless(wanted: WantedFrame, cancelled: IsCancelled) -> npt.NDArray[np.uint8]:
        started.set()
        while True:
            raise_if_cancelled(cancelled)

    fetcher = FrameFetcher(endless)
    fetcher.fetch(a_wish(1.0))
    assert started.wait(5.0)

    fetcher.close()

    assert not any(thread.name == "frame fetcher" for thread in threading.enumerate())


def test_failure_is_told_and_the_next_wish_still_works(qtbot: QtBot) -> None:
    def sometimes(wanted: WantedFrame, cancelled: IsCancelled) -> npt.NDArray[np.uint8]:
        if wanted.seconds < 1:
            raise InputError("There is no picture here.")
        return grey_of_time(wanted, cancelled)

    fetcher = FrameFetcher(sometimes)
    with qtbot.waitSignal(fetcher.failed, timeout=5_000) as told:
        fetcher.fetch(a_wish(0.5))
    assert told.args == ["There is no picture here."]
    with qtbot.waitSignal(fetcher.fetched, timeout=5_000):
        fetcher.fetch(a_wish(3.0))
    fetcher.close()


@pytest.mark.parametrize("asks", [True, False])
def test_close_ends_the_thread(qtbot: QtBot, asks: bool) -> None:
    fetcher = FrameFetcher(grey_of_time)
    if asks:
        fetcher.fetch(a_wish(1.0))

    fetcher.close()

    assert not any(thread.name == "frame fetcher" for thread in threading.enumerate())
