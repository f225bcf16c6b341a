from __future__ import annotations

import math

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prismdesk.errors import Cancelled
from prismdesk.media.loudness import Loudness, LoudnessMeter, channel_weights, measure_loudness
from prismdesk.project.model import ChannelLayout
from tests.media.loudness_sounds import ffmpeg_loudness, programme, tone

RATE_HZ = 48000
INF = math.inf
BEHIND = frozenset({"Cb", "Lb", "Rb"})


def _measure(*parts: np.ndarray, layout: ChannelLayout = ChannelLayout.STEREO) -> Loudness:
    return measure_loudness(parts, RATE_HZ, layout)


def _levels(*steps: tuple[float, float]) -> list[np.ndarray]:
    """Stereo tones of 1 kHz: (level in dB, seconds) one after the other."""
    return [tone((level, level), seconds) for level, seconds in steps]


# EBU Tech 3341, table 1, cases 1 to 6, each to be within 0.1 LU.
def test_case_1_tone_at_minus_23_is_minus_23_in_all_windows() -> None:
    found = _measure(*_levels((-23, 20)))
    assert found.max_momentary_lufs == pytest.approx(-23.0, abs=0.05)
    assert found.max_short_term_lufs == pytest.approx(-23.0, abs=0.05)
    assert found.integrated_lufs == pytest.approx(-23.0, abs=0.05)


@pytest.mark.parametrize(
    ("steps", "expected_lufs"),
    [
        ([(-33, 20)], -33.0),
        ([(-36, 10), (-23, 60), (-36, 10)], -23.0),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23.0),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23.0),
    ],
    ids=["case 2", "case 3", "case 4", "case 5"],
)
def test_gates_give_the_integrated_loudness_of_the_standard(
    steps: list[tuple[float, float]], expected_lufs: float
) -> None:
    assert _measure(*_levels(*steps)).integrated_lufs == pytest.approx(expected_lufs, abs=0.1)


def test_case_6_surround_channels_are_weighted_and_summed() -> None:
    levels = (-28.0, -28.0, -24.0, -INF, -30.0, -30.0)
    found = _measure(tone(levels, 20), layout=ChannelLayout.SURROUND_5_1)
    assert found.integrated_lufs == pytest.approx(-23.0, abs=0.1)


def test_case_9_alternating_levels_keep_short_term_steady() -> None:
    steps = _levels(*([(-20, 1.34), (-30, 1.66)] * 5))
    meter = LoudnessMeter(RATE_HZ, ChannelLayout.STEREO)
    for step in steps[:2]:
        meter.add(step)
    for block in np.array_split(np.concatenate(steps[2:], axis=1), 120, axis=1):
        meter.add(block)
        assert meter.short_term_lufs == pytest.approx(-23.0, abs=0.1)


def test_case_12_alternating_levels_keep_momentary_steady() -> None:
    sound = np.concatenate(_levels(*([(-20, 0.18), (-30, 0.22)] * 25)), axis=1)
    meter = LoudnessMeter(RATE_HZ, ChannelLayout.STEREO)
    for start in range(0, sound.shape[1], 4800):
        meter.add(sound[:, start : start + 4800])
        if start > RATE_HZ:
            assert meter.momentary_lufs == pytest.approx(-23.0, abs=0.1)


# EBU Tech 3341, cases 15 to 20: peaks between the samples, to be within +0.2 and -0.4 dB.
@pytest.mark.parametrize(
    ("divisor", "degrees", "level", "expected_dbtp"),
    [(4, 0, 0.5, -6.0), (4, 45, 0.5, -6.0), (6, 60, 0.5, -6.0), (8, 67.5, 0.5, -6.0)],
)
def test_true_peak_lies_between_the_samples(
    divisor: int, degrees: float, level: float, expected_dbtp: float
) -> None:
    sound = tone((20 * math.log10(level),), 1.0, hz=RATE_HZ / divisor, phase=math.radians(degrees))
    sound *= np.minimum(1, np.arange(RATE_HZ) / 4800, dtype=np.float32)
    sound *= np.minimum(1, np.arange(RATE_HZ, 0, -1) / 4800, dtype=np.float32)
    found = _measure(sound, layout=ChannelLayout.MONO).true_peak_dbtp
    assert expected_dbtp - 0.1 < found < expected_dbtp + 0.05


def test_true_peak_goes_over_full_scale() -> None:
    sound = tone((3.0,), 1.0, hz=RATE_HZ / 4, phase=math.radians(45))
    sound *= np.minimum(1, np.arange(RATE_HZ) / 4800, dtype=np.float32)
    assert _measure(sound, layout=ChannelLayout.MONO).true_peak_dbtp > 2.9


def test_true_peak_of_the_last_samples_counts() -> None:
    sound = np.zeros((1, RATE_HZ + 2000), np.float32)
    sound[0, -2:] = 0.5  # between two equal samples the sound swells
    found = _measure(sound, layout=ChannelLayout.MONO).true_peak_dbtp
    assert found == pytest.approx(20 * math.log10(0.5 * 4 / math.pi), abs=0.1)


# EBU Tech 3342, cases 1 to 4, each to be within 1 LU.
@pytest.mark.parametrize(
    ("levels", "expected_lu"),
    [
        ((-20, -30), 10.0),
        ((-20, -15), 5.0),
        ((-40, -20), 20.0),
        ((-50, -35, -20, -35, -50), 15.0),
    ],
)
def test_range_is_that_of_the_standard(levels: tuple[float, ...], expected_lu: float) -> None:
    found = _measure(*_levels(*((level, 20.0) for level in levels))).range_lu
    assert found == pytest.approx(expected_lu, abs=0.1)


@pytest.mark.parametrize("rate_hz", [44100, 48000])
@pytest.mark.parametrize("channels", [1, 2, 5])
def test_integrated_agrees_with_pyloudnorm(rate_hz: int, channels: int) -> None:
    layout = next(one for one in ChannelLayout if one.channels == channels)
    sound = programme(channels, 12, rate_hz=rate_hz)
    theirs = pyloudnorm.Meter(rate_hz).integrated_loudness(sound.T.astype(np.float64))
    ours = measure_loudness([sound], rate_hz, layout).integrated_lufs
    assert ours == pytest.approx(theirs, abs=0.1)


@pytest.mark.parametrize("layout", list(ChannelLayout))
def test_all_layouts_agree_with_ffmpeg(layout: ChannelLayout) -> None:
    sound = programme(layout.channels, 6, rate_hz=RATE_HZ, seed=layout.channels)
    # FFmpeg weighs the channels behind the listener 1.41 as well; BS.1770-4, table 4, 1.0.
    for channel, name in enumerate(layout.channel_names):
        if name in BEHIND:
            sound[channel] = 0.0
    ours = _measure(sound, layout=layout)
    theirs = ffmpeg_loudness(sound, RATE_HZ, layout)
    assert ours.integrated_lufs == pytest.approx(theirs.integrated_lufs, abs=0.05)
    assert ours.max_momentary_lufs == pytest.approx(max(theirs.momentary_lufs), abs=0.02)
    assert ours.max_short_term_lufs == pytest.approx(max(theirs.short_term_lufs), abs=0.02)


@pytest.mark.parametrize("rate_hz", [8000, 11025, 22050, 44100, 48000, 88200, 96000, 192000])
def test_all_rates_agree_with_ffmpeg(rate_hz: int) -> None:
    # FFmpeg's steps are whole samples, so at 11025 Hz its last block may be another: 30 s hide it.
    sound = programme(2, 30 if rate_hz < 20000 else 6, rate_hz=rate_hz)
    ours = measure_loudness([sound], rate_hz, ChannelLayout.STEREO)
    theirs = ffmpeg_loudness(sound, rate_hz, ChannelLayout.STEREO)
    assert ours.integrated_lufs == pytest.approx(theirs.integrated_lufs, abs=0.1)
    assert ours.true_peak_dbtp == pytest.approx(theirs.true_peak_dbtp, abs=0.2)


def test_range_agrees_with_ffmpeg() -> None:
    rng = np.random.default_rng(4)
    levels = np.repeat(10 ** (rng.uniform(-45, -12, 30) / 20), 3 * RATE_HZ)
    sound = (0.3 * levels * rng.standard_normal((2, levels.size))).astype(np.float32)
    ours = _measure(sound).range_lu
    assert ours == pytest.approx(
        ffmpeg_loudness(sound, RATE_HZ, ChannelLayout.STEREO).range_lu, abs=0.1
    )


def test_side_channels_weigh_more_and_lfe_nothing() -> None:
    assert channel_weights(ChannelLayout.SURROUND_7_1) == (1, 1, 1, 0, 1, 1, 1.41, 1.41)
    assert channel_weights(ChannelLayout.QUAD) == (1, 1, 1.41, 1.41)


def test_lfe_alone_is_silence_with_a_true_peak() -> None:
    sound = tone((-INF, -INF, -INF, -6.0, -INF, -INF), 4, hz=60)
    found = _measure(sound, layout=ChannelLayout.SURROUND_5_1)
    assert found.integrated_lufs == -INF
    assert found.true_peak_dbtp == pytest.approx(-6.0, abs=0.1)


def test_silence_is_minus_infinity() -> None:
    found = _measure(np.zeros((2, 5 * RATE_HZ), np.float32))
    assert found == Loudness(
        integrated_lufs=-INF,
        range_lu=0.0,
        true_peak_dbtp=-INF,
        max_momentary_lufs=-INF,
        max_short_term_lufs=-INF,
    )


def test_sound_over_full_scale_is_measured_as_it_is() -> None:
    assert _measure(*_levels((20, 5))).integrated_lufs == pytest.approx(20.0, abs=0.05)
    assert _measure(*_levels((60, 5))).integrated_lufs == pytest.approx(60.0, abs=0.05)


def test_sound_shorter_than_a_gating_block_has_no_integrated_loudness() -> None:
    assert _measure(*_levels((-10, 0.39))).integrated_lufs == -INF
    assert _measure(*_levels((-10, 0.41))).integrated_lufs > -INF


def test_samples_that_are_no_numbers_count_as_silence() -> None:
    sound = tone((-23.0, -23.0), 5)
    holed, zeroed = sound.copy(), sound.copy()
    holed[0, 1000:1003], holed[1, 9000] = (math.nan, INF, -INF), math.nan
    zeroed[0, 1000:1003], zeroed[1, 9000] = 0.0, 0.0
    assert _measure(holed) == _measure(zeroed)


_PROGRAMME = programme(2, 5, rate_hz=8000)
_WHOLE = measure_loudness([_PROGRAMME], 8000, ChannelLayout.STEREO)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, _PROGRAMME.shape[1]), max_size=60).map(sorted))
def test_size_of_blocks_does_not_matter(cuts: list[int]) -> None:
    blocks = np.split(_PROGRAMME, cuts, axis=1)
    found = measure_loudness(blocks, 8000, ChannelLayout.STEREO)
    for name in Loudness.__slots__:
        assert getattr(found, name) == pytest.approx(getattr(_WHOLE, name), abs=1e-5)


def test_pause_empties_the_windows_alone() -> None:
    meter = LoudnessMeter(RATE_HZ, ChannelLayout.STEREO)
    meter.add(tone((-20.0, -20.0), 5))
    before = meter.integrated_lufs
    meter.forget_windows()
    assert (meter.momentary_lufs, meter.short_term_lufs) == (-INF, -INF)
    meter.add(np.zeros((2, 30000), np.float32))
    assert meter.integrated_lufs == before
    assert meter.true_peak_dbtp == pytest.approx(-20.0, abs=0.1)


def test_reset_meter_is_like_a_new_one() -> None:
    meter = LoudnessMeter(RATE_HZ, ChannelLayout.STEREO)
    meter.add(programme(2, 4.05, rate_hz=RATE_HZ))
    meter.reset()
    sound = tone((-30.0, -30.0), 4)
    meter.add(sound)
    expected = _measure(sound)
    assert meter.integrated_lufs == expected.integrated_lufs
    assert meter.max_momentary_lufs == expected.max_momentary_lufs
    assert meter.true_peak_dbtp == pytest.approx(expected.true_peak_dbtp, abs=0.2)


def test_wrong_channels_are_refused() -> None:
    meter = LoudnessMeter(RATE_HZ, ChannelLayout.STEREO)
    with pytest.raises(ValueError, match="for 2 channels"):
        meter.add(np.zeros((1, 100), np.float32))


def test_measuring_tells_progress_and_stops_when_cancelled() -> None:
    blocks = [np.zeros((1, 4800), np.float32)] * 4
    told: list[float] = []
    measure_loudness(
        blocks, RATE_HZ, ChannelLayout.MONO, length_samples=4 * 4800, progress=told.append
    )
    assert told == [0.25, 0.5, 0.75, 1.0, 1.0]
    with pytest.raises(Cancelled):
        measure_loudness(blocks, RATE_HZ, ChannelLayout.MONO, cancelled=lambda: len(told) == 5)
