"""Mel bands over the frequencies of a short-time spectrum.

M. Slaney, "Auditory Toolbox", 1998: mels are linear below 1 kHz (200/3 Hz each) and logarithmic
above (27 steps to 6.4 kHz); each band is a triangle of unit area over the frequency in Hz.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

_LINEAR_HZ_PER_MEL = 200.0 / 3.0
_BREAK_HZ = 1000.0
_BREAK_MELS = _BREAK_HZ / _LINEAR_HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27.0


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


@cache
def mel_filters(mode: MelMode) -> npt.NDArray[np.float64]:
    """Return the triangles, [bands, fft / 2 + 1]."""
    corners_hz = corners_hz_of(mode)
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


def corners_hz_of(mode: MelMode) -> npt.NDArray[np.float64]:
    """Return where bands begin, peak and end, [bands + 2], ascending."""
    highest_mels = _BREAK_MELS + np.log(mode.highest_hz / _BREAK_HZ) / _LOG_STEP
    mels = np.linspace(0.0, highest_mels, mode.bands + 2)
    above = _BREAK_HZ * np.exp(_LOG_STEP * (mels - _BREAK_MELS))
    return np.where(mels < _BREAK_MELS, mels * _LINEAR_HZ_PER_MEL, above)
