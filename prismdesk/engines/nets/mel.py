"""Log-mel spectrograms of the models' two sample rates, and the energy one reads from them.

M. Slaney, "Auditory Toolbox", 1998: mels are linear below 1 kHz (200/3 Hz each) and logarithmic
above (27 steps to 6.4 kHz); each band is a triangle of unit area over the frequency in Hz. The
bands weight the magnitude of the short-time spectrum, not its power.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

if TYPE_CHECKING:
    import numpy.typing as npt
    from torch import Tensor

_LINEAR_HZ_PER_MEL = 200.0 / 3.0
_BREAK_HZ = 1000.0
_BREAK_MELS = _BREAK_HZ / _LINEAR_HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27.0

_SMALLEST_POWER = 1e-9
_SMALLEST_BAND = 1e-5


@dataclass(frozen=True, slots=True)
class MelMode:
    """How one kind of spectrogram is made.

    Attributes:
        rate_hz: sample rate of the waveform.
        fft_samples: length of the window and of the transform.
        hop_samples: samples from frame to frame.
        bands: mel bands, from 0 Hz to ``highest_hz``.
        highest_hz: upper end of the last band.
        log_base: base of the logarithm.
    """

    rate_hz: int
    fft_samples: int
    hop_samples: int
    bands: int
    highest_hz: float
    log_base: float

    @property
    def padding_samples(self) -> int:
        """Samples mirrored at each end, so that a frame stands for each whole hop."""
        return (self.fft_samples - self.hop_samples) // 2


MEL_16K = MelMode(
    rate_hz=16_000,
    fft_samples=1024,
    hop_samples=256,
    bands=80,
    highest_hz=8_000.0,
    log_base=10.0,
)
MEL_44K = MelMode(
    rate_hz=44_100,
    fft_samples=2048,
    hop_samples=512,
    bands=128,
    highest_hz=22_050.0,
    log_base=float(np.e),
)

MEL_MODES = {"16k": MEL_16K, "44k": MEL_44K}


@dataclass(frozen=True, slots=True)
class MelScale:
    """From waveforms to log-mel spectrograms of one mode."""

    mode: MelMode

    def mel(self, wave: Tensor) -> Tensor:
        """Return the log-mel [B, bands, floor(N / hop)], float32, of a waveform [B, N].

        The waveform is cut to [-1, 1]. It is longer than ``mode.padding_samples``: its ends are
        mirrored.
        """
        return self.mel_of_mirrored(self.mirrored(wave))

    def mirrored(self, wave: Tensor) -> Tensor:
        """Return a waveform [B, N] in float32 within [-1, 1], with its ends mirrored."""
        padding = self.mode.padding_samples
        return functional.pad(wave.float().clamp(-1.0, 1.0), (padding, padding), mode="reflect")

    def mel_of_mirrored(self, wave: Tensor) -> Tensor:
        """Return the log-mel of a waveform, or of a part of one, that has its margins already."""
        mode = self.mode
        spectrum = torch.stft(
            wave,
            mode.fft_samples,
            hop_length=mode.hop_samples,
            window=_window(mode, wave.device),
            center=False,
            return_complex=True,
        )
        power = torch.view_as_real(spectrum).square().sum(-1)
        bands = _filters(mode, wave.device) @ (power + _SMALLEST_POWER).sqrt_()
        return bands.clamp_(min=_SMALLEST_BAND).log_().div_(float(np.log(mode.log_base)))


def mel_energy(log_mel: Tensor, mode: MelMode) -> Tensor:
    """Estimate the mean square of the waveform under each frame.

    Args:
        log_mel: [B, bands, F] of this mode.
        mode: how it was made.

    Returns:
        Linear energy [B, F], float32, where a full-scale sine has 0.5. A band's value is the mean
        magnitude in it; its square counts for every bin that the band stands for. Noise, whose
        magnitudes vary, therefore reads about 1 dB low.
    """
    magnitudes = torch.exp(log_mel.float() * float(np.log(mode.log_base)))
    return torch.einsum("bmf,m->bf", magnitudes.square(), _energy_weights(mode, log_mel.device))


@cache
def mel_filters(mode: MelMode) -> npt.NDArray[np.float64]:
    """Return the triangles, [bands, fft / 2 + 1]."""
    corners_hz = _corners_hz(mode)
    bins_hz = np.arange(mode.fft_samples // 2 + 1) * (mode.rate_hz / mode.fft_samples)
    widths_hz = corners_hz[2:, None] - corners_hz[:-2, None]
    return np.asarray(triangles(corners_hz, bins_hz) * (2.0 / widths_hz))


def triangles(
    corners_hz: npt.NDArray[np.float64], bins_hz: npt.NDArray[np.floating[Any]]
) -> npt.NDArray[np.float64]:
    """Return triangles of height 1 over some bins, [n, bins], between n + 2 rising corners."""
    low, centre, high = corners_hz[:-2, None], corners_hz[1:-1, None], corners_hz[2:, None]
    rising = (bins_hz - low) / (centre - low)
    falling = (high - bins_hz) / (high - centre)
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)))


def _corners_hz(mode: MelMode) -> npt.NDArray[np.float64]:
    highest_mels = _BREAK_MELS + np.log(mode.highest_hz / _BREAK_HZ) / _LOG_STEP
    mels = np.linspace(0.0, highest_mels, mode.bands + 2)
    above = _BREAK_HZ * np.exp(_LOG_STEP * (mels - _BREAK_MELS))
    return np.where(mels < _BREAK_MELS, mels * _LINEAR_HZ_PER_MEL, above)


@cache
def _filters(mode: MelMode, device: torch.device) -> Tensor:
    return torch.from_numpy(mel_filters(mode).astype(np.float32)).to(device)


@cache
def _window(mode: MelMode, device: torch.device) -> Tensor:
    return torch.hann_window(mode.fft_samples, periodic=True, device=device)


@cache
def _energy_weights(mode: MelMode, device: torch.device) -> Tensor:
    """Per band: bins it stands for / (its gain)², over what the window makes of a mean square."""
    gains = mel_filters(mode).sum(axis=1)
    corners_hz = _corners_hz(mode)
    bins = (corners_hz[2:] - corners_hz[:-2]) / 2.0 * mode.fft_samples / mode.rate_hz
    # One-sided spectrum: sum |X|² = N sum(w²) / 2 times the mean square; sum(w²) = 3 N / 8 (Hann).
    of_full_scale = mode.fft_samples * (3.0 * mode.fft_samples / 8.0) / 2.0
    return torch.from_numpy((bins / gains**2 / of_full_scale).astype(np.float32)).to(device)
