"""A run along the tape: from a position, at a speed that may change, until a bound is reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.playback.varispeed import sound_at

if TYPE_CHECKING:
    import numpy.typing as npt

    from prismdesk.media.audio import AudioBlock
    from prismdesk.playback.tape import Tape
    from prismdesk.project.ids import TrackId

END_FADE_SAMPLES = 240
"""How long the sound fades before a bound at which it stops."""
RAMP_SECONDS = 0.15
"""How long a change of speed takes, whatever its size."""
_QUIETER_BELOW_SPEED = 0.1
_PACE_SAMPLES = 128


@dataclass(frozen=True, slots=True)
class Run:
    """What a course gave: the sound, and where on the tape it came from.

    Attributes:
        mix: float32 (channels of the mix, samples) at the project's rate.
        tracks: the sound of the tracks on the way, for meters; of another length than the mix
            where the speed isn't 1.
        paces: (sample of the run, unrolled position there, tape samples per sample), in order.
    """

    mix: AudioBlock
    tracks: dict[TrackId, AudioBlock]
    paces: tuple[tuple[int, float, float], ...]


class Course:
    """Renders forward in time; every sample of it is one of the output.

    Attributes:
        position: unrolled place of the next sample.
        speed: at which it goes by now; negative backwards.
        is_over: whether a bound was reached, or speed 0.

    Args:
        tape: what is played.
        position: where to begin.
        speed: at the beginning.
        target_speed: reached by a steady ramp.
        bounds: lowest and highest position; playback stops there. None: no bound that side.
        rate_hz: of the project.
    """

    def __init__(
        self,
        tape: Tape,
        position: float,
        speed: float,
        *,
        target_speed: float,
        bounds: tuple[int | None, int | None],
        rate_hz: int,
    ) -> None:
        self.tape = tape
        self.position = position
        self.speed = speed
        self.target_speed = target_speed
        self._low, self._high = bounds
        self._slope = abs(target_speed - speed) / (RAMP_SECONDS * rate_hz)
        self.is_over = False
        self.is_over = self._is_out(position, speed or target_speed)

    def render(self, count: int) -> Run:
        """Return the next ``count`` samples, fewer where the course ends."""
        is_steady = self.speed == self.target_speed
        if self.is_over or (is_steady and self.speed == 0.0):
            self.is_over = True
            return Run(np.zeros((self.tape.channels, 0), np.float32), {}, ())
        if is_steady and abs(self.speed) == 1.0 and self.position == int(self.position):
            run = self._render_exactly(count)
        else:
            run = self._render_any(count)
        self.is_over = self.is_over or self._is_out(self.position, self.speed)
        return run

    def _render_exactly(self, count: int) -> Run:
        """Sample by sample at normal speed, either way."""
        start, step = int(self.position), int(self.speed)
        bound = self._bound(self.speed)
        if bound is not None:
            count = min(count, (bound - start) * step)
        if step > 0:
            mixed = self.tape.read(start, start + count)
            mix = mixed.mix
        else:
            mixed = self.tape.read(start - count + 1, start + 1)
            mix = mixed.mix[:, ::-1]
        self.position = float(start + count * step)
        paces = ((0, float(start), self.speed),)
        if bound is not None and (bound - self.position) * step < END_FADE_SAMPLES:
            left = np.arange((bound - start) * step, (bound - self.position) * step, -1)
            mix = mix * _end_gains(left)
        return Run(mix, mixed.tracks, paces)

    def _render_any(self, count: int) -> Run:
        speeds = self._speeds(count)
        positions = self.position + np.concatenate(([0.0], np.cumsum(speeds)))
        if speeds[-1] == self.target_speed and abs(self.target_speed) == 1.0:
            positions += _landing(positions[-1], count)
        count = self._inside(positions, speeds)
        if self.target_speed == 0.0 and speeds[-1] == 0.0:
            count = min(count, int(np.argmin(speeds != 0.0)))
            self.is_over = True
        heard, speeds = positions[:count], speeds[:count]
        self.position = float(positions[count])
        if count == 0:
            self.is_over = True
            return Run(np.zeros((self.tape.channels, 0), np.float32), {}, ())
        self.speed = float(speeds[-1])
        tracks: dict[TrackId, AudioBlock] = {}

        def read(start: int, end: int) -> AudioBlock:
            mixed = self.tape.read(start, end)
            tracks.update(mixed.tracks)
            return mixed.mix

        mix = sound_at(heard, max(float(np.abs(speeds).max()), _QUIETER_BELOW_SPEED), read)
        mix *= np.minimum(np.abs(speeds) / _QUIETER_BELOW_SPEED, 1.0).astype(np.float32)
        self._fade_at_bounds(mix, heard, speeds)
        return Run(mix, tracks, _paces(positions[: count + 1]))

    def _speeds(self, count: int) -> npt.NDArray[np.float64]:
        """Return the speed at each of the next samples; steady once the target is reached."""
        change = self._slope * np.arange(1, count + 1)
        if self.target_speed < self.speed:
            change = -change
        low, high = sorted((self.speed, self.target_speed))
        return np.clip(self.speed + change, low, high)

    def _inside(self, positions: npt.NDArray[np.float64], speeds: npt.NDArray[np.float64]) -> int:
        """Return how many samples come before a bound that the course runs into."""
        out = np.zeros(len(speeds), np.bool_)
        if self._high is not None:
            out |= (positions[:-1] >= self._high) & (speeds > 0.0)
        if self._low is not None:
            out |= (positions[:-1] <= self._low) & (speeds < 0.0)
        if not out.any():
            return len(speeds)
        self.is_over = True
        return int(np.argmax(out))

    def _fade_at_bounds(
        self, mix: AudioBlock, positions: npt.NDArray[np.float64], speeds: npt.NDArray[np.float64]
    ) -> None:
        bound = self._bound(float(speeds[-1]))
        if bound is None:
            return
        left = np.abs(bound - positions) / np.maximum(np.abs(speeds), _QUIETER_BELOW_SPEED)
        if left[-1] < END_FADE_SAMPLES:
            mix *= _end_gains(left)

    def _bound(self, speed: float) -> int | None:
        return self._high if speed > 0.0 else self._low

    def _is_out(self, position: float, speed: float) -> bool:
        bound = self._bound(speed)
        return bound is not None and (bound - position) * speed <= 0.0 and speed != 0.0


def _end_gains(samples_left: npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
    """Return the gains of samples that are so many samples before a bound."""
    share = np.minimum(np.asarray(samples_left, np.float64) / END_FADE_SAMPLES, 1.0)
    return share.astype(np.float32)


def _landing(end_position: float, count: int) -> npt.NDArray[np.float64]:
    """Return what to add to positions so that they end smoothly on a whole sample."""
    missing = round(end_position) - end_position
    x = np.arange(count + 1) / count
    return missing * 0.5 * (1.0 - np.cos(np.pi * x))


def _paces(positions: npt.NDArray[np.float64]) -> tuple[tuple[int, float, float], ...]:
    """Return the path as straight pieces; the positions include that after the last sample."""
    count = len(positions) - 1
    return tuple(
        (
            first,
            float(positions[first]),
            float(positions[min(first + _PACE_SAMPLES, count)] - positions[first])
            / (min(first + _PACE_SAMPLES, count) - first),
        )
        for first in range(0, count, _PACE_SAMPLES)
    )
