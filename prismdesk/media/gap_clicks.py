"""Clicks: a few samples that the sound around them does not explain.

The sound is modelled as an autoregressive process frame by frame; a click stands out of the
prediction error (S. V. Vaseghi, "Advanced Digital Signal Processing and Noise Reduction",
chapter 12; S. J. Godsill and P. J. W. Rayner, "Digital Audio Restoration", chapter 5). Real
transients stand out as well, but not alone: an attack is followed by more, a voice's pulses come
again. So an outlier counts only where it is lonely.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from prismdesk.media.gap_windows import Window

ORDER = 20
FRAME_SAMPLES = 2048
LONGEST_CLICK_MS = 2.0
_BIN_MS = 1.0
_NEIGHBOUR_BINS = 25
_OWN_BINS = 3
_OUTLIER_OVER_MEDIAN = 12.0
_LONELY_OVER_RIVAL = 4.0
_LEVEL_STEP = 4.0
_EXTENT_OVER_MEDIAN = 5.0
_EXTENT_OVER_PEAK = 0.08
_LEAST_OVER_LEVEL = 0.3
_LEAST = 1e-4
_WHITE_FLOOR = 1e-7

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A click in one channel; its range covers the samples to be replaced."""

    channel: int
    range: SampleRange
    confidence: float


class ClickFinder:
    """Takes a sound window by window and returns its clicks at the end."""

    def __init__(self, rate_hz: int) -> None:
        self._bin = max(2, round(_BIN_MS * rate_hz / 1000))
        self._longest = max(4, round(LONGEST_CLICK_MS * rate_hz / 1000))
        self._clicks: list[Click] = []

    def take(self, window: Window) -> None:
        """Look at the next window."""
        for channel in range(window.audio.shape[0]):
            sound = _whole_frames(window.audio[channel])
            models = frame_models(sound)
            error = np.abs(prediction_error(sound, models))
            medians = np.median(error.reshape(-1, FRAME_SAMPLES), axis=1)
            for peak, ratio in self._lonely_peaks(error, medians, window):
                self._add(window, channel, _Place(sound, models, error, medians, peak), ratio)

    def finish(self) -> tuple[Click, ...]:
        """Return what was found; the sound has ended."""
        return tuple(self._clicks)

    def _lonely_peaks(
        self, error: Samples, medians: Samples, window: Window
    ) -> list[tuple[int, float]]:
        """Return outliers with few equals near them: (place in the window, peak over rival).

        Maxima over bins of 1 ms are compared with the second largest of the bins around: the
        largest may be another click.
        """
        bins = error[: error.size // self._bin * self._bin].reshape(-1, self._bin)
        maxima = bins.max(axis=1)
        around = np.lib.stride_tricks.sliding_window_view(
            np.pad(maxima, _NEIGHBOUR_BINS), 2 * _NEIGHBOUR_BINS + 1
        ).copy()
        own = slice(_NEIGHBOUR_BINS - _OWN_BINS, _NEIGHBOUR_BINS + _OWN_BINS + 1)
        is_peak = maxima >= around[:, own].max(axis=1)
        around[:, own] = 0.0
        rivals = np.partition(around, -2, axis=1)[:, -2]
        places = np.arange(maxima.size) * self._bin + bins.argmax(axis=1)
        start = window.surroundings_samples
        is_inside = (places >= start) & (places < start + window.core_samples)
        median_here = medians[np.minimum(places // FRAME_SAMPLES, medians.size - 1)]
        is_found = (
            is_peak
            & is_inside
            & (maxima > np.maximum(_LEAST, _OUTLIER_OVER_MEDIAN * median_here))
            & (maxima > _LONELY_OVER_RIVAL * rivals)
        )
        return [
            (int(places[index]), float(maxima[index] / max(rivals[index], 1e-12)))
            for index in np.flatnonzero(is_found)
        ]

    def _add(self, window: Window, channel: int, place: _Place, over_rival: float) -> None:
        """Measure an outlier's extent and keep it if it is short and changes nothing after it."""
        extent = place.extent(self._longest)
        if extent.length_samples > self._longest or not place.stands_alone(self._bin, extent):
            return
        self._clicks.append(
            Click(
                channel=channel,
                range=extent.shifted(window.core_start_samples - window.surroundings_samples),
                confidence=1.0 - 0.5 * min(1.0, _LONELY_OVER_RIVAL / over_rival),
            )
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """An outlier of the prediction error and all that is known around it."""

    sound: Samples
    models: Samples
    error: Samples
    medians: Samples
    peak: int

    def extent(self, longest: int) -> SampleRange:
        """Return where the sound isn't explained: from the past up to it, from the future after.

        Prediction from the past errs first where the click begins, but goes on erring while the
        click is in its memory; prediction from the future tells where it ends.
        """
        frame = self.peak // FRAME_SAMPLES
        threshold = max(
            _EXTENT_OVER_MEDIAN * float(self.medians[frame]),
            _EXTENT_OVER_PEAK * float(self.error[self.peak]),
        )
        first = max(ORDER, self.peak - longest)
        last = min(self.sound.size - ORDER, self.peak + longest)
        before = np.flatnonzero(self.error[first : self.peak + 1] > threshold)
        from_future = self.sound[first:last].copy()
        for lag in range(1, ORDER + 1):
            from_future += self.models[frame, lag - 1] * self.sound[first + lag : last + lag]
        after = np.flatnonzero(np.abs(from_future) > threshold)
        start = first + int(before[0])
        end = first + int(after[-1]) + 1 if after.size else self.peak + 1
        return SampleRange(start, max(end, start + 1))

    def stands_alone(self, bin_samples: int, extent: SampleRange) -> bool:
        """Whether the error is as large after it as before, and it is no trifle."""
        gap, reach = 2 * bin_samples, 22 * bin_samples
        before = self.error[max(0, extent.start_samples - reach) : extent.start_samples - gap]
        after = self.error[extent.end_samples + ORDER + gap : extent.end_samples + reach]
        if not before.size or not after.size:
            return False
        levels = sorted((float(np.median(before)), float(np.median(after))))
        around = self.sound[max(0, extent.start_samples - reach) : extent.end_samples + reach]
        level = float(np.sqrt(np.mean(np.square(around))))
        is_steady = levels[1] <= _LEVEL_STEP * levels[0] + 1e-6
        return is_steady and float(self.error[self.peak]) >= _LEAST_OVER_LEVEL * level


def frame_models(sound: Samples) -> Samples:
    """Return (frames, ORDER) coefficients a of x[n] + sum a[k] x[n-k] = error, frame by frame.

    Autocorrelation method on Hann windows of two frames' length centred on each frame, solved
    by the Levinson-Durbin recursion for all frames at once.
    """
    half = FRAME_SAMPLES // 2
    segments = np.lib.stride_tricks.sliding_window_view(np.pad(sound, half), 2 * FRAME_SAMPLES)
    segments = segments[::FRAME_SAMPLES] * np.hanning(2 * FRAME_SAMPLES).astype(np.float32)
    spectra = np.abs(np.fft.rfft(segments, 4 * FRAME_SAMPLES, axis=1)) ** 2
    correlation = np.fft.irfft(spectra, axis=1)[:, : ORDER + 1]
    correlation[:, 0] = correlation[:, 0] * (1.0 + _WHITE_FLOOR) + 1e-12
    coefficients = np.zeros((correlation.shape[0], ORDER))
    power = correlation[:, 0].copy()
    for order in range(ORDER):
        known = coefficients[:, :order]
        reflection = correlation[:, order + 1] + np.sum(known * correlation[:, order:0:-1], axis=1)
        reflection /= -power
        coefficients[:, :order] = known + reflection[:, None] * known[:, ::-1]
        coefficients[:, order] = reflection
        power *= 1.0 - reflection**2
    return coefficients.astype(np.float32)


def prediction_error(sound: Samples, models: Samples) -> Samples:
    """Return the error of predicting each sample from the ones before with its frame's model."""
    framed = (-1, FRAME_SAMPLES)
    padded = np.pad(sound, (ORDER, 0))
    error = sound.reshape(framed).copy()
    for lag in range(1, ORDER + 1):
        past = padded[ORDER - lag : padded.size - lag].reshape(framed)
        error += models[:, lag - 1 : lag] * past
    return error.reshape(-1)


def _whole_frames(sound: Samples) -> Samples:
    return np.pad(sound, (0, -sound.size % FRAME_SAMPLES))
