"""Picture and sound stay together in the window, on a device and without one."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from prismdesk.playback.port_audio import NO_PORT_AUDIO
from tests.journeys.lip_sync import make_test_film, measure
from tests.playback.sound_server import is_installed, sound_server

if TYPE_CHECKING:
    from pathlib import Path

# The platform without a screen has no window manager to tell a size to, and says so.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.mark.device
@pytest.mark.usefixtures("qapp")
def test_picture_and_sound_are_less_than_half_a_picture_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not is_installed():
        pytest.fail("install pulseaudio and libasound2-plugins, or leave out '-m device'")
    film = make_test_film(tmp_path, 23)
    monkeypatch.setenv("ALSA_CONFIG_PATH", "")  # so that what comes now is taken back
    with sound_server(tmp_path, os.environ):
        found = measure(film, 20)
    with capsys.disabled():
        sys.stdout.write(f"\n{found.words()}\n")
    assert not found.is_null
    assert found.apart_seconds(95) < found.picture_seconds / 2
    assert found.dropped_pictures <= len(found.late_seconds) // 100


@pytest.mark.slow
@pytest.mark.usefixtures("qapp")
def test_without_any_device_the_picture_plays_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)  # importing it fails
    found = measure(make_test_film(tmp_path, 8), 5)
    assert found.is_null
    assert found.trouble == NO_PORT_AUDIO
    assert abs(found.drift_seconds) < found.picture_seconds
    assert abs(found.late_seconds).max() < 3 * found.picture_seconds
    assert found.dropped_pictures == 0
