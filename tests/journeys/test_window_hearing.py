"""A user hears a sound before it is made, and has enough of it, in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt

from prismdesk.media.wav import map_wav
from tests.journeys.window_sound import SoundMaker, sound_maker
from tests.journeys.window_user import CONTROL, SHIFT
from tests.media_files import SoundSpec, make_film, noise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

RATE_HZ = 48_000
SELVA = "custom-selva-tiny-16k-untrained"


@pytest.fixture
def user(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, small_checkpoints: Path
) -> Iterator[SoundMaker]:
    sound = SoundSpec(audio=noise(2, 4 * RATE_HZ, peak=0.2), codec="pcm_s16le")
    film = make_film(tmp_path / "film.mov", sounds=[sound])
    with sound_maker(qtbot, small_checkpoints / "selva-tiny_16k") as user:
        user.open(film)
        yield user


def test_a_draft_is_heard_by_key_and_what_is_enough_is_made_again_alike(user: SoundMaker) -> None:
    listening = user.workspace.sound.listening
    strip = user.workspace.sound.strip
    user.mark(RATE_HZ, 2 * RATE_HZ)
    user.use(SELVA, "rain on a tin roof", steps=200)
    user.press(Qt.Key.Key_Return, CONTROL)
    user.wait(lambda: listening.why_not() == "" and strip.hear.isEnabled())
    user.press(Qt.Key.Key_F7)
    user.wait(lambda: listening.heard is not None)
    heard = listening.heard
    assert heard is not None
    with map_wav(user.workspace.document.session.folder / heard.path) as wav:
        draft = wav.read(0, wav.length_samples).copy()
    assert user.workspace.transport.is_playing
    user.wait(lambda: strip.hear.text() == "Stop the draft")
    assert any(look.words.startswith(f"Draft of step {heard.step} · ") for look in user.looks)
    assert user.region.takes == ()

    user.press(Qt.Key.Key_F7, SHIFT)
    ended = user.until_made(1)
    stop = dict(ended.provenance.settings)["stop_at_step"]
    assert isinstance(stop, int)
    assert heard.step <= stop < 200
    assert listening.heard is None
    assert not np.array_equal(user.samples(ended), draft)

    user.workspace.sound.audition.hear(ended.id)
    user.press(Qt.Key.Key_R, CONTROL | SHIFT)
    again = user.until_made(2)
    np.testing.assert_array_equal(user.samples(again), user.samples(ended))
    assert dict(user.region.settings)["steps"] == 200
    assert "stop_at_step" not in dict(user.region.settings)
