"""How near a fill is to what was really there, and how well it joins its neighbours."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.signal import fftconvolve, resample_poly

Sound = npt.NDArray[np.float64]

_FRAME_SECONDS = 0.25
_BAND_FLOOR_DB = -90.0
_LEVEL_FLOOR_DB = -90.0
_REPEAT_RATE_HZ = 11_025
_REPEAT_BLOCK_SECONDS = 0.03
_REPEAT_LIKENESS = 0.99
_SLOPE_SECONDS = 0.005


def snr_db(truth: Sound, fill: Sound) -> float:
    """Power of the truth over the power of the error, all channels together, in dB."""
    return float(10 * np.log10((np.sum(truth**2) + 1e-12) / (np.sum((truth - fill) ** 2) + 1e-12)))


def level_error_db(truth: Sound, fill: Sound) -> float:
    """Magnitude of the difference of the RMS levels, in dB; levels count from -90 dBFS up."""
    return abs(_level_db(truth) - _level_db(fill))


def log_spectral_distance_db(truth: Sound, fill: Sound, rate_hz: int) -> float:
    """RMS over third-octave bands of the level difference, mean over frames of 250 ms, in dB.

    Bands from 50 Hz to 16 kHz; levels count from -90 dBFS and 60 dB below the loudest band up.
    """
    true_db, fill_db = _third_octaves(truth, rate_hz), _third_octaves(fill, rate_hz)
    floor = np.maximum(_BAND_FLOOR_DB, true_db.max(axis=-1, keepdims=True) - 60.0)
    difference = np.maximum(true_db, floor) - np.maximum(fill_db, floor)
    return float(np.sqrt(np.mean(difference**2, axis=-1)).mean())


def seam_jump(left: Sound, fill: Sound, right: Sound, rate_hz: int) -> float:
    """Step across each edge over the RMS step in the 5 ms outside it; the larger of both.

    About 1 where the sound simply runs on.
    """
    count = max(4, round(_SLOPE_SECONDS * rate_hz))
    sides = (
        (left[:, -count:], left[:, -1], fill[:, 0]),
        (right[:, :count], right[:, 0], fill[:, -1]),
    )
    jumps = []
    for outside, edge, inside in sides:
        usual = np.sqrt(np.mean(np.diff(outside, axis=1) ** 2)) + 1e-6
        jumps.append(float(np.sqrt(np.mean((inside - edge) ** 2)) / usual))
    return max(jumps)


def longest_repeat_seconds(left: Sound, fill: Sound, right: Sound, rate_hz: int) -> float:
    """Longest stretch of the fill that stands as good as exactly somewhere else too.

    Blocks of 30 ms are looked for in the fill and its surroundings by normalised correlation
    (0.99 counts as exact); blocks found at one distance in a row make a stretch.
    """
    whole = np.concatenate([left, fill, right], axis=1).mean(axis=0)
    down = max(1, round(rate_hz / _REPEAT_RATE_HZ))
    whole = resample_poly(whole, 1, down) if down > 1 else whole
    rate_hz //= down
    first, last = left.shape[1] // down, (left.shape[1] + fill.shape[1]) // down
    block = round(_REPEAT_BLOCK_SECONDS * rate_hz)
    sums = np.concatenate(([0.0], np.cumsum(whole**2)))
    energies = np.sqrt(np.maximum(sums[block:] - sums[:-block], 0.0)) + 1e-9
    loudest = energies.max()
    longest = run = 0
    last_lag: int | None = None
    for start in range(first, last - block + 1, block):
        wanted = whole[start : start + block]
        likeness = fftconvolve(whole, wanted[::-1], mode="valid") / (energies * energies[start])
        likeness[max(0, start - block) : start + block] = 0.0
        likeness[energies < 1e-3 * loudest] = 0.0
        found = int(np.argmax(likeness))
        if likeness[found] < _REPEAT_LIKENESS or energies[start] < 1e-3 * loudest:
            run, last_lag = 0, None
            continue
        lag = found - start
        again = last_lag is not None and abs(lag - last_lag) <= 1
        run = run + 1 if again else 1
        last_lag = lag
        longest = max(longest, run)
    return longest * block / rate_hz


def _level_db(sound: Sound) -> float:
    return max(float(10 * np.log10(np.mean(sound**2) + 1e-20)), _LEVEL_FLOOR_DB)


def _third_octaves(sound: Sound, rate_hz: int) -> Sound:
    """Levels in dB, (channels, frames, bands)."""
    frame = min(round(_FRAME_SECONDS * rate_hz), sound.shape[1])
    frames = sound.shape[1] // frame
    blocks = sound[:, : frames * frame].reshape(len(sound), frames, frame)
    taper = np.hanning(frame)
    power = np.abs(np.fft.rfft(blocks * taper, axis=2)) ** 2 * (2.0 / (frame * np.sum(taper**2)))
    bins_hz = np.fft.rfftfreq(frame, 1.0 / rate_hz)
    centres_hz = 1000.0 * 2.0 ** (np.arange(-13, 13) / 3.0)
    centres_hz = centres_hz[centres_hz * 2 ** (1 / 6) < 0.48 * rate_hz]
    bands = [
        power[:, :, (bins_hz >= c * 2 ** (-1 / 6)) & (bins_hz < c * 2 ** (1 / 6))].sum(axis=2)
        for c in centres_hz
    ]
    return np.asarray(10 * np.log10(np.stack(bands, axis=2) + 1e-20))
