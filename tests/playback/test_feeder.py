from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.media.errors import MediaError
from prismdesk.media.mixdown import mix_blocks
from prismdesk.playback.course import END_FADE_SAMPLES
from prismdesk.playback.feeder import GRAIN_SECONDS
from prismdesk.playback.tape import SEAM_SAMPLES
from prismdesk.project.timebase import SampleRange
from tests.media.fake_sounds import ArraySound, bits, noise
from tests.media.mix_projects import clip, lane, media, project, track
from tests.playback.rig import LENGTH, RATE_HZ, Rig, film_of, steepest, surround, tone

if TYPE_CHECKING:
    from prismdesk.media.audio import AudioBlock
    from prismdesk.project.model import Media

SMOOTH = steepest(tone()) * 1.05
"""No more than the tone's own steps."""
JOIN = 384
FILM, SOUNDS = film_of(noise(2, LENGTH))


def _start_of(rig: Rig) -> int:
    """The frame at which the first sound was laid."""
    return int(np.flatnonzero(rig.heard.any(axis=0))[0])


def test_played_samples_are_those_of_the_mix_bit_for_bit() -> None:
    rig = Rig(FILM, SOUNDS)
    rig.feeder.seek(1000)
    rig.feeder.play(1.0)
    at = rig.line.first_open_frame()
    rig.pull(2 * RATE_HZ)
    expected = np.concatenate(list(mix_blocks(FILM, SOUNDS, SampleRange(1000, LENGTH))), axis=1)
    played = rig.heard[:, at:]
    count = played.shape[1]
    assert bits(played[:, JOIN:]) == bits(expected[:, JOIN:count])
    assert not rig.heard[:, :at].any()
    assert rig.line.ring.under_runs == 0


def test_start_fades_in_and_every_frame_carries_its_place() -> None:
    rig = Rig(FILM, SOUNDS)
    rig.feeder.play(1.0)
    at = rig.line.first_open_frame()
    rig.pull(9600)
    assert np.abs(rig.heard[:, at : at + 20]).max() < 0.01
    assert rig.positions() == [0.0] * at + list(range(9600 + 480 - at))


def test_reverse_plays_reversed_and_stops_at_the_start() -> None:
    rig = Rig(FILM, SOUNDS)
    rig.feeder.seek(9600)
    rig.feeder.play(-1.0)
    at = rig.line.first_open_frame()
    rig.pull(14400)
    expected = SOUNDS.streams["film", 0].audio[:, 9600::-1]
    end = 9600 - END_FADE_SAMPLES
    assert np.array_equal(rig.heard[:, at + JOIN : at + end], expected[:, JOIN:end])
    assert not rig.heard[:, at + 9601 :].any()
    assert not rig.feeder.is_playing(float(rig.line.ring.read_index))
    assert rig.positions()[-1] == 0.0


def test_playback_ends_at_the_end() -> None:
    rig = Rig(FILM, SOUNDS, end_samples=LENGTH)
    rig.feeder.seek(LENGTH - 4800)
    rig.feeder.play(1.0)
    rig.pull(9600)
    assert not rig.feeder.is_playing(float(rig.line.ring.read_index))
    assert rig.positions()[-1] == LENGTH
    assert rig.line.ring.under_runs == 0


def test_playing_from_the_end_stands_at_once() -> None:
    rig = Rig(FILM, SOUNDS)
    rig.feeder.seek(LENGTH)
    rig.feeder.play(1.0)
    rig.pull(4800)
    assert not rig.feeder.is_playing(float(rig.line.ring.read_index))
    assert not rig.heard.any()
    assert rig.positions()[-1] == LENGTH


def test_stop_fades_without_a_click_and_stands() -> None:
    rig = Rig(*film_of(tone()))
    rig.feeder.play(1.0)
    rig.pull(9600)
    rig.feeder.stop()
    at = rig.line.first_open_frame()
    rig.pull(4800)
    assert steepest(rig.heard) < SMOOTH
    assert not rig.heard[:, at + JOIN :].any()
    assert rig.heard[:, at : at + JOIN // 2].any()
    assert rig.positions()[-1] == rig.positions()[at + JOIN]
    assert rig.line.ring.under_runs == 0


def test_seek_while_playing_joins_without_a_click() -> None:
    rig = Rig(*film_of(tone()))
    rig.feeder.play(1.0)
    rig.pull(9600)
    rig.feeder.seek(100_037)
    at = rig.line.first_open_frame()
    rig.pull(9600)
    assert steepest(rig.heard) < SMOOTH
    assert bits(rig.heard[:, at + JOIN :]) == bits(
        tone()[:, 100_037 + JOIN :][:, : rig.heard.shape[1] - at - JOIN]
    )


def test_edit_is_heard_within_50_ms_without_a_click() -> None:
    film, sounds = film_of(tone())
    rig = Rig(film, sounds)
    rig.feeder.play(1.0)
    rig.pull(9600)
    asked = rig.line.ring.read_index
    quieter = replace(film, tracks=(replace(film.tracks[0], gain_db=-6.0),))
    rig.load(quieter)
    rig.pull(9600)
    position = round(rig.line.path.position_at(asked))
    new = np.concatenate(
        list(mix_blocks(quieter, sounds, SampleRange(position, position + 9600))), axis=1
    )
    late = round(0.05 * RATE_HZ)
    assert bits(rig.heard[:, asked + late :]) == bits(new[:, late : rig.heard.shape[1] - asked])
    assert steepest(rig.heard) < SMOOTH


def test_edit_elsewhere_changes_no_bit_of_what_is_heard() -> None:
    rig = Rig(FILM, SOUNDS)
    rig.feeder.play(1.0)
    at = rig.line.first_open_frame()
    rig.pull(9600)
    rig.load(replace(FILM, name="Renamed"))
    rig.pull(9600)
    played = rig.heard[:, at + JOIN :]
    expected = SOUNDS.streams["film", 0].audio[:, JOIN:] + np.float32(0.0)
    assert np.array_equal(played, expected[:, : played.shape[1]])


def test_loop_turns_without_a_click_and_without_end() -> None:
    rig = Rig(*film_of(tone()))
    rig.feeder.set_loop(SampleRange(4800, 4800 + 7001))
    rig.feeder.play(1.0)
    at = rig.line.first_open_frame()
    rig.pull(3 * RATE_HZ)
    assert steepest(rig.heard) < SMOOTH + 1.0 / SEAM_SAMPLES  # two unlike sounds crossfaded
    places = rig.positions()[at:]
    assert places[: 4800 + 7001] == list(range(4800 + 7001))
    assert set(places[4800 + 7001 :]) == set(range(4800, 4800 + 7001))


def test_loop_keeps_its_bits_but_for_the_seam() -> None:
    rig = Rig(FILM, SOUNDS)
    rig.feeder.seek(4800)
    rig.feeder.set_loop(SampleRange(4800, 9600))
    rig.feeder.play(1.0)
    at = rig.line.first_open_frame()
    rig.pull(RATE_HZ)
    once = SOUNDS.streams["film", 0].audio[:, 4800 : 9600 - SEAM_SAMPLES]
    for turn in (1, 2, 5):
        start = at + turn * 4800
        assert np.array_equal(rig.heard[:, start : start + 4800 - SEAM_SAMPLES], once)


def test_loop_in_reverse_turns_at_its_start() -> None:
    rig = Rig(*film_of(tone()))
    rig.feeder.set_loop(SampleRange(4800, 9600))
    rig.feeder.seek(7000)
    rig.feeder.play(-1.0)
    rig.pull(RATE_HZ)
    assert steepest(rig.heard) < SMOOTH
    assert set(rig.positions()[1200:]) == set(range(4800, 9600))


def test_loop_that_lies_behind_is_not_entered() -> None:
    rig = Rig(FILM, SOUNDS)
    rig.feeder.set_loop(SampleRange(1000, 5000))
    rig.feeder.seek(6000)
    rig.feeder.play(1.0)
    rig.pull(9600)
    assert rig.positions()[-1] > 12_000


def test_span_is_played_once_and_the_playhead_returns() -> None:
    rig = Rig(*film_of(tone()))
    rig.feeder.set_loop(SampleRange(0, 9600))
    rig.feeder.play_span(SampleRange(20_000, 26_040), 123)  # the tone is at its peak there
    at = rig.line.first_open_frame()
    rig.pull(9600)
    places = rig.positions()
    assert places[at : at + 6040] == list(range(20_000, 26_040))
    assert places[-1] == 123
    assert not rig.heard[:, at + 6040 :].any()
    assert steepest(rig.heard) < SMOOTH
    assert not rig.feeder.is_playing(float(rig.line.ring.read_index))


@pytest.mark.parametrize("speed", [2.0, -1.0, 0.25, -4.0, 8.0])
def test_shuttle_goes_over_without_a_click(speed: float) -> None:
    rig = Rig(*film_of(tone(hz=100.0)))
    rig.feeder.seek(200_000)
    rig.feeder.play(1.0)
    rig.pull(9600)
    rig.feeder.shuttle(speed)
    rig.pull(RATE_HZ // 2)
    assert steepest(rig.heard) < steepest(tone(hz=100.0)) * max(1.0, abs(speed)) * 1.1
    places = np.array(rig.positions())
    assert np.diff(places[-4800:]).mean() == pytest.approx(speed, abs=1e-3)
    changes = np.diff(places[2000:], 2)
    assert np.abs(changes).max() < 0.2  # the speed never jumps


def test_slow_shuttle_lowers_the_pitch() -> None:
    rig = Rig(*film_of(tone(hz=1000.0)))
    rig.feeder.seek(RATE_HZ)
    rig.feeder.shuttle(0.5)
    rig.pull(RATE_HZ)
    spectrum = np.abs(np.fft.rfft(rig.heard[0, -RATE_HZ // 2 :] * np.hanning(RATE_HZ // 2)))
    assert np.argmax(spectrum) * 2 == 500
    assert np.sort(spectrum)[-4] < spectrum.max() * 1e-3


def test_fast_shuttle_does_not_fold_high_tones_back() -> None:
    rig = Rig(*film_of(tone(hz=15_000.0)))
    rig.feeder.play(4.0)
    rig.pull(RATE_HZ // 2)
    assert np.abs(rig.heard[:, 4800:]).max() < 0.005


@pytest.mark.parametrize("before", [0.0, 1.7, 2.0])
def test_shuttle_to_normal_keeps_bits_again(before: float) -> None:
    rig = Rig(FILM, SOUNDS)
    rig.feeder.shuttle(before)
    rig.pull(RATE_HZ // 2)
    rig.feeder.shuttle(1.0)
    rig.pull(RATE_HZ)
    places = rig.positions()[-4800:]
    assert all(place == int(place) for place in places)
    expected = SOUNDS.streams["film", 0].audio[:, int(places[0]) : int(places[0]) + 4800]
    assert np.array_equal(rig.heard[:, -4800:], expected)


def test_shuttle_to_nothing_comes_to_a_stand() -> None:
    rig = Rig(*film_of(tone()))
    rig.feeder.play(1.0)
    rig.pull(9600)
    rig.feeder.shuttle(0.0)
    rig.pull(RATE_HZ // 2)
    assert not rig.feeder.is_playing(float(rig.line.ring.read_index))
    assert steepest(rig.heard) < SMOOTH
    assert not rig.heard[:, -4800:].any()
    assert rig.line.ring.under_runs == 0


def test_scrub_lets_a_grain_be_heard_and_the_playhead_stand() -> None:
    rig = Rig(*film_of(tone()))
    for position in range(50_000, 60_000, 1000):
        rig.feeder.scrub(position)
        rig.pull(960)
    at = rig.line.ring.read_index
    rig.pull(RATE_HZ)
    assert steepest(rig.heard) < SMOOTH
    assert rig.heard[:, at - 4800 : at].any()
    assert not rig.heard[:, at + round(GRAIN_SECONDS * RATE_HZ) + 1000 :].any()
    assert rig.positions()[-1] == 59_000
    assert rig.line.ring.under_runs == 0


def test_lack_is_counted_and_the_timeline_waits() -> None:
    rig = Rig(FILM, SOUNDS)
    rig.feeder.play(1.0)
    rig.pull(4800)
    rig.pull(RATE_HZ, is_fed=False)
    assert rig.line.ring.under_runs > 10
    ran_dry_at = rig.line.ring.write_index
    rig.feeder.fill()
    at = rig.line.first_open_frame()
    before = rig.line.ring.under_runs
    rig.pull(9600)
    assert rig.line.ring.under_runs <= before + 3
    places = rig.positions()
    assert places[at] == places[ran_dry_at]
    expected = SOUNDS.streams["film", 0].audio
    last = int(places[-1])
    assert np.array_equal(rig.heard[:, -4800:], expected[:, last - 4799 : last + 1])


class _Missing:
    """Sounds without one of the films."""

    def stream(self, media: Media, stream_index: int) -> ArraySound:
        if media.id == "gone":
            raise MediaError("gone.wav is missing; relink it.")
        return SOUNDS.stream(media, stream_index)

    def take(self, take: object) -> ArraySound:
        raise AssertionError(take)


def test_missing_sound_is_silent_and_said() -> None:
    film = project(
        track(lane(clip(0, LENGTH))),
        track(lane(clip(0, LENGTH, media_id=media(id_="gone").id), id_="b"), id_="two"),
        media=(media(length=LENGTH), media(id_="gone", length=LENGTH)),
    )
    rig = Rig(film, _Missing())  # type: ignore[arg-type]  # only what is asked of it
    rig.feeder.play(1.0)
    at = rig.line.first_open_frame()
    rig.pull(9600)
    assert rig.feeder.trouble == "gone.wav is missing; relink it."
    played: AudioBlock = rig.heard[:, at + JOIN :]
    expected = SOUNDS.streams["film", 0].audio[:, JOIN : JOIN + played.shape[1]]
    assert np.array_equal(played, expected)


def test_surround_goes_to_two_loudspeakers_as_the_standard_says() -> None:
    audio = noise(6, RATE_HZ, peak=0.1)
    rig = Rig(*surround(audio), channels=2, end_samples=RATE_HZ)
    rig.feeder.play(1.0)
    at = rig.line.first_open_frame()
    rig.pull(9600)
    left = audio[0] + np.sqrt(0.5) * (audio[2] + audio[4])
    played = rig.heard[0, at + JOIN :]
    np.testing.assert_allclose(played, left[JOIN : JOIN + len(played)], atol=1e-6)


def test_device_of_another_rate_hears_the_same_sound_in_time() -> None:
    rig = Rig(*film_of(tone(hz=1000.0)), rate_hz=44100, pull_frames=441)
    rig.feeder.play(1.0)
    at = rig.line.first_open_frame()
    rig.pull(44100)
    edited = replace(FILM, media=(replace(FILM.media[0], size_bytes=2),))
    rig.load(edited)
    rig.pull(44100)
    frames = np.arange(at + 1000, rig.line.ring.read_index)
    expected = 0.5 * np.sin(2 * np.pi * 1000.0 / 44100 * (frames - at))
    np.testing.assert_allclose(rig.heard[0, at + 1000 :], expected, atol=2e-4)
    places = rig.positions()
    assert places[at + 44100] == pytest.approx(48000, abs=1e-3)
    assert rig.line.ring.under_runs == 0


def test_switch_of_device_goes_on_where_it_was_heard() -> None:
    rig = Rig(FILM, SOUNDS)
    rig.feeder.play(1.0)
    rig.pull(9600)
    position = rig.line.path.position_at(9000.0)
    other = Rig(FILM, SOUNDS, rate_hz=RATE_HZ)
    other.line.path.jump(position)
    other.feeder = rig.feeder
    rig.feeder.switch(other.line, 9000.0)
    at = other.line.first_open_frame()
    other.pull(9600)
    assert other.positions()[at] == position
    expected = SOUNDS.streams["film", 0].audio[:, int(position) :]
    played = other.heard[:, at + JOIN :]
    assert np.array_equal(played, expected[:, JOIN : JOIN + played.shape[1]])


def test_meters_get_what_is_heard_when_it_is_heard() -> None:
    rig = Rig(FILM, SOUNDS)
    rig.feeder.play(1.0)
    at = rig.line.first_open_frame()
    rig.pull(9600)
    assert rig.line.take_heard(at - 1.0) == []
    heard = rig.line.take_heard(at + 4800.0)
    assert 4800 <= sum(mix.shape[1] for mix, _ in heard) <= 4800 + 1024
    assert set(heard[0][1]) == {"track"}


def test_edit_just_before_the_end_is_heard() -> None:
    rig = Rig(FILM, SOUNDS)
    rig.feeder.seek(LENGTH - 9600)
    rig.feeder.play(1.0)
    rig.pull(1920)
    rig.load(replace(FILM, tracks=(replace(FILM.tracks[0], is_muted=True),)))
    at = rig.line.first_open_frame()
    rig.pull(14400)
    assert rig.heard[:, at - 480 : at].any()
    assert not rig.heard[:, at + JOIN :].any()
    assert rig.positions()[-1] == LENGTH


def test_switch_of_device_just_before_the_end_plays_the_rest() -> None:
    rig = Rig(FILM, SOUNDS)
    rig.feeder.play_span(SampleRange(5000, 9800), 40)
    rig.pull(1920)
    position = rig.line.path.position_at(1500.0)
    other = Rig(FILM, SOUNDS)
    other.line.path.jump(position)
    rig.feeder.switch(other.line, 1500.0)
    other.feeder = rig.feeder
    other.pull(9600)
    assert max(other.positions()) == 9799
    assert other.positions()[-1] == 40


def test_late_wishes_keep_further_from_the_device_until_they_do_well() -> None:
    rig = Rig(FILM, SOUNDS)

    def headroom() -> int:
        return rig.line.first_open_frame() - rig.line.ring.read_index

    at_first = headroom()
    at = rig.line.first_open_frame()
    rig.line.begin(at)
    rig.pull(4800, is_fed=False)  # the device goes on while the sound is being made
    rig.line.finish(0.0)
    assert rig.line.late_joins == 1
    assert headroom() > at_first
    for _ in range(8):
        rig.feeder.scrub(1000)
    assert headroom() == at_first
