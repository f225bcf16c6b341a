"""Steady tones and hum: finding them, taking them out, and carrying them on in phase.

Peaks are found in windowed spectra and placed between bins by a parabola through the logarithm
of the magnitudes (M. Abe & J. O. Smith, "Design criteria for simple sinusoidal parameter
estimation based on quadratic interpolation of FFT magnitude peaks", AES 117, 2004). Amplitude
and phase at the edge come from least squares. Between two edges the phase is the smoothest cubic
that meets phase and frequency at both (R. J. McAulay & T. F. Quatieri, "Speech
analysis/synthesis based on a sinusoidal representation", IEEE Trans. ASSP 34, 1986).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import median_filter
from scipy.signal.windows import blackmanharris

if TYPE_CHECKING:
    import numpy.typing as npt

    from prismdesk.engines.ambience.bands import Levels
    from prismdesk.engines.ambience.run_monitor import RunMonitor
    from prismdesk.engines.ambience.surroundings import Signal

    Phasors = npt.NDArray[np.complex128]

_WINDOW_SECONDS = 0.6
_LEAST_WINDOW_SECONDS = 0.25
_EARLIER_SHARE = 0.5
_PROMINENCE_DB = 18.0
"""Noise alone stays within about 12 dB of its median; this far above it stands a tone."""
_BELOW_LOUDEST_DB = 70.0
_STEADY_DB = 3.0
_LOWEST_HZ = 20.0
_MOST_TONES = 48
_FIT_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Tones:
    """Steady sinusoids at one edge of a region.

    ``frequencies_hz`` is (tones,), ascending; ``phasors`` (channels, tones): x(t) is the real
    part of the sum of phasor * exp(2 pi i f t), with t = 0 at the edge's outermost gap sample
    and running forward in time.
    """

    frequencies_hz: Levels
    phasors: Phasors

    @property
    def count(self) -> int:
        """Number of tones."""
        return len(self.frequencies_hz)

    def sound(self, first: int, count: int, rate_hz: int) -> Signal:
        """Samples first to first + count - 1 of the tones held as they are, (channels, count)."""
        moments = np.arange(first, first + count) / rate_hz
        sound = np.zeros((len(self.phasors), count))
        for tone, frequency in enumerate(self.frequencies_hz):
            turning = np.exp(2j * np.pi * frequency * moments)
            sound += (self.phasors[:, tone, None] * turning).real
        return sound

    def only(self, chosen: npt.NDArray[np.int64]) -> Tones:
        """Some of the tones, in the order given."""
        return Tones(self.frequencies_hz[chosen], self.phasors[:, chosen])


def find_tones(past: Signal, rate_hz: int) -> Tones | None:
    """Find the tones that stand steadily in the last 0.9 s of ``past``; None if there are none.

    A tone has to stand out of its spectral neighbourhood by 18 dB and to be equally strong and
    equally high in the last window and in one half a window earlier.
    """
    window = min(round(_WINDOW_SECONDS * rate_hz), int(past.shape[1] / (1.0 + _EARLIER_SHARE)))
    if window < _LEAST_WINDOW_SECONDS * rate_hz:
        return None
    earlier_end = past.shape[1] - int(_EARLIER_SHARE * window)
    now = _peaks(past[:, -window:], rate_hz)
    before = _peaks(past[:, earlier_end - window : earlier_end], rate_hz)
    if not len(now) or not len(before):
        return None
    kept = []
    for frequency, level_db in now:
        nearest = before[np.argmin(np.abs(before[:, 0] - frequency))]
        is_near = abs(nearest[0] - frequency) < max(0.5 * rate_hz / window, 1e-3 * frequency)
        if is_near and abs(nearest[1] - level_db) < _STEADY_DB:
            kept.append((frequency, level_db))
    if not kept:
        return None
    strongest = sorted(kept, key=lambda peak: -peak[1])[:_MOST_TONES]
    frequencies_hz = np.array(sorted(frequency for frequency, _ in strongest))
    return Tones(frequencies_hz, _phasors(past, frequencies_hz, rate_hz))


def _peaks(sound: Signal, rate_hz: int) -> Levels:
    """Peaks that stand out, as rows of (frequency in Hz, level in dB)."""
    window = sound.shape[1]
    size = 1 << (2 * window - 1).bit_length()
    taper = blackmanharris(window, sym=False)
    spectrum = np.abs(np.fft.rfft(sound * taper, size, axis=1)) ** 2
    levels_db = 10.0 * np.log10(spectrum.sum(axis=0) / np.sum(taper) ** 2 + 1e-20)
    spread = max(9, round(60.0 * size / rate_hz))
    usual_db = median_filter(levels_db, size=2 * spread + 1, mode="nearest")
    inner = levels_db[1:-1]
    is_peak = (inner > levels_db[:-2]) & (inner >= levels_db[2:])
    is_peak &= inner > usual_db[1:-1] + _PROMINENCE_DB
    is_peak &= inner > levels_db.max() - _BELOW_LOUDEST_DB
    bins = np.flatnonzero(is_peak) + 1
    bins = bins[bins * rate_hz / size >= _LOWEST_HZ]
    low, middle, high = levels_db[bins - 1], levels_db[bins], levels_db[bins + 1]
    offset = 0.5 * (low - high) / np.minimum(low - 2.0 * middle + high, -1e-12)
    peak_db = middle - 0.25 * (low - high) * offset
    return np.stack([(bins + offset) * rate_hz / size, peak_db], axis=1)


def _phasors(past: Signal, frequencies_hz: Levels, rate_hz: int) -> Phasors:
    """Least-squares phasors of all tones together over the last 0.2 s, (channels, tones)."""
    spacing_hz = float(np.diff(frequencies_hz).min(initial=1000.0))
    count = round(max(_FIT_SECONDS, min(3.0 / spacing_hz, _WINDOW_SECONDS)) * rate_hz)
    count = min(count, past.shape[1])
    angles = 2.0 * np.pi / rate_hz * np.outer(np.arange(-count, 0), frequencies_hz)
    basis = np.concatenate([np.cos(angles), -np.sin(angles)], axis=1)
    weights = np.sqrt(np.hanning(2 * count)[:count] + 1e-6)[:, None]
    gram = (basis * weights).T @ (basis * weights)
    gram[np.diag_indices_from(gram)] += 1e-9 * np.trace(gram) / len(gram)
    fitted = np.linalg.solve(gram, (basis * weights**2).T @ past[:, -count:].T)
    tones = len(frequencies_hz)
    return np.asarray((fitted[:tones] + 1j * fitted[tones:]).T)


def without_tones(past: Signal, tones: Tones, rate_hz: int, monitor: RunMonitor) -> Signal:
    """The sound with narrow bands around the tones taken out, followed up to its very end.

    The sound is first continued by the tones themselves, so that the bands' long filters don't
    fade out towards the edge.
    """
    half_hz = 3.0
    beyond = round(rate_hz / half_hz)
    longer = np.concatenate([past, tones.sound(0, beyond, rate_hz)], axis=1)
    count = longer.shape[1] + beyond
    bins_hz = np.fft.rfftfreq(count, 1.0 / rate_hz)
    taken = np.zeros(len(bins_hz))
    for frequency in tones.frequencies_hz:
        away = np.abs(bins_hz - frequency) / half_hz
        near = 0.5 + 0.5 * np.cos(np.pi * np.clip(2.0 * away - 1.0, 0.0, 1.0))
        taken = np.maximum(taken, near)
    rest = np.empty_like(past)
    for channel in range(len(past)):
        monitor.check()
        spectrum = np.fft.rfft(longer[channel], count) * (1.0 - taken)
        rest[channel] = np.fft.irfft(spectrum, count)[: past.shape[1]]
    return rest
