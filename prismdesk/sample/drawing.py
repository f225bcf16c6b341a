"""Drawing with numbers: anti-aliased shapes from signed distances, painted in layers.

Pictures are float32 planes (3, height, width), 0 to 1, in display values. A distance is negative
inside a shape and positive outside, in pixels, so a coverage is one clipped ramp a pixel wide
(see Quilez, "2D distance functions", for the formulae of the primitives).
"""

from __future__ import annotations

from math import cos, sin

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.floating]
"""Floats, two dimensions or what broadcasts to them."""
Planes = npt.NDArray[np.floating]
"""Floats (3, height, width)."""
Colour = tuple[float, float, float]


def rgb(code: str) -> Colour:
    """Return a colour written like ``#1C2A4E`` as values from 0 to 1."""
    return int(code[1:3], 16) / 255, int(code[3:5], 16) / 255, int(code[5:7], 16) / 255


def column(colour: Colour) -> Planes:
    """Return a colour shaped (3, 1, 1), to be multiplied with a plane."""
    return np.array(colour, dtype=np.float32).reshape(3, 1, 1)


def coverage(distance: Plane, softness_px: float = 1.0) -> Plane:
    """Return how much of each pixel lies inside, 0 to 1, with an edge ``softness_px`` wide."""
    return np.asarray(np.clip(0.5 - distance / np.float32(softness_px), 0.0, 1.0), dtype=np.float32)


def smoothstep(low: float, high: float, x: Plane) -> Plane:
    """Return 0 below ``low``, 1 above ``high`` and a smooth ramp between."""
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return np.asarray((t * t * (3.0 - 2.0 * t)), dtype=np.float32)


def circle(x: Plane, y: Plane, cx: float, cy: float, radius: float) -> Plane:
    """Return the distance to a disc."""
    return np.asarray(np.hypot(x - cx, y - cy) - np.float32(radius), dtype=np.float32)


def limb(
    x: Plane,
    y: Plane,
    a: tuple[float, float],
    b: tuple[float, float],
    radius_a: float,
    radius_b: float | None = None,
) -> Plane:
    """Return the distance to a stroke with round ends whose radius changes from ``a`` to ``b``."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = np.clip(((x - a[0]) * dx + (y - a[1]) * dy) / max(dx * dx + dy * dy, 1e-6), 0.0, 1.0)
    radius = radius_a + ((radius_a if radius_b is None else radius_b) - radius_a) * along
    return (np.hypot(x - a[0] - along * dx, y - a[1] - along * dy) - radius).astype(np.float32)


def box(x: Plane, y: Plane, left: float, top: float, right: float, bottom: float) -> Plane:
    """Return the distance to an upright rectangle."""
    dx = np.maximum(left - x, x - right)
    dy = np.maximum(top - y, y - bottom)
    outside = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0))
    return np.asarray((outside + np.minimum(np.maximum(dx, dy), 0)), dtype=np.float32)


def polygon(x: Plane, y: Plane, corners: list[tuple[float, float]]) -> Plane:
    """Return the distance to a simple polygon: nearest edge, signed by crossings."""
    nearest = np.full(np.broadcast_shapes(x.shape, y.shape), np.inf, dtype=np.float32)
    inside = np.zeros(nearest.shape, dtype=bool)
    for (ax, ay), (bx, by) in zip(corners, [*corners[1:], corners[0]], strict=True):
        np.minimum(nearest, limb(x, y, (ax, ay), (bx, by), 0.0), out=nearest)
        if ay != by:
            crossing = ax + (y - ay) * ((bx - ax) / (by - ay))
            inside ^= ((ay > y) != (by > y)) & (x < crossing)
    return np.where(inside, -nearest, nearest).astype(np.float32)


class Sprite:
    """A small layer with its own coverage, drawn about an origin that may be tilted.

    Args:
        left: column of its first pixel in the picture; may be outside.
        top: row of its first pixel.
        width: size in pixels.
        height: size in pixels.
        origin: point of the picture that local coordinates count from; y grows downward.
        tilt: angle in radians by which the local axes are turned clockwise.
    """

    def __init__(
        self,
        left: int,
        top: int,
        width: int,
        height: int,
        origin: tuple[float, float],
        tilt: float = 0.0,
    ) -> None:
        self.left = left
        self.top = top
        across = np.arange(left, left + width, dtype=np.float32).reshape(1, -1) + 0.5 - origin[0]
        down = np.arange(top, top + height, dtype=np.float32).reshape(-1, 1) + 0.5 - origin[1]
        self.x: Plane = (across * cos(tilt) + down * sin(tilt)).astype(np.float32)
        self.y: Plane = (down * cos(tilt) - across * sin(tilt)).astype(np.float32)
        self.colours: Planes = np.zeros((3, height, width), dtype=np.float32)
        self.cover: Plane = np.zeros((height, width), dtype=np.float32)

    def paint(self, colour: Colour | Planes, cover: Plane) -> None:
        """Lay a colour over what is there, as far as ``cover`` says."""
        pigment = column(colour) if isinstance(colour, tuple) else colour
        self.colours *= 1.0 - cover
        self.colours += pigment * cover
        self.cover += cover * (1.0 - self.cover)

    def glow(self, colour: Colour, light: Plane) -> None:
        """Add light that covers nothing."""
        self.colours += column(colour) * light

    def onto(self, picture: Planes, *, strength: float = 1.0) -> None:
        """Lay the sprite over the picture, cut off at its borders."""
        rows, columns, own = self._overlap(picture)
        if own is None:
            return
        part = picture[:, rows, columns]
        part *= 1.0 - self.cover[own] * np.float32(strength)
        part += self.colours[:, own[0], own[1]] * np.float32(strength)

    def mirrored(self, waterline: float, shifts: npt.NDArray[np.intp], squeeze: float) -> Sprite:
        """Return the reflection below ``waterline``, each row moved sideways by its shift.

        ``shifts[i]`` is the shift in pixels of the i-th row below the waterline; ``squeeze`` is
        how much shorter the reflection is than the thing.
        """
        rows = min(int((waterline - self.top) * squeeze), len(shifts))
        width = self.cover.shape[1]
        mirror = Sprite(self.left, int(waterline), width, max(rows, 1), (0.0, 0.0))
        below = np.arange(max(rows, 1))
        source = np.clip(
            (waterline - self.top - 1 - below / squeeze).astype(np.intp), 0, len(self.cover) - 1
        ).reshape(-1, 1)
        across = np.arange(width).reshape(1, -1) + shifts[: len(below)].reshape(-1, 1)
        inside = (across >= 0) & (across < width)
        across = np.clip(across, 0, width - 1)
        mirror.cover = self.cover[source, across] * inside
        mirror.colours = self.colours[:, source, across] * inside
        return mirror

    def _overlap(self, picture: Planes) -> tuple[slice, slice, tuple[slice, slice] | None]:
        height, width = self.cover.shape
        top, bottom = max(self.top, 0), min(self.top + height, picture.shape[1])
        left, right = max(self.left, 0), min(self.left + width, picture.shape[2])
        if bottom <= top or right <= left:
            return slice(0), slice(0), None
        own = (
            slice(top - self.top, bottom - self.top),
            slice(left - self.left, right - self.left),
        )
        return slice(top, bottom), slice(left, right), own


def fractal(
    height: int, width: int, *, cell_px: tuple[float, float], octaves: int, seed: int
) -> Plane:
    """Return cloud-like noise from 0 to 1: value noise in octaves (rows, columns)."""
    total = np.zeros((height, width), dtype=np.float32)
    weight = 0.0
    for octave in range(octaves):
        scale = 2.0**octave
        share = 0.5**octave
        cells = (cell_px[0] / scale, cell_px[1] / scale)
        total += np.float32(share) * _value_noise(height, width, cells, seed + octave)
        weight += share
    return total / np.float32(weight)


def _value_noise(height: int, width: int, cells: tuple[float, float], seed: int) -> Plane:
    rows = np.arange(height, dtype=np.float32) / np.float32(cells[0])
    columns = np.arange(width, dtype=np.float32) / np.float32(cells[1])
    points = (
        np.random.default_rng(seed)
        .random((int(rows[-1]) + 2, int(columns[-1]) + 2))
        .astype(np.float32)
    )
    i, j = rows.astype(np.intp), columns.astype(np.intp)
    u = rows - i
    v = columns - j
    u = (u * u * (3 - 2 * u)).reshape(-1, 1)
    v = (v * v * (3 - 2 * v)).reshape(1, -1)
    upper = points[i][:, j] * (1 - v) + points[i][:, j + 1] * v
    lower = points[i + 1][:, j] * (1 - v) + points[i + 1][:, j + 1] * v
    return np.asarray((upper * (1 - u) + lower * u), dtype=np.float32)
