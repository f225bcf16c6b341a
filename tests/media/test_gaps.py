from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.errors import Cancelled
from prismdesk.media.gaps import Gap, GapKind, GapPlace, describe, find_gaps
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prismdesk.media.audio import AudioBlock

RATE_HZ = 48_000
MS = 48


def sound(seconds: float = 3.0, channels: int = 2, level: float = 0.1) -> AudioBlock:
    """Noise with a falling spectrum over a hum, another in each channel."""
    samples = round(seconds * RATE_HZ)
    white = np.random.default_rng(1).normal(0, 1, (channels, samples + 64))
    kernel = 0.9 ** np.arange(64)
    coloured = np.stack([np.convolve(row, kernel, "valid")[:samples] for row in white])
    hum = np.sin(2 * np.pi * 110 * np.arange(samples) / RATE_HZ)
    return (level * (0.3 * coloured + hum)).astype(np.float32)


def in_blocks(audio: AudioBlock, *lengths: int) -> Iterator[AudioBlock]:
    start = 0
    index = 0
    while start < audio.shape[1]:
        yield audio[:, start : start + lengths[index % len(lengths)]]
        start += lengths[index % len(lengths)]
        index += 1


def scan(audio: AudioBlock, *, picture_length_samples: int | None = None) -> tuple[Gap, ...]:
    return find_gaps(
        in_blocks(audio, 4096),
        rate_hz=RATE_HZ,
        picture_length_samples=picture_length_samples,
    )


def test_intact_sound_has_no_gaps() -> None:
    assert scan(sound(6.0)) == ()


@pytest.mark.parametrize("length_ms", [0.6, 5, 12, 80, 390])
@pytest.mark.parametrize("value", [0.0, 2e-5, 0.05])
def test_a_dropout_is_found_to_the_sample(length_ms: float, value: float) -> None:
    audio = sound()
    start = 70_003
    end = start + round(length_ms * MS)
    audio[:, start:end] = value
    (gap,) = scan(audio)
    assert gap.kind is GapKind.DROPOUT
    assert abs(gap.range.start_samples - start) <= 1
    assert abs(gap.range.end_samples - end) <= 1
    assert gap.channels == (0, 1)
    assert gap.confidence >= 0.5


@pytest.mark.parametrize("start", [65_536 - 300, 65_536 - 600, 65_535, 65_536, 65_537])
def test_window_borders_hide_nothing(start: int) -> None:
    audio = sound()
    audio[1, start : start + 600] = 0
    (gap,) = scan(audio)
    assert gap.range == SampleRange(start, start + 600)
    assert gap.channels == (1,)


def test_block_lengths_change_nothing() -> None:
    audio = sound(4.0)
    audio[0, 50_000:50_700] = 0
    audio[:, 100_000:130_000] = 0
    audio[1, 140_000] += 0.8
    audio[:, 150_000:] = 0
    whole = find_gaps([audio], rate_hz=RATE_HZ)
    assert [gap.kind for gap in whole] == ["dropout", "silence", "click", "silence"]
    assert find_gaps(in_blocks(audio, 1, 7, 30_001), rate_hz=RATE_HZ) == whole


def test_dropouts_of_several_channels_are_one() -> None:
    audio = sound()
    audio[0, 60_000:60_500] = 0
    audio[1, 60_100:60_700] = 0
    (gap,) = scan(audio)
    assert (gap.range, gap.channels) == (SampleRange(60_000, 60_700), (0, 1))


def test_silence_with_cut_edges_is_surely_a_fault() -> None:
    audio = sound(4.0)
    audio[:, 48_000:86_400] = 0
    (gap,) = scan(audio)
    assert (gap.kind, gap.range) == (GapKind.SILENCE, SampleRange(48_000, 86_400))
    assert gap.place is GapPlace.MIDDLE
    assert gap.confidence >= 0.9


def test_silence_between_fades_may_be_meant() -> None:
    audio = sound(4.0)
    audio[:, 48_000:86_400] = 0
    audio[:, 43_000:48_000] *= np.linspace(1, 0, 5_000, dtype=np.float32) ** 4
    audio[:, 86_400:91_400] *= np.linspace(0, 1, 5_000, dtype=np.float32) ** 4
    (gap,) = scan(audio)
    assert gap.kind is GapKind.SILENCE
    assert gap.confidence < 0.5


def test_a_fade_to_zero_and_back_is_no_dropout() -> None:
    audio = sound()
    audio[:, 60_000:64_800] = 0
    audio[:, 55_000:60_000] *= np.linspace(1, 0, 5_000, dtype=np.float32) ** 4
    assert scan(audio) == ()


def test_silence_at_the_head_may_be_meant() -> None:
    audio = sound()
    audio[:, :40_000] = 0
    (gap,) = scan(audio)
    assert (gap.place, gap.range) == (GapPlace.HEAD, SampleRange(0, 40_000))
    assert gap.confidence < 0.5


def test_sound_that_ends_before_the_picture_is_silence_at_the_tail() -> None:
    audio = sound(2.0)
    assert scan(audio, picture_length_samples=96_000 + 10_000) == ()
    (gap,) = scan(audio, picture_length_samples=96_000 + 30_000)
    assert (gap.kind, gap.place) == (GapKind.SILENCE, GapPlace.TAIL)
    assert gap.range == SampleRange(96_000, 126_000)
    audio[:, 90_000:] = 0
    (gap,) = scan(audio, picture_length_samples=96_000 + 30_000)
    assert gap.range == SampleRange(90_000, 126_000)
    assert gap.confidence >= 0.5


def test_a_silent_film_is_one_silence() -> None:
    (gap,) = scan(np.zeros((2, 200_000), np.float32), picture_length_samples=300_000)
    assert (gap.kind, gap.place) == (GapKind.SILENCE, GapPlace.WHOLE)
    assert gap.range == SampleRange(0, 300_000)


def test_nothing_at_all_has_no_gaps() -> None:
    assert scan(np.zeros((2, 0), np.float32)) == ()


def test_an_unused_channel_is_no_gap() -> None:
    audio = sound(channels=3)
    audio[2] = 0
    assert scan(audio) == ()
    audio[:, 48_000:96_000] = 0
    (gap,) = scan(audio)
    assert gap.channels == (0, 1, 2)


def test_a_channel_lost_for_long_is_silence_in_it() -> None:
    audio = sound()
    audio[1, 48_000:96_000] = 0
    (gap,) = scan(audio)
    assert (gap.kind, gap.channels) == (GapKind.SILENCE, (1,))


def coder_noise(samples: int, level_db: float) -> AudioBlock:
    """What a lossy coder leaves in a hole of ``sound()``."""
    noise = np.random.default_rng(4).normal(0, 0.1 * 10 ** (level_db / 20), (2, samples))
    return noise.astype(np.float32)


@pytest.mark.parametrize("length_ms", [3, 10, 40])
@pytest.mark.parametrize("start", [50_000, 65_536 - 100])
def test_a_dropout_that_a_coder_filled_with_noise_is_found(length_ms: int, start: int) -> None:
    audio = sound()
    end = start + length_ms * MS
    audio[:, start:end] = coder_noise(end - start, -40)
    (gap,) = scan(audio)
    assert (gap.kind, gap.channels) == (GapKind.DROPOUT, (0, 1))
    assert abs(gap.range.start_samples - start) < MS / 2
    assert abs(gap.range.end_samples - end) < MS / 2


@pytest.mark.parametrize(("length", "kind"), [(9_600, "dropout"), (48_000, "silence")])
def test_a_long_hole_with_noisy_edges_is_found_whole(length: int, kind: str) -> None:
    audio = sound(4.0)
    start, end = 60_000, 60_000 + length
    audio[:, start:end] = coder_noise(length, -40)
    audio[:, start + 1_000 : end - 1_000] = 0
    (gap,) = scan(audio)
    assert gap.kind == kind
    assert gap.confidence >= 0.5
    assert abs(gap.range.start_samples - start) < MS / 2
    assert abs(gap.range.end_samples - end) < MS / 2


def test_a_pause_with_noise_in_it_is_no_hole() -> None:
    audio = sound()
    audio[:, 60_000:70_000] = coder_noise(10_000, -40)
    assert scan(audio) == ()


def test_a_hole_that_fades_in_again_is_none() -> None:
    audio = sound()
    audio[:, 60_000:61_000] = coder_noise(1_000, -40)
    audio[:, 61_000:66_000] *= np.linspace(0, 1, 5_000, dtype=np.float32) ** 2
    assert scan(audio) == ()


def test_clipped_peaks_are_no_dropouts() -> None:
    audio = np.clip(sound(level=0.8) * 4, -0.7, 0.7)
    assert [gap for gap in scan(audio) if gap.kind is GapKind.DROPOUT] == []


@pytest.mark.parametrize("width", [1, 3, 40])
def test_a_click_is_found_where_it_is(width: int) -> None:
    audio = sound()
    start = 80_011
    burst = np.random.default_rng(2).choice([-0.5, 0.5], width)
    audio[0, start : start + width] += burst.astype(np.float32)
    (gap,) = scan(audio)
    assert gap.kind is GapKind.CLICK
    assert gap.channels == (0,)
    assert abs(gap.range.start_samples - start) <= 2
    assert abs(gap.range.end_samples - (start + width)) <= 2


def test_an_attack_is_no_click() -> None:
    audio = sound(level=0.02)
    decay = np.exp(-np.arange(9_600) / 1_000)
    burst = np.random.default_rng(3).normal(0, 0.5, (2, 9_600)) * decay
    for start in (40_000, 70_000, 100_000):
        audio[:, start : start + 9_600] += burst.astype(np.float32)
    assert scan(audio) == ()


def test_pulses_that_come_again_are_no_clicks() -> None:
    audio = sound(level=0.02)
    audio[:, ::500] += 0.5
    assert scan(audio) == ()


def test_the_edges_of_a_dropout_are_no_clicks() -> None:
    audio = sound(level=0.5)
    audio[:, 60_000:60_300] = 0
    assert [gap.kind for gap in scan(audio)] == [GapKind.DROPOUT]


def test_invalid_samples_do_not_hide_the_rest() -> None:
    audio = sound()
    audio[0, 30_000] = np.nan
    audio[1, 100_000:100_700] = 0
    assert SampleRange(100_000, 100_700) in [gap.range for gap in scan(audio)]


def test_progress_rises_to_one_and_cancel_stops() -> None:
    told: list[float] = []
    audio = sound(4.0)
    find_gaps([audio], rate_hz=RATE_HZ, length_samples=audio.shape[1], progress=told.append)
    assert told[-1] == 1.0
    assert all(later >= earlier for earlier, later in pairwise(told))
    with pytest.raises(Cancelled):
        find_gaps([audio], rate_hz=RATE_HZ, cancelled=lambda: True)


def test_a_gap_is_described_in_a_few_words() -> None:
    gap = Gap(kind=GapKind.DROPOUT, range=SampleRange(0, 576), channels=(1,), confidence=0.9)
    assert describe(gap, rate_hz=RATE_HZ, channel_names=("L", "R")) == "dropout of 12.0 ms in R"
    assert describe(gap, rate_hz=RATE_HZ) == "dropout of 12.0 ms in 2"
    tail = Gap(
        kind=GapKind.SILENCE,
        range=SampleRange(0, 96_000),
        channels=(0, 1),
        confidence=0.9,
        place=GapPlace.TAIL,
    )
    words = describe(tail, rate_hz=RATE_HZ, channel_names=("L", "R"))
    assert words == "digital silence of 2.00 s, the sound ends before the film"
