"""A film of every kind opens and plays in the window: the picture that is due is the one shown."""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from prismdesk.app import Desk, make_application
from prismdesk.media.frames import read_frames
from prismdesk.playback.player import Player
from prismdesk.ui.messages import Message, MessageKind
from tests.journeys.test_real_media import PICTURES, SOUNDS
from tests.journeys.window_user import User
from tests.media_files import PictureSpec, SoundSpec, frame_number, make_film, noise, rotate_film
from tests.real_media import real_film

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy.typing as npt
    from pytestqt.qtbot import QtBot

# The platform without a screen has no window manager to tell a size to, and says so.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

_NTSC = Fraction(30000, 1001)
_PICTURE = PictureSpec(frames=50)


@dataclass(frozen=True)
class _Kind:
    """A kind of film: its file's suffix and what is in it."""

    suffix: str
    picture: PictureSpec | None = _PICTURE
    sounds: tuple[SoundSpec, ...] = ()
    turned: int = 0


@cache
def _sound(channels: int = 2, seconds: int = 2) -> npt.NDArray[np.float32]:
    return noise(channels, seconds * 48000, peak=0.1)


_AAC = SoundSpec(audio=_sound())
_UNEVEN = tuple(Fraction(number * number + 40 * number, 3000) for number in range(50))

KINDS: dict[str, _Kind] = {
    "plain": _Kind(".mp4", sounds=(_AAC,)),
    "variable rate": _Kind(".mp4", replace(_PICTURE, times=_UNEVEN), (_AAC,)),
    "late sound": _Kind(".mov", sounds=(replace(_AAC, start_seconds=Fraction(1, 2)),)),
    "late picture": _Kind(".mp4", replace(_PICTURE, start_seconds=Fraction(12, 25)), (_AAC,)),
    "no sound": _Kind(".mp4"),
    "5.1": _Kind(".mp4", sounds=(SoundSpec(audio=_sound(6), layout="5.1"),)),
    "PCM": _Kind(".mov", sounds=(SoundSpec(audio=_sound(), codec="pcm_s24le"),)),
    "Matroska": _Kind(".mkv", sounds=(SoundSpec(audio=_sound(), codec="flac"),)),
    "WebM": _Kind(
        ".webm",
        replace(_PICTURE, codec="libvpx", options=(("deadline", "realtime"),)),
        (SoundSpec(audio=_sound(), codec="libopus"),),
    ),
    "drop frame": _Kind(
        ".mov", replace(_PICTURE, rate=_NTSC, timecode="01:00:59;28", frames=60), (_AAC,)
    ),
    "turned": _Kind(".mp4", sounds=(_AAC,), turned=90),
    "gap in the sound": _Kind(
        ".mkv",
        sounds=(
            SoundSpec(audio=_sound(), codec="flac", gap_seconds=(Fraction(1, 2), Fraction(3, 4))),
        ),
    ),
    "H.264 with B-frames": _Kind(
        ".mp4",
        replace(_PICTURE, codec="libx264", options=(("bf", "3"), ("preset", "fast"))),
        (_AAC,),
    ),
}
_SHORTEST = ("variable rate", "no sound", "5.1", "drop frame", "turned", "late picture")
"""Those of the default run; the others differ less from a plain film."""


def _in_turn() -> list[object]:
    return [
        pytest.param(name, marks=() if name in _SHORTEST else pytest.mark.slow, id=name)
        for name in KINDS
    ]


class Watcher:
    """Sits before the window and notes what it tells."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.errors: list[str] = []
        user.desk.desktop.messages.posted.connect(self._note)

    def _note(self, message: Message) -> None:
        if message.kind in (MessageKind.ERROR, MessageKind.WARNING):
            self.errors.append(f"{message.title} {message.body}")

    def open(self, path: Path) -> None:
        """Open a film; fails at once where that is told to be impossible."""
        user = self.user
        user.desk.open(path)
        user.wait(lambda: user.desk.document is not None or bool(self.errors))
        assert self.errors == []
        user.come_back()
        user.wait(lambda: not user.desk.desktop.background.tasks)

    def pixels(self) -> npt.NDArray[np.uint8]:
        """The picture shown, uint8 (height, width, 3)."""
        image = self.user.workspace.viewer.shown.image
        assert image is not None, self.user.workspace.viewer.shown.words
        return _pixels(image)


@pytest.fixture
def watcher(qtbot: QtBot, qapp: object) -> Iterator[Watcher]:
    del qapp
    desk = Desk(make_application(), player=Player(device="null"))
    desk.show()
    desk.window.activateWindow()
    yield Watcher(User(desk, qtbot))
    desk.close()
    desk.window.deleteLater()


def _pixels(image: QImage) -> npt.NDArray[np.uint8]:
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), -1)
    return rows[:, : plain.width() * 3].reshape(plain.height(), plain.width(), 3).copy()


def _play_a_little(watcher: Watcher, number_shown: Callable[[], int]) -> None:
    """Play by key until the playhead is well on; the picture must have changed often."""
    user, transport = watcher.user, watcher.user.workspace.transport
    seen: set[int] = set()
    transport.moved.connect(lambda _: seen.add(number_shown()))
    user.press(Qt.Key.Key_Space)
    user.wait(lambda: transport.position_samples > 0.6 * user.project.rate_hz)
    assert transport.is_playing
    user.press(Qt.Key.Key_Space)
    user.wait(lambda: not transport.is_playing)
    assert len(seen) > 4


@pytest.mark.parametrize("name", _in_turn())
def test_the_picture_that_is_due_is_shown(name: str, watcher: Watcher, tmp_path: Path) -> None:
    kind = KINDS[name]
    assert kind.picture is not None
    path = make_film(tmp_path / f"film{kind.suffix}", picture=kind.picture, sounds=kind.sounds)
    if kind.turned:
        rotate_film(path, kind.turned)
    begins = [kind.picture.time(number) - kind.picture.time(0) for number in range(50)]
    watcher.open(path)
    user = watcher.user
    transport, times = user.workspace.transport, user.workspace.document.times

    def due() -> int:
        middle_of_sample = Fraction(2 * transport.position_samples + 1, 2 * times.rate_hz)
        return bisect_right(begins, middle_of_sample) - 1

    def shown() -> int:
        pixels = watcher.pixels()
        return frame_number(pixels if not kind.turned else np.rot90(pixels, kind.turned // 90))

    user.wait(lambda: user.workspace.viewer.shown.image is not None)
    user.wait(lambda: shown() == due() == 0)
    _play_a_little(watcher, shown)
    user.wait(lambda: shown() == due())
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        before = transport.position_samples
        user.press(key)
        assert transport.position_samples != before
        assert times.frame_start(times.frame_at(transport.position_samples)) == (
            transport.position_samples
        )
        user.wait(lambda: shown() == due())
    assert watcher.errors == []


def test_the_timecode_of_a_drop_frame_film_leaves_labels_out(
    watcher: Watcher, tmp_path: Path
) -> None:
    kind = KINDS["drop frame"]
    watcher.open(make_film(tmp_path / "film.mov", picture=kind.picture, sounds=kind.sounds))
    viewer = watcher.user.workspace.viewer
    watcher.user.wait(lambda: viewer.shown.timecode == "01:00:59;28")
    watcher.user.press(Qt.Key.Key_Right)
    watcher.user.press(Qt.Key.Key_Right)
    watcher.user.wait(lambda: viewer.shown.timecode == "01:01:00;02")


def test_sound_alone_plays_and_the_viewer_says_why_it_is_empty(
    watcher: Watcher, tmp_path: Path
) -> None:
    watcher.open(make_film(tmp_path / "sound.m4a", sounds=[_AAC], format="mp4"))
    _play_without_picture(watcher)


def _play_without_picture(watcher: Watcher) -> None:
    user = watcher.user
    shown, transport = user.workspace.viewer.shown, user.workspace.transport
    assert shown.image is None
    assert shown.words == "This project has no picture."
    user.press(Qt.Key.Key_Space)
    user.wait(lambda: transport.position_samples > user.project.rate_hz // 2)
    user.press(Qt.Key.Key_Space)
    here = transport.position_samples
    user.press(Qt.Key.Key_Right)
    assert transport.position_samples > here
    assert watcher.errors == []


def test_a_film_that_is_shown_is_closed_while_it_plays(watcher: Watcher, tmp_path: Path) -> None:
    watcher.open(make_film(tmp_path / "film.mp4", picture=_PICTURE, sounds=[_AAC]))
    watcher.user.press(Qt.Key.Key_Space)
    transport = watcher.user.workspace.transport
    watcher.user.wait(lambda: transport.position_samples > 0)
    watcher.user.desk.close_document()
    assert watcher.user.desk.document is None
    assert watcher.errors == []


def test_another_film_is_opened_before_all_is_made_for_the_first(
    watcher: Watcher, tmp_path: Path
) -> None:
    user = watcher.user
    first, second = (
        make_film(tmp_path / f"{name}.mp4", picture=_PICTURE, sounds=[_AAC]) for name in "ab"
    )
    user.desk.open(first)
    user.wait(lambda: user.desk.workspace is not None)
    before = user.workspace
    user.desk.open(second)
    user.wait(lambda: user.desk.workspace not in (None, before))
    user.wait(lambda: not user.desk.desktop.background.tasks)
    assert user.workspace.viewer.heading.startswith("b.mp4")
    assert watcher.errors == []


def test_what_was_made_for_a_film_that_is_closed_goes_nowhere(
    watcher: Watcher, tmp_path: Path
) -> None:
    user, background = watcher.user, watcher.user.desk.desktop.background
    user.desk.open(make_film(tmp_path / "film.mp4", picture=_PICTURE, sounds=[_AAC]))
    user.wait(lambda: user.desk.workspace is not None)
    while any(thread.name.startswith("background:") for thread in threading.enumerate()):
        time.sleep(0.01)  # its outcome waits for the event loop
    assert background.tasks
    user.desk.close_document()
    user.wait(lambda: not background.tasks)
    user.open(make_film(tmp_path / "another.mp4", picture=_PICTURE))
    assert watcher.errors == []


def _films(*names: str) -> pytest.MarkDecorator:
    """Run the test for each film, and leave it out where that film was never fetched."""
    return pytest.mark.parametrize(
        "name", [pytest.param(name, marks=pytest.mark.real_media(name)) for name in names]
    )


@pytest.mark.slow
@_films(*PICTURES)
def test_a_real_film_shows_the_picture_of_its_frame(name: str, watcher: Watcher) -> None:
    path = real_film(name)
    watcher.open(path)
    user = watcher.user
    transport = user.workspace.transport
    user.wait(lambda: user.workspace.viewer.shown.image is not None)
    before = watcher.pixels()
    user.press(Qt.Key.Key_Space)
    end = min(0.6 * user.project.rate_hz, user.workspace.document.times.end_samples - 1)
    user.wait(lambda: transport.position_samples >= end)
    if transport.is_playing:
        user.press(Qt.Key.Key_Space)
    user.press(Qt.Key.Key_Right)
    user.press(Qt.Key.Key_Left)

    def is_the_frame_due() -> bool:
        return _is_nearest(watcher.pixels(), path, transport.position_samples, user)

    user.wait(is_the_frame_due)
    assert not np.array_equal(before, watcher.pixels())
    user.press(Qt.Key.Key_Left)
    user.wait(is_the_frame_due)
    assert watcher.errors == []


def _is_nearest(shown: npt.NDArray[np.uint8], path: Path, samples: int, user: User) -> bool:
    """Whether of the frames around a position, that at the position is the one most like it."""
    rate_hz, frame = user.project.rate_hz, 1 / float(user.workspace.document.times.frame_rate)
    here = (samples + 0.5) / rate_hz
    around = [max(0.0, here + step * frame) for step in (-2, -1, 0, 1, 2)]
    height, width, _ = shown.shape
    frames, _ = read_frames(path, around, width_px=width, height_px=height)
    unlike = [float(np.abs(frame.astype(int) - shown.astype(int)).mean()) for frame in frames]
    return unlike[2] <= min(unlike) + 0.25


@pytest.mark.slow
@_films(*(name for name in SOUNDS if name not in PICTURES))
def test_a_real_sound_plays_without_a_picture(name: str, watcher: Watcher) -> None:
    watcher.open(real_film(name))
    _play_without_picture(watcher)
