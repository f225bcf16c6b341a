"""The top of the spectrum that a model's sound doesn't reach, carried on from beside the seam.

A model that works at 16 kHz knows nothing above 8 kHz: beside real sound that is heard as a
blanket over the region. Near the seam the missing band is filled with noise that has the real
sound's spectrum there and follows the made sound's own highest octave, as in spectral band
replication (M. Dietz et al., AES Convention 112, 2002).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import uniform_filter1d

from prismdesk.engines.joining.tone import (
    centred_taps,
    mean_powers,
    smoothed_powers,
    tone_matched,
    window_samples,
)

if TYPE_CHECKING:
    from prismdesk.engines.joining.crossing import Signal
    from prismdesk.engines.joining.tone import Taps
    from prismdesk.engines.sound import AudioBlock

_MISSING_DB = -20.0
"""Below the real sound by this much all the way up, a band counts as missing."""
_FLOOR_DB = -90.0
_LEAST_CUT_HZ = 2000.0
_MOST_CUT = 0.95
"""Of half the sample rate."""
_CUT_BINS = 5
_ENVELOPE_SECONDS = 0.01
_MOST_LOUDER = 4.0
_LEAST_FLATNESS = 0.25
_TINY = 1e-20


@dataclass(frozen=True, slots=True)
class TopBand:
    """What is missing above ``cut_hz``.

    ``taps`` give white noise the real sound's spectrum there; ``octave_powers`` (channels,) is
    what the made sound has in the octave below where the two were compared; ``in_common`` is how
    much the real channels have in common above, 0 to 1; ``flatness`` is near 1 if the real sound
    is noise there, near 0 if it is tones, which noise can't stand for.
    """

    cut_hz: float
    taps: Taps
    octave_powers: Signal
    in_common: float
    flatness: float

    @property
    def is_noise(self) -> bool:
        """Whether noise may stand for what is missing."""
        return self.flatness >= _LEAST_FLATNESS


def missing_top(real: AudioBlock, decoded: AudioBlock, rate_hz: int) -> TopBand | None:
    """Compare a known stretch with the model's rendition of it; None if nothing is missing.

    Args:
        real: (channels, samples).
        decoded: the same, level matched.
        rate_hz: rate of both.
    """
    window = window_samples(rate_hz)
    if real.shape[1] < 2 * window or not (real.any() and decoded.any()):
        return None
    wanted, given = mean_powers(real, window), mean_powers(decoded, window)
    bins_hz = np.asarray(np.fft.rfftfreq(window, 1.0 / rate_hz), np.float64)
    low = 10.0 ** (_FLOOR_DB / 10.0) * float(wanted.max())
    sums = (uniform_filter1d(powers.sum(axis=0), _CUT_BINS) for powers in (wanted, given))
    real_sum, given_sum = sums
    there = (real_sum > low) & (given_sum > real_sum * 10.0 ** (_MISSING_DB / 10.0))
    first = int(np.flatnonzero(there)[-1]) + 1 if there.any() else 0
    if first >= len(bins_hz) or not _LEAST_CUT_HZ <= bins_hz[first] < _MOST_CUT * rate_hz / 2:
        return None
    if not (real_sum[first:] > low).any():
        return None
    shape = smoothed_powers(wanted, bins_hz)
    shape[:, :first] = 0.0
    # A Hann window passes 3/8 of the power of what it weighs.
    gains = np.sqrt(shape / (0.375 * window))
    cut_hz = float(bins_hz[first])
    octave = np.square(_band(decoded.astype(np.float64), rate_hz, 0.5 * cut_hz, cut_hz))
    return TopBand(
        cut_hz,
        centred_taps(gains, window),
        np.asarray(octave.mean(axis=1) + _TINY),
        _in_common(_band(real.astype(np.float64), rate_hz, cut_hz, 0.5 * rate_hz)),
        _flatness(wanted[:, first:], shape[:, first:]),
    )


def top_noise(band: TopBand, sound: Signal, rate_hz: int, generator: np.random.Generator) -> Signal:
    """Noise for the missing band that rises and falls with ``sound`` (channels, samples)."""
    channels, samples = sound.shape
    common = generator.standard_normal((1, samples))
    own = generator.standard_normal((channels, samples))
    white = np.sqrt(band.in_common) * common + np.sqrt(1.0 - band.in_common) * own
    octave = np.square(_band(sound, rate_hz, 0.5 * band.cut_hz, band.cut_hz))
    width = max(1, round(_ENVELOPE_SECONDS * rate_hz))
    powers = uniform_filter1d(octave, width, axis=1) / band.octave_powers[:, None]
    envelope = np.minimum(np.sqrt(np.maximum(powers, 0.0)), _MOST_LOUDER)
    return tone_matched(white, band.taps) * envelope


def _band(sound: Signal, rate_hz: int, low_hz: float, high_hz: float) -> Signal:
    """What lies between two frequencies."""
    spectrum = np.fft.rfft(sound, axis=1)
    hz = np.fft.rfftfreq(sound.shape[1], 1.0 / rate_hz)
    spectrum[:, (hz < low_hz) | (hz >= high_hz)] = 0.0
    return np.asarray(np.fft.irfft(spectrum, sound.shape[1], axis=1))


def below(sound: AudioBlock, rate_hz: int, cut_hz: float) -> AudioBlock:
    """What of a sound lies below a frequency."""
    return np.asarray(_band(sound.astype(np.float64), rate_hz, 0.0, cut_hz), np.float32)


def _flatness(powers: Signal, smoothed: Signal) -> float:
    """Geometric over arithmetic mean of the powers within their smoothed shape, by power."""
    ratio = powers / (smoothed + _TINY)
    weights = smoothed / smoothed.sum()
    mean = float(np.sum(weights * ratio))
    return float(np.exp(np.sum(weights * np.log(ratio + 1e-9))) / max(mean, _TINY))


def _in_common(sound: Signal) -> float:
    """The mean correlation of the channels, 0 to 1; 1 for one channel."""
    count = len(sound)
    if count == 1:
        return 1.0
    norms = np.sqrt(np.sum(sound**2, axis=1)) + _TINY
    likeness = (sound @ sound.T) / np.outer(norms, norms)
    mean = (likeness.sum() - np.trace(likeness)) / (count * (count - 1))
    return float(min(max(mean, 0.0), 1.0))
