from __future__ import annotations

import math
import threading
from dataclasses import dataclass

import numpy as np
import pytest

from prismdesk.media.loudness import measure_loudness
from prismdesk.playback.meters import ChannelMeters, MixMeters
from prismdesk.project.ids import TrackId
from prismdesk.project.model import ChannelLayout
from tests.media.loudness_sounds import programme, tone

RATE_HZ = 48000
A, B = TrackId("a"), TrackId("b")
INF = math.inf
SILENT = ChannelMeters((-INF, -INF), (-INF, -INF), (False, False))


@dataclass
class Clock:
    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


def _meters(layout: ChannelLayout = ChannelLayout.STEREO, clock: Clock | None = None) -> MixMeters:
    return MixMeters(RATE_HZ, layout, (A, B), seconds_now=clock or Clock())


def _play(meters: MixMeters, sound: np.ndarray, block_samples: int = 480) -> None:
    for start in range(0, sound.shape[1], block_samples):
        meters.add(sound[:, start : start + block_samples], {})


def test_new_meters_show_silence() -> None:
    reading = _meters().reading()
    assert reading.mix == SILENT
    assert reading.tracks == ((A, SILENT), (B, SILENT))
    assert reading.integrated_lufs == -INF
    assert reading.correlation is None


def test_peaks_are_those_of_mix_and_tracks() -> None:
    meters = _meters()
    mix = np.array([[0.0, -0.5, 0.1], [0.25, 0.0, 0.0]], np.float32)
    track = np.array([[0.1, 0.0, -1.5], [0.0, 0.0, 0.0]], np.float32)
    meters.add(mix, {B: track, TrackId("unknown"): mix})
    reading = meters.reading()
    assert reading.mix.peak_db == pytest.approx((-6.0206, -12.0412), abs=1e-3)
    assert reading.tracks[0] == (A, SILENT)
    assert reading.tracks[1][1].peak_db == pytest.approx((3.5218, -INF), abs=1e-3)
    assert reading.tracks[1][1].is_clipped == (True, False)
    assert reading.mix.is_clipped == (False, False)


def test_track_may_have_channels_of_its_own() -> None:
    meters = _meters()
    mix = np.zeros((2, 480), np.float32)
    meters.add(mix, {A: np.full((1, 480), 0.1, np.float32), B: np.full((3, 480), 1.0, np.float32)})
    tracks = dict(meters.reading().tracks)
    assert tracks[A].peak_db == pytest.approx((-20.0,), abs=1e-3)
    assert tracks[B].is_clipped == (True, True, True)


def test_loudness_is_that_of_the_mix() -> None:
    meters = _meters()
    sound = programme(2, 6, rate_hz=RATE_HZ)
    _play(meters, sound, 500)
    whole = measure_loudness([sound], RATE_HZ, ChannelLayout.STEREO)
    reading = meters.reading()
    assert reading.integrated_lufs == pytest.approx(whole.integrated_lufs, abs=1e-6)
    assert reading.range_lu == pytest.approx(whole.range_lu, abs=1e-6)
    assert reading.true_peak_dbtp == pytest.approx(whole.true_peak_dbtp, abs=0.01)


def test_momentary_and_short_term_follow() -> None:
    meters = _meters()
    _play(meters, tone((-23, -23), 4))
    _play(meters, tone((-33, -33), 0.5))
    reading = meters.reading()
    assert reading.momentary_lufs == pytest.approx(-33.0, abs=0.1)
    assert -25 < reading.short_term_lufs < -23
    assert reading.correlation == pytest.approx(1.0)


@pytest.mark.parametrize("layout", list(ChannelLayout))
def test_all_layouts_are_metered(layout: ChannelLayout) -> None:
    meters = _meters(layout)
    _play(meters, programme(layout.channels, 0.5, rate_hz=RATE_HZ))
    reading = meters.reading()
    assert len(reading.mix.peak_db) == layout.channels
    assert math.isfinite(reading.integrated_lufs)
    assert (reading.correlation is None) == (layout is ChannelLayout.MONO)


def test_bars_fall_by_the_clock_in_silence() -> None:
    clock = Clock()
    meters = _meters(clock=clock)
    _play(meters, tone((0.0, -6.0), 0.1))
    for _ in range(17):
        clock.seconds += 0.1
        meters.silence()
    assert meters.reading().mix.peak_db == pytest.approx((-20.0, -26.0), abs=0.1)
    clock.seconds += 60
    meters.silence()
    assert meters.reading().mix.peak_db == (-INF, -INF)


def test_silence_keeps_integrated_and_drops_what_is_heard_now() -> None:
    meters = _meters()
    _play(meters, tone((-23, -23), 4))
    before = meters.reading()
    meters.silence()
    after = meters.reading()
    assert (after.momentary_lufs, after.short_term_lufs) == (-INF, -INF)
    assert after.correlation is None
    assert after.integrated_lufs == before.integrated_lufs
    assert after.true_peak_dbtp == before.true_peak_dbtp


def test_clearing_clips_keeps_loudness() -> None:
    meters = _meters()
    _play(meters, tone((3.0, 3.0), 1.0))
    meters.reset_clips()
    reading = meters.reading()
    assert reading.mix.is_clipped == (False, False)
    assert math.isfinite(reading.integrated_lufs)


def test_other_tracks_keep_the_loudness() -> None:
    meters = _meters()
    _play(meters, tone((-23, -23), 2))
    before = meters.reading()
    meters.set_tracks((B, TrackId("c")))
    meters.add(np.zeros((2, 480), np.float32), {TrackId("c"): np.ones((2, 480), np.float32)})
    after = meters.reading()
    assert after.integrated_lufs == before.integrated_lufs
    assert [track_id for track_id, _ in after.tracks] == [B, "c"]
    assert after.tracks[1][1].is_clipped == (True, True)


@pytest.mark.parametrize("rate_hz", [1, 7, 60, 1000, 3000])
def test_rates_below_all_standards_do_no_harm(rate_hz: int) -> None:
    meters = MixMeters(rate_hz, ChannelLayout.STEREO, ())
    _play(meters, programme(2, 5, rate_hz=max(rate_hz, 100)))
    assert not math.isnan(meters.reading().integrated_lufs)


def test_reset_shows_silence_at_once() -> None:
    meters = _meters()
    _play(meters, tone((3.0, 3.0), 1.0))
    meters.reset()
    assert meters.reading() == _meters().reading()


def test_reading_is_not_changed_by_what_comes() -> None:
    meters = _meters()
    _play(meters, tone((-20.0, -20.0), 0.1))
    reading = meters.reading()
    copy = (reading.mix.peak_db, reading.mix.is_clipped)
    _play(meters, tone((3.0, 3.0), 0.1))
    assert (reading.mix.peak_db, reading.mix.is_clipped) == copy


def test_readings_are_whole_while_another_thread_feeds() -> None:
    meters = _meters()
    is_over = threading.Event()
    block = np.full((2, 480), 0.5, np.float32)

    def feed() -> None:
        channels = 1
        while not is_over.is_set():
            channels = 3 - channels  # the track's channels change all the time
            meters.add(block, {A: block[:channels]})

    thread = threading.Thread(target=feed)
    thread.start()
    try:
        for count in range(2000):
            reading = meters.reading()
            assert len(reading.mix.peak_db) == 2
            assert [track_id for track_id, _ in reading.tracks] == [A, B]
            assert len(reading.tracks[0][1].peak_db) in (1, 2)
            if count % 100 == 0:
                meters.reset()
    finally:
        is_over.set()
        thread.join()


def test_a_track_is_measured_instead_of_the_mix() -> None:
    """The track is a mono tone; the mix is silent."""
    track = TrackId("track-1")
    meters = MixMeters(RATE_HZ, ChannelLayout.STEREO, (track,))
    meters.measure(track)
    sine = np.sin(np.arange(RATE_HZ) * 0.1).astype(np.float32).reshape(1, -1)
    meters.add(np.zeros((2, RATE_HZ), np.float32), {track: sine})
    reading = meters.reading()
    assert reading.measured_id == track
    assert reading.measured == dict(reading.tracks)[track]
    assert reading.momentary_lufs > -10
    meters.measure(None)
    meters.add(np.zeros((2, RATE_HZ), np.float32), {track: sine})
    assert meters.reading().momentary_lufs < -100
    assert meters.reading().measured == meters.reading().mix
