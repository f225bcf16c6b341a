"""The sea of the sample film: a plane of small waves that mirrors what stands above it.

Each pixel below the horizon is a point of the plane; the waves' slopes there tilt the mirrored
ray, which moves the place of the sky that is seen, and Schlick's approximation (1994) weighs
mirror against depth.
"""

from __future__ import annotations

from math import pi

import numpy as np
import numpy.typing as npt

from prismdesk.sample.drawing import Plane, Planes, column, rgb
from prismdesk.sample.scenery import HEIGHT, HORIZON, WIDTH

_ROWS = HEIGHT - HORIZON
# (length against the height of the eye, direction in radians from straight ahead, steepness)
_WAVES = (
    (1.55, 0.35, 0.020),
    (0.97, -0.50, 0.022),
    (0.61, 0.15, 0.026),
    (0.40, -0.85, 0.024),
    (0.26, 0.70, 0.022),
    (0.17, -0.20, 0.018),
)
_GRAVITY = 1.35


class Water:
    """Draws the sea; what doesn't change from frame to frame is worked out once."""

    def __init__(self) -> None:
        down = np.arange(_ROWS, dtype=np.float32).reshape(-1, 1) + 0.5
        across = np.arange(WIDTH, dtype=np.float32).reshape(1, -1) + 0.5
        ahead = _ROWS / down
        aside = (across - WIDTH / 2) / _ROWS * ahead
        self._phases: list[Plane] = []
        self._speeds: list[float] = []
        self._steepness: list[tuple[Plane, float]] = []
        for length, direction, steep in _WAVES:
            number = 2 * pi / length
            phase = number * (np.cos(direction) * ahead + np.sin(direction) * aside)
            self._phases.append(phase.astype(np.float32))
            self._speeds.append(float(np.sqrt(number * _GRAVITY)))
            # A wave shorter than a few rows can't be drawn: it melts into the shimmer.
            rows_long = length * down * down / _ROWS
            seen = np.clip((rows_long - 1.5) / 4.0, 0.0, 1.0)
            self._steepness.append((seen * np.float32(steep), float(np.sin(direction))))
        self._shimmer = _shimmer()
        far = 1.0 - down / _ROWS
        self._far = np.clip(far, 0.0, 1.0).astype(np.float32)
        self._down = down
        self._mirror = (0.30 + 0.66 * far**2.2).astype(np.float32)
        self._columns = np.arange(WIDTH, dtype=np.int32).reshape(1, -1)
        self._deep = column(rgb("#0B1A33")) * (0.75 + 0.35 * self._far)

    def draw(self, above: Planes, seconds: float, sea: Planes) -> None:
        """Draw the sea that mirrors ``above`` into ``sea``, (3, rows below the horizon, width)."""
        slope = np.zeros((_ROWS, WIDTH), dtype=np.float32)
        sideways = np.zeros_like(slope)
        for phase, speed, (steep, aside) in zip(
            self._phases, self._speeds, self._steepness, strict=True
        ):
            wave = np.cos(phase + np.float32(speed * seconds))
            wave *= steep
            slope += wave
            wave *= np.float32(aside)
            sideways += wave
        first, second = self._shimmer
        slope += first * np.float32(np.cos(seconds * 2.1)) + second * np.float32(
            np.sin(seconds * 2.1)
        )
        row = self._down * np.float32(0.92) + slope * np.float32(900.0)
        rows = (HORIZON - 1) - np.clip(np.abs(row), 0, HORIZON - 1).astype(np.int32)
        columns = self._columns + (sideways * np.float32(420.0)).astype(np.int32)
        np.clip(columns, 0, WIDTH - 1, out=columns)
        rows *= WIDTH
        rows += columns
        mirror = self._mirror * (1.0 - slope * np.float32(5.5))
        np.clip(mirror, 0.05, 0.97, out=mirror)
        depth = 1.0 - mirror
        for plane in range(3):
            np.take(above[plane].reshape(-1), rows, out=sea[plane], mode="clip")
            sea[plane] *= mirror
            sea[plane] += depth * self._deep[plane]

    def row_shifts(self, waterline: float, seconds: float, rows: int) -> npt.NDArray[np.intp]:
        """Return how far each row below a waterline moves sideways, for a thing's reflection."""
        below = np.arange(rows, dtype=np.float64)
        near = (waterline - HORIZON) / _ROWS
        grow = (1.5 + 9.0 * near) * np.clip(below / 14.0, 0.15, 1.0)
        shape = np.sin(below / (2.2 + 9.0 * near) + seconds * 2.6) + 0.6 * np.sin(
            below / (1.3 + 4.0 * near) - seconds * 3.7 + 1.0
        )
        return (grow * shape * 0.55).astype(np.intp)


def _shimmer() -> tuple[Plane, Plane]:
    """Return two fields of small slopes for ripples too fine to be waves, wider than high."""
    random = np.random.default_rng(1912)
    fields = []
    for _ in range(2):
        field = np.zeros((_ROWS, WIDTH), dtype=np.float32)
        for row in range(_ROWS):
            width = 3.0 + 26.0 * (row / _ROWS)
            points = random.standard_normal(int(WIDTH / width) + 3).astype(np.float32)
            place = np.arange(WIDTH, dtype=np.float32) / np.float32(width) + random.random()
            field[row] = np.interp(place, np.arange(points.size), points)
        blur = np.array([0.25, 0.5, 0.25], dtype=np.float32)
        padded = np.pad(field, ((1, 1), (0, 0)), mode="edge")
        field = blur[0] * padded[:-2] + blur[1] * padded[1:-1] + blur[2] * padded[2:]
        size = np.interp(np.arange(_ROWS), [0, 25, 120, _ROWS], [0.004, 0.016, 0.017, 0.010])
        fields.append((field * size.reshape(-1, 1)).astype(np.float32))
    return fields[0], fields[1]
