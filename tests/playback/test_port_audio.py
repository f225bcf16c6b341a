"""Against the real PortAudio: without a device, into a file by ALSA, and on a null sink."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.playback.backend import OutputTrouble
from prismdesk.playback.mixer_thread import DEVICE_IS_GONE
from prismdesk.playback.player import Player
from prismdesk.playback.port_audio import NO_PORT_AUDIO, PortAudioBackend, PortAudioOutput
from tests.media.fake_sounds import bits, noise
from tests.playback.rig import LENGTH, RATE_HZ, film_of
from tests.playback.sound_server import SoundServer, is_installed, sound_server, use_alsa
from tests.playback.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from prismdesk.playback.backend import Pull

FILM_SOUND = noise(2, LENGTH)
FILM, SOUNDS = film_of(FILM_SOUND)


def test_missing_library_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)  # importing it fails
    assert PortAudioBackend().devices() == ()
    with pytest.raises(OutputTrouble, match="libportaudio2"):
        PortAudioBackend().open(None, rate_hz=RATE_HZ, channels=2)


def test_player_without_the_library_keeps_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    player = Player()
    player.load(FILM, SOUNDS, end_samples=LENGTH)
    wait_until(lambda: player.output().trouble == NO_PORT_AUDIO)
    player.play()
    wait_until(lambda: player.state().position_samples > RATE_HZ // 10)
    assert player.output().is_null
    player.close()


def _use_alsa(folder: Path, monkeypatch: pytest.MonkeyPatch, lines: str) -> None:
    monkeypatch.setenv("ALSA_CONFIG_PATH", "")  # so that what comes now is taken back
    use_alsa(folder, os.environ, lines)


def _read_played(path: Path) -> npt.NDArray[np.float32]:
    samples = np.frombuffer(path.read_bytes(), "<f4")
    return samples[: len(samples) // 2 * 2].reshape(-1, 2).T


class _PacedBackend(PortAudioBackend):
    """PortAudio's devices, held back to real time: a file takes as much as it gets."""

    def open(self, device: str | None, *, rate_hz: int, channels: int) -> PortAudioOutput:
        output = super().open(device, rate_hz=rate_hz, channels=channels)
        start = output.start

        def start_paced(pull: Pull) -> None:
            due = time.perf_counter()

            def paced(out: npt.NDArray[np.float32], seconds: float) -> None:
                nonlocal due
                pull(out, seconds)
                due += len(out) / output.rate_hz
                time.sleep(max(0.0, due - time.perf_counter()))

            start(paced)

        output.start = start_paced  # type: ignore[method-assign]  # only for this one
        return output


@pytest.mark.device
def test_film_arrives_on_the_device_bit_for_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = tmp_path / "played.raw"
    _use_alsa(
        tmp_path,
        monkeypatch,
        f'pcm.!default {{ type file slave.pcm {{ type null }} file "{played}" format "raw" }}',
    )
    player = Player(backend=_PacedBackend())
    _playing(player)
    under_runs = player.output().under_runs
    player.close()
    heard = _read_played(played)
    fade = 1000
    start = int(np.flatnonzero(heard[0] == FILM_SOUND[0, fade])[0])
    count = RATE_HZ // 3
    assert under_runs == 0
    assert bits(heard[:, start : start + count]) == bits(FILM_SOUND[:, fade : fade + count])
    assert not heard[:, : start - fade].any()


@pytest.mark.device
def test_no_device_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _use_alsa(tmp_path, monkeypatch, "pcm.!default { type hw card 77 }")
    with pytest.raises(OutputTrouble, match=r"no sound device|can't be opened"):
        PortAudioBackend().open(None, rate_hz=RATE_HZ, channels=2)


@pytest.mark.device
def test_unknown_device_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use_alsa(tmp_path, monkeypatch, "pcm.!default { type null }")
    with pytest.raises(OutputTrouble, match="Elsewhere isn't there"):
        PortAudioBackend().open("Elsewhere", rate_hz=RATE_HZ, channels=2)


@pytest.fixture
def pulse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    """A running server that ALSA's default device leads to."""
    if not is_installed():
        pytest.fail("install pulseaudio and libasound2-plugins, or leave out '-m device'")
    monkeypatch.setenv("ALSA_CONFIG_PATH", "")  # so that what comes now is taken back
    with sound_server(tmp_path, os.environ) as server:
        yield server


def _playing(player: Player) -> None:
    player.load(FILM, SOUNDS, end_samples=LENGTH)
    wait_until(lambda: not player.output().is_null)
    player.play()
    wait_until(lambda: player.state().position_samples > RATE_HZ // 2)


@pytest.mark.device
def test_film_is_heard_in_time_on_a_sound_server(pulse: SoundServer) -> None:
    del pulse
    player = Player()
    _playing(player)
    began, first = time.perf_counter(), player.state().position_samples
    wait_until(lambda: player.state().position_samples > first + 3 * RATE_HZ)
    passed = (time.perf_counter() - began) * RATE_HZ
    assert player.state().position_samples - first == pytest.approx(passed, abs=0.05 * RATE_HZ)
    assert 0.0 < player.output().latency_seconds < 0.5
    player.close()


@pytest.mark.device
def test_sound_server_that_dies_and_returns_loses_no_place(pulse: SoundServer) -> None:
    player = Player()
    _playing(player)
    pulse.kill()
    wait_until(lambda: player.output().is_null)
    assert player.output().trouble == DEVICE_IS_GONE
    gone = player.state().position_samples
    wait_until(lambda: player.state().position_samples > gone + RATE_HZ // 2)
    pulse.start()
    wait_until(lambda: not player.output().is_null)
    assert player.state().position_samples > gone + RATE_HZ // 2
    assert player.state().is_playing
    assert player.output().trouble == ""
    player.close()
