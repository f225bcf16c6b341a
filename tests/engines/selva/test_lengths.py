from __future__ import annotations

import math

import pytest

from prismdesk.engines.selva.lengths import (
    MINIMUM_SECONDS,
    NATURAL_SECONDS,
    SequenceLengths,
    lengths_of,
    samples_per_latent_frame,
)


def test_eight_seconds_have_the_trained_lengths() -> None:
    assert lengths_of(NATURAL_SECONDS, 16000) == SequenceLengths(250, 64, 24, 192, 128000)
    assert lengths_of(NATURAL_SECONDS, 44100) == SequenceLengths(345, 64, 24, 192, 353280)


def test_shortest_duration_holds_one_segment() -> None:
    assert lengths_of(MINIMUM_SECONDS, 44100).sync_segments == 1


@pytest.mark.parametrize("rate_hz", [16000, 44100])
def test_sound_is_never_shorter_than_wanted(rate_hz: int) -> None:
    for hundredths in range(64, 1200, 7):
        lengths = lengths_of(hundredths / 100, rate_hz)

        assert lengths.audio_samples >= math.floor(hundredths / 100 * rate_hz)
        assert lengths.audio_samples == lengths.latent_frames * samples_per_latent_frame(rate_hz)


@pytest.mark.parametrize("seconds", [0.0, 0.63, -8.0, math.nan, math.inf])
def test_impossible_duration_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match=r"0\.64 s is the shortest"):
        lengths_of(seconds, 16000)


def test_other_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="48000"):
        lengths_of(8.0, 48000)
