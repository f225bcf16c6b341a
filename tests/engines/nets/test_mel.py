from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from prismdesk.engines.nets.mel import MelScale
from prismdesk.engines.nets.mel_bands import MEL_16K, MEL_44K, MelMode, mel_filters

MODES = pytest.mark.parametrize("mode", [MEL_16K, MEL_44K], ids=["16k", "44k"])


def _sine(mode: MelMode, amplitude: float, frequency_hz: float) -> torch.Tensor:
    times = torch.arange(40 * mode.hop_samples, dtype=torch.float64) / mode.rate_hz
    return (amplitude * torch.sin(2 * math.pi * frequency_hz * times)).float()[None]


@MODES
def test_frame_stands_for_each_whole_hop(mode: MelMode) -> None:
    wave = torch.zeros(2, 9 * mode.hop_samples + mode.hop_samples - 1)

    assert MelScale(mode).mel(wave).shape == (2, mode.bands, 9)


@MODES
def test_silence_is_logarithm_of_smallest_band(mode: MelMode) -> None:
    mel = MelScale(mode).mel(torch.zeros(1, 8 * mode.hop_samples))

    assert mel.min().item() == mel.max().item()
    assert mel.max().item() == pytest.approx(-5.0 if mode is MEL_16K else math.log(1e-5))


@MODES
def test_bands_have_unit_area(mode: MelMode) -> None:
    areas = mel_filters(mode).sum(axis=1) * mode.rate_hz / mode.fft_samples

    # Narrow bands meet too few bins for the sum to be the integral.
    assert areas[-20:] == pytest.approx(np.ones(20), rel=0.02)


@MODES
def test_sound_beyond_full_scale_is_cut(mode: MelMode) -> None:
    loud = _sine(mode, 3.0, 500.0)

    assert torch.equal(MelScale(mode).mel(loud), MelScale(mode).mel(loud.clamp(-1.0, 1.0)))


@MODES
def test_spectrogram_of_half_precision_sound_is_float32(mode: MelMode) -> None:
    wave = _sine(mode, 0.5, 500.0).half()

    mel = MelScale(mode).mel(wave)

    assert mel.dtype == torch.float32
    assert torch.equal(mel, MelScale(mode).mel(wave.float()))


@MODES
def test_spectrogram_of_part_equals_that_of_whole(mode: MelMode) -> None:
    torch.manual_seed(0)
    wave = 0.1 * torch.randn(1, 30 * mode.hop_samples)
    scale = MelScale(mode)
    first, stop = 7 * mode.hop_samples, 19 * mode.hop_samples + 2 * mode.padding_samples

    part = scale.mel_of_mirrored(scale.mirrored(wave)[:, first:stop])

    torch.testing.assert_close(part, scale.mel(wave)[..., 7:19], rtol=0.0, atol=2e-5)
