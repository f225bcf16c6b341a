from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.playback.mixer_thread import DEVICE_IS_GONE
from prismdesk.playback.null_backend import NullBackend
from prismdesk.playback.player import Player, list_devices
from prismdesk.project.ids import TrackId
from prismdesk.project.timebase import SampleRange
from tests.media.fake_sounds import noise
from tests.media.mix_projects import lane
from tests.playback.fake_backend import FakeBackend
from tests.playback.rig import LENGTH, RATE_HZ, film_of
from tests.playback.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prismdesk.playback.backend import AudioBackend

FILM, SOUNDS = film_of(noise(2, LENGTH))
AUDIO = SOUNDS.streams["film", 0].audio


@pytest.fixture
def players() -> Iterator[list[Player]]:
    """Players to be closed."""
    opened: list[Player] = []
    yield opened
    for player in opened:
        player.close()


def _loaded(players: list[Player], backend: AudioBackend, device: str | None = None) -> Player:
    player = Player(backend=backend, device=device)
    players.append(player)
    player.load(FILM, SOUNDS, end_samples=LENGTH)
    return player


def _on_device(players: list[Player], backend: FakeBackend) -> Player:
    player = _loaded(players, backend)
    wait_until(lambda: not player.output().is_null)
    return player


def _has_run(audio: np.ndarray[tuple[int, int], np.dtype[np.float32]], length: int) -> bool:
    """Whether the audio holds some ``length`` samples of the film as they are."""
    count = audio.shape[1]
    for start in range(count - length, 0, -length // 2):
        key = audio[:, start : start + 8]
        for place in np.flatnonzero(AUDIO[0] == key[0, 0]):
            if np.array_equal(AUDIO[:, place : place + length], audio[:, start : start + length]):
                return True
    return False


def test_without_a_project_it_stands_and_takes_every_wish() -> None:
    player = Player(backend=NullBackend())
    for wish in (player.play, player.stop, player.unload, player.reset_meters):
        wish()
    player.seek(5)
    assert player.state().position_samples == 0
    assert not player.state().is_playing
    assert player.meters().integrated_lufs == float("-inf")
    player.close()


def test_null_device_keeps_time(players: list[Player]) -> None:
    player = _loaded(players, NullBackend())
    player.play()
    wait_until(lambda: player.state().position_samples > 0)
    began, first = time.perf_counter(), player.state().position_samples
    wait_until(lambda: player.state().position_samples > first + RATE_HZ)
    passed = (time.perf_counter() - began) * RATE_HZ
    moved = player.state().position_samples - first
    # An under-run (a busy machine) makes the timeline wait; it never runs ahead.
    assert moved < passed + 0.05 * RATE_HZ
    assert player.output().is_null
    assert player.output().trouble == ""


def test_position_never_goes_back_while_playing(players: list[Player]) -> None:
    player = _on_device(players, FakeBackend())
    player.play()
    wait_until(lambda: player.state().position_samples > 2400)
    places: list[int] = []
    while len(places) < 400:
        places.append(player.state().position_samples)
        time.sleep(0.001)
    assert min(np.diff(places)) > -0.002 * RATE_HZ


def test_wishes_show_at_once(players: list[Player]) -> None:
    player = _loaded(players, NullBackend())
    player.seek(1234)
    assert player.state().position_samples == 1234
    player.play()
    assert player.state().is_playing
    player.stop()
    assert not player.state().is_playing
    player.seek(-7)
    assert player.state().position_samples == 0


def test_film_is_played_on_the_device_as_it_is(players: list[Player]) -> None:
    backend = FakeBackend()
    player = _on_device(players, backend)
    player.play()
    wait_until(lambda: player.state().position_samples > RATE_HZ // 2)
    assert _has_run(backend.opened[0].played, 2000)


def test_device_that_dies_loses_no_place_and_comes_back(players: list[Player]) -> None:
    backend = FakeBackend()
    player = _on_device(players, backend)
    player.play()
    wait_until(lambda: player.state().position_samples > RATE_HZ // 4)
    backend.is_there = False
    before = player.state().position_samples
    backend.opened[0].is_dead = True
    wait_until(lambda: player.output().is_null)
    assert player.output().trouble == DEVICE_IS_GONE
    assert player.state().is_playing
    assert 0 <= player.state().position_samples - before < RATE_HZ // 2
    wait_until(lambda: player.state().position_samples > before + RATE_HZ // 2)
    backend.is_there = True
    wait_until(lambda: not player.output().is_null)
    assert player.output().trouble == ""
    wait_until(lambda: backend.opened[0].is_closed)
    back = player.state().position_samples
    assert back > before + RATE_HZ // 2
    wait_until(lambda: player.state().position_samples > back + RATE_HZ // 4)
    assert _has_run(backend.opened[1].played, 2000)


def test_device_that_takes_nothing_counts_as_gone(players: list[Player]) -> None:
    backend = FakeBackend()
    player = _on_device(players, backend)
    backend.opened[0].is_alive = lambda: True  # type: ignore[method-assign]  # a driver that lies
    backend.opened[0].is_dead = True
    wait_until(lambda: len(backend.opened) == 2 and not player.output().is_null)


def test_no_device_plays_in_time_and_says_why(players: list[Player]) -> None:
    backend = FakeBackend()
    backend.is_there = False
    player = _loaded(players, backend)
    wait_until(lambda: player.output().trouble == "There is no sound device.")
    player.play()
    wait_until(lambda: player.state().position_samples > RATE_HZ // 4)
    assert player.output().is_null


def test_under_runs_of_mixer_and_device_are_counted(players: list[Player]) -> None:
    backend = FakeBackend()
    player = _on_device(players, backend)
    before = player.output().under_runs
    backend.opened[0].under_runs += 3
    assert player.output().under_runs == before + 3


def test_other_device_is_used_when_wished(players: list[Player]) -> None:
    backend = FakeBackend()
    player = _on_device(players, backend)
    player.set_device("other")
    wait_until(lambda: player.output().name == "other")
    wait_until(lambda: backend.opened[0].is_closed)
    player.set_device("null")
    wait_until(lambda: player.output().is_null)
    assert player.output().trouble == ""


def test_device_of_another_rate_is_played_in_time(players: list[Player]) -> None:
    backend = FakeBackend(rate_hz=44100)
    player = _on_device(players, backend)
    player.play()
    wait_until(lambda: player.state().position_samples > RATE_HZ // 2)
    assert player.output().rate_hz == 44100
    assert player.state().speed == pytest.approx(1.0)


def test_offset_takes_the_picture_back(players: list[Player]) -> None:
    player = _loaded(players, NullBackend())
    player.play()
    wait_until(lambda: player.state().position_samples > RATE_HZ)
    player.set_offset_ms(9000.0)
    delayed = player.state().position_samples
    player.set_offset_ms(0.0)
    apart = player.state().position_samples - delayed
    assert apart >= round(0.5 * RATE_HZ)
    assert apart < RATE_HZ


def test_edit_while_playing_goes_on(players: list[Player]) -> None:
    backend = FakeBackend()
    player = _on_device(players, backend)
    player.play()
    wait_until(lambda: player.state().position_samples > RATE_HZ // 4)
    player.load(
        replace(FILM, tracks=(replace(FILM.tracks[0], is_muted=True),)),
        SOUNDS,
        end_samples=LENGTH,
    )
    wait_until(lambda: player.state().position_samples > RATE_HZ)
    assert player.state().is_playing
    assert not backend.opened[0].played[:, -2400:].any()
    assert len(backend.opened) == 1


def test_another_project_stands_at_its_start(players: list[Player]) -> None:
    player = _loaded(players, NullBackend())
    player.seek(5000)
    player.play()
    player.unload()
    player.load(FILM, SOUNDS, end_samples=LENGTH)
    player.seek(77)
    wait_until(lambda: not player.state().is_playing)
    assert player.state().position_samples == 77


def test_span_ends_by_itself_and_returns(players: list[Player]) -> None:
    player = _loaded(players, NullBackend())
    player.play_span(SampleRange(10_000, 14_800), then_return_to=9)
    assert player.state().is_playing
    wait_until(lambda: not player.state().is_playing)
    assert player.state().position_samples == 9


def test_meters_follow_what_is_heard(players: list[Player]) -> None:
    player = _loaded(players, NullBackend())
    player.play()
    wait_until(lambda: max(player.meters().mix.peak_db) > -20.0)
    assert player.meters().tracks[0][0] == "track"
    player.stop()
    wait_until(lambda: max(player.meters().mix.peak_db) < -60.0)


def test_new_track_gets_a_meter_and_loudness_goes_on(players: list[Player]) -> None:
    player = _loaded(players, NullBackend())
    player.play()
    wait_until(lambda: player.meters().integrated_lufs > -60.0)
    second = replace(FILM.tracks[0], id=TrackId("second"), lanes=(lane(id_="other"),))
    player.load(replace(FILM, tracks=(*FILM.tracks, second)), SOUNDS, end_samples=LENGTH)
    wait_until(lambda: len(player.meters().tracks) == 2)
    assert player.meters().integrated_lufs > -60.0


def test_devices_are_listed() -> None:
    assert [device.name for device in list_devices(FakeBackend())] == ["fake"]
    assert list_devices(NullBackend()) == ()
