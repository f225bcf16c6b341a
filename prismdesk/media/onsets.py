"""Where sounds begin: onsets, to the millisecond.

Found by spectral flux with a maximum filter against vibrato (S. Böck & G. Widmer, "Maximum filter
vibrato suppression for onset detection", DAFx 2013), which says *that* something begins within a
frame; where exactly is then read from the sound itself: the rise of its power in steps of half a
millisecond, of the sound as it is and of its heights alone, whichever stands out more.
``docs/seams.md`` says how near this comes to the truth.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from prismdesk.media.audio import AudioBlock

    Floats = npt.NDArray[np.float64]

_FRAME_SECONDS = 0.023
_HOP_SECONDS = 0.005
_LAG_FRAMES = 2
_BANDS_PER_OCTAVE = 12
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 16_000.0
_MAGNITUDE_SCALE = 300.0
"""Magnitudes enter as log10(1 + scale x magnitude): what is 50 dB below the peak hardly counts."""
_LEAST_FLUX = 0.05
_LEAST_SHARE = 0.15
"""Of the strongest: what is far weaker is part of the background."""
_MEAN_BEFORE_SECONDS, _MEAN_AFTER_SECONDS = 0.15, 0.05
_PEAK_REACH_SECONDS = 0.03
_LEAST_GAP_SECONDS = 0.05

_HIT_SECONDS = 0.02
_FALLEN_SECONDS = (0.1, 0.2)
_HIT_FALL = 10.0

_STEP_SECONDS = 0.0005
_LOOK_BACK_SECONDS, _LOOK_ON_SECONDS = 0.045, 0.015
_RISE_SHARE = 0.015
"""An onset is where the power has come this far from what was before to its height."""
_FRAMES_AT_ONCE = 4096


def find_onsets(
    audio: AudioBlock, rate_hz: int, *, cancelled: IsCancelled = never_cancelled
) -> tuple[int, ...]:
    """Return the samples at which something begins, ascending.

    Args:
        audio: float32 (channels, samples).
        rate_hz: samples per second.
        cancelled: asked between parts of the work.

    Raises:
        Cancelled: as told.
    """
    sound = np.nan_to_num(audio, posinf=0.0, neginf=0.0).astype(np.float64).mean(axis=0)
    peak = float(np.abs(sound).max(initial=0.0))
    if peak < 1e-6:
        return ()
    sound = sound / peak
    hop = round(_HOP_SECONDS * rate_hz)
    flux = _flux(sound, rate_hz, hop, cancelled)
    found = [0] if _begins_with_a_hit(sound, rate_hz) else []
    for frame in _peaks(flux):
        raise_if_cancelled(cancelled)
        onset = _refined(sound, frame * hop, rate_hz)
        if not found or onset - found[-1] >= _LEAST_GAP_SECONDS * rate_hz:
            found.append(onset)
    return tuple(found)


def _begins_with_a_hit(sound: Floats, rate_hz: int) -> bool:
    """Whether a sound is loud at once and falls; one that goes on has no onset at its start."""
    early = sound[: round(_HIT_SECONDS * rate_hz)]
    later = sound[round(_FALLEN_SECONDS[0] * rate_hz) : round(_FALLEN_SECONDS[1] * rate_hz)]
    if not len(later):
        return False
    return bool(np.mean(early**2) > _HIT_FALL * np.mean(later**2) + 1e-6)


def _flux(sound: Floats, rate_hz: int, hop: int, cancelled: IsCancelled) -> Floats:
    """Return the mean rise of the bands at each hop; frame n is centred on sample n x hop."""
    frame = round(_FRAME_SECONDS * rate_hz)
    if len(sound) < frame:
        return np.zeros(0)
    padded = np.pad(sound, frame // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, frame)[::hop]
    window, bands = _analysis(rate_hz, frame)
    levels = []
    for first in range(0, len(frames), _FRAMES_AT_ONCE):
        raise_if_cancelled(cancelled)
        part = frames[first : first + _FRAMES_AT_ONCE]
        magnitudes = np.abs(np.fft.rfft(part * window, axis=1)) @ bands
        levels.append(np.log10(1.0 + _MAGNITUDE_SCALE * magnitudes))
    bands_over_time = np.concatenate(levels)
    widest = np.maximum.reduce(
        [bands_over_time, _shifted(bands_over_time, 1), _shifted(bands_over_time, -1)]
    )
    before = np.concatenate([np.repeat(widest[:1], _LAG_FRAMES, axis=0), widest])
    rise = np.maximum(bands_over_time - before[: len(bands_over_time)], 0.0)
    flux = np.asarray(rise.mean(axis=1))
    # Where frames reach past the ends, it is the cutting that begins there.
    cut = frame // (2 * hop) + 1
    flux[:cut] = flux[len(flux) - cut :] = 0.0
    return flux


def _shifted(bands: Floats, by: int) -> Floats:
    """Return each band's neighbour; the outermost stand for themselves."""
    columns = np.clip(np.arange(bands.shape[1]) + by, 0, bands.shape[1] - 1)
    return bands[:, columns]


def _peaks(flux: Floats) -> list[int]:
    """Return the frames where the flux is highest around, and well above its local mean."""
    reach = round(_PEAK_REACH_SECONDS / _HOP_SECONDS)
    before = round(_MEAN_BEFORE_SECONDS / _HOP_SECONDS)
    after = round(_MEAN_AFTER_SECONDS / _HOP_SECONDS)
    padded = np.pad(flux, reach)
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=1)
    sums = np.concatenate(([0.0], np.cumsum(flux)))
    frames = np.arange(len(flux))
    first, last = np.maximum(frames - before, 0), np.minimum(frames + after + 1, len(flux))
    mean = (sums[last] - sums[first]) / (last - first)
    least = np.maximum(1.5 * mean + _LEAST_FLUX, _LEAST_SHARE * flux.max(initial=0.0))
    is_peak = (flux >= highest) & (flux >= least)
    return [int(frame) for frame in np.flatnonzero(is_peak)]


def _refined(sound: Floats, near: int, rate_hz: int) -> int:
    """Return where the sound rises, within a frame of a place."""
    step = max(1, round(_STEP_SECONDS * rate_hz))
    first = max(0, near - round(_LOOK_BACK_SECONDS * rate_hz))
    stretch = sound[first : near + round(_LOOK_ON_SECONDS * rate_hz)]
    count = len(stretch) // step
    if count < 4:
        return near
    blocks = stretch[: count * step].reshape(count, step)
    slopes = np.diff(stretch[: count * step], prepend=stretch[0]).reshape(count, step)
    best_contrast, best_at = 0.0, near
    for powers in (np.square(blocks).mean(axis=1), np.square(slopes).mean(axis=1)):
        smooth = np.convolve(powers, np.ones(3) / 3, mode="same")
        top = int(np.argmax(smooth))
        before = float(np.median(smooth[: max(1, top // 2)]))
        contrast = float(smooth[top]) / max(before, 1e-12)
        threshold = before + _RISE_SHARE * (float(smooth[top]) - before)
        below = np.flatnonzero(powers[: top + 1] < threshold)
        at = first + (int(below[-1]) + 1 if len(below) else 0) * step
        if contrast > best_contrast:
            best_contrast, best_at = contrast, at
    return best_at


@lru_cache(maxsize=4)
def _analysis(rate_hz: int, frame: int) -> tuple[Floats, Floats]:
    """Return the frames' window, and what sums their bins into bands of a twelfth of an octave."""
    window = np.hanning(frame + 2)[1:-1]
    window = window * (2.0 / window.sum())
    bins_hz = np.fft.rfftfreq(frame, 1.0 / rate_hz)
    top_hz = min(_HIGHEST_HZ, 0.48 * rate_hz)
    edges = _LOWEST_HZ * 2.0 ** np.arange(
        0.0, np.log2(top_hz / _LOWEST_HZ), 1.0 / _BANDS_PER_OCTAVE
    )
    numbers = np.searchsorted(edges, bins_hz) - 1
    used = np.unique(numbers[(numbers >= 0) & (bins_hz < top_hz)])
    bands = np.zeros((len(bins_hz), max(1, len(used))))
    for column, number in enumerate(used):
        bands[(numbers == number) & (bins_hz < top_hz), column] = 1.0
    return window, bands
