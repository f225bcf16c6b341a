"""What the sound looks like while it is being sampled, at a small share of the sampling's time.

At any step the velocity points at a clean latent, x + (1 - t) v. Decoding it whole would cost
more than many steps, so only short stretches are decoded, as far as the time allows, and a
regression carries their levels over to all frames at every later step.
"""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING

import numpy as np
import torch

from prismdesk.engines.sampling.level_regression import LevelRegression

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt
    from torch import Tensor

    Measure = Callable[[Tensor], Tensor]
    """Decodes a latent [1, frames, C] and gives the peak of each frame [frames], full scale 1."""

MOST_SHARE = 0.04
_LEAST_INTERVAL_SECONDS = 0.1
_MEASURE_AT = (0.08, 0.2, 0.5)
"""When stretches are decoded, as shares of the steps: early guesses are blurred, late ones true."""
_FIRST_FRAMES = 16
_LEAST_FRAMES = 24
_MOST_FRAMES = 128
_CAUTION = 0.7
"""Of the time left over, how much a measurement may plan to take."""
_PLACES_PER_POINT = 4


def predicted_clean(latent: Tensor, velocity: Tensor, t: float) -> Tensor:
    """The clean latent that a step at ``t`` points at."""
    return latent + (1.0 - t) * velocity


def peaks_per_frame(wave: Tensor, frames: int) -> Tensor:
    """The peak [frames] of each of so many equal parts of a waveform [samples]."""
    length = wave.shape[-1] // frames
    return wave.reshape(-1)[: length * frames].reshape(frames, length).abs().amax(dim=1)


class SoundPreview:
    """Envelopes of the sound so far, for one sampling; make it right before sampling begins.

    It keeps an account of its own time against the sampling's and does nothing where that would
    take more than its share; where sampling is over in a tenth of a second it never speaks.

    Args:
        measure: decodes a stretch and measures it.
        points: of an envelope.
        region_frames: the latent frames that the envelope is over, whole or not.
        most_share: of the sampling's time that all this may take.
        first_seconds: what the first stretch takes to decode at least, where that is known;
            nothing is decoded if it is more than the share.
        clock: seconds, for tests.
    """

    def __init__(
        self,
        measure: Measure,
        *,
        points: int,
        region_frames: tuple[float, float],
        most_share: float = MOST_SHARE,
        first_seconds: float = 0.0,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._measure = measure
        self._points = points
        self._region = region_frames
        self._share = most_share
        self._first_seconds = first_seconds
        self._clock = clock
        self._levels = LevelRegression()
        self._began = self._last_told = clock()
        self._own_seconds = 0.0
        self._told_seconds = 0.0
        self._measured = 0
        self._seconds_per_frame = 0.0

    @property
    def own_seconds(self) -> float:
        """Time that it took so far."""
        return self._own_seconds

    @property
    def seconds_per_frame(self) -> float:
        """What a latent frame took to decode; 0 until that was measured."""
        return self._seconds_per_frame

    def after_step(
        self, done: int, steps: int, latent: Tensor, velocity: Tensor, t: float
    ) -> tuple[float, ...] | None:
        """Return the envelope as far as it can be told now, or None; for ``sample_flow``'s hook.

        Args:
            done: steps done.
            steps: steps in all.
            latent: [B, frames, C] after the step; the first take is shown, and silence where the
                region goes on past its end.
            velocity: of the step, likewise.
            t: the time reached.
        """
        if done == steps or self._clock() - self._last_told < _LEAST_INTERVAL_SECONDS:
            return None
        wait_for(latent.device)
        began = self._clock()
        expected = (began - self._began - self._own_seconds) / done * steps
        left = self._share * expected - self._own_seconds
        clean: Tensor | None = None
        frames = self._frames_to_measure(done / steps, left)
        if frames:
            clean = predicted_clean(latent[0], velocity[0], t).float()
            left -= self._learn(clean, frames)
        envelope = None
        if self._levels.is_fitted and self._told_seconds <= left:
            before = self._clock()
            if clean is None:
                clean = predicted_clean(latent[0], velocity[0], t).float()
            peaks = self._levels.peaks(clean)
            missing = max(0, int(np.ceil(self._region[1])) - len(peaks))
            envelope = envelope_of(np.pad(peaks, (0, missing)), self._region, self._points)
            self._told_seconds = self._clock() - before
        self._last_told = self._clock()
        self._own_seconds += self._last_told - began
        return envelope

    def _frames_to_measure(self, share_done: float, seconds_left: float) -> int:
        """Frames that there is time to decode now; 0 if it isn't the time or there is none."""
        if self._measured >= len(_MEASURE_AT) or share_done < _MEASURE_AT[self._measured]:
            return 0
        if self._measured == 0:
            return _FIRST_FRAMES if self._first_seconds <= max(seconds_left, 0.0) else 0
        affordable = int(_CAUTION * seconds_left / max(self._seconds_per_frame, 1e-9))
        return min(affordable, _MOST_FRAMES) if affordable >= _LEAST_FRAMES else 0

    def _learn(self, clean: Tensor, frames: int) -> float:
        """Decode a stretch of the clean latent [frames, C] and learn from it; seconds taken."""
        began = self._clock()
        start, end = (round(min(max(edge, 0), len(clean))) for edge in self._region)
        room = max(1, end - start)
        frames = min(frames, room)
        # Stretches lie at different places of the region, spread by the golden ratio.
        place = (0.5 + 0.618 * self._measured) % 1.0
        first = min(start + round((room - frames) * place), len(clean) - frames)
        stretch = clean[first : first + frames]
        self._levels.learn(stretch, self._measure(stretch[None]))
        self._measured += 1
        taken = self._clock() - began
        self._seconds_per_frame = taken / frames
        return taken


def envelope_of(
    peaks: npt.NDArray[np.float64], region_frames: tuple[float, float], points: int
) -> tuple[float, ...]:
    """The largest of the frames' peaks at each of ``points`` equal parts of a region, 0 to 1."""
    start, end = region_frames
    places = start + (end - start) * (np.arange(points * _PLACES_PER_POINT) + 0.5) / (
        points * _PLACES_PER_POINT
    )
    if end - start > points * _PLACES_PER_POINT:
        edges = np.linspace(start, end, points + 1)
        return tuple(_largest(peaks, first, last) for first, last in itertools.pairwise(edges))
    values = np.interp(places, np.arange(len(peaks)) + 0.5, peaks)
    largest = values.reshape(points, _PLACES_PER_POINT).max(axis=1)
    return tuple(np.clip(largest, 0.0, 1.0).tolist())


def _largest(peaks: npt.NDArray[np.float64], first: float, last: float) -> float:
    low = min(max(int(first), 0), len(peaks) - 1)
    high = max(low + 1, min(int(np.ceil(last)), len(peaks)))
    return float(min(peaks[low:high].max(), 1.0))


def wait_for(device: torch.device) -> None:
    """Let queued work end, so that its time isn't taken for the preview's."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
