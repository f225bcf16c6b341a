"""Masks drawn over the film's picture become pixels."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from prismdesk.project.picture_mask import MaskShape, form_at

if TYPE_CHECKING:
    import numpy.typing as npt

    from prismdesk.project.picture_mask import DrawnMask, MaskBox, MaskKeyFrame, MaskStroke

    Weights = npt.NDArray[np.float32]
    Pixels = npt.NDArray[np.uint8]

_PIECE = 64
"""Segments of a stroke that are drawn at once."""


class MaskDrawing:
    """Draws a region's masks at one time after another; layers that stay alike are drawn once.

    Args:
        masks: layers, the lowest first.
        width_px: of the picture; pixels are square.
        height_px: likewise.
    """

    def __init__(self, masks: tuple[DrawnMask, ...], *, width_px: int, height_px: int) -> None:
        self._masks = masks
        self._size_px = width_px, height_px
        self._drawn: dict[str, tuple[MaskKeyFrame, Weights]] = {}

    def at(self, offset_samples: int, base: Pixels | None = None) -> Pixels:
        """Draw the masks as they are at one time.

        Args:
            offset_samples: from the region's start.
            base: what lies below the layers, uint8 (height, width); else nothing where the first
                layer adds, all where it takes away or there is no layer.

        Returns:
            uint8 (height, width), 255 where the engine is to listen, 0 where not.
        """
        width_px, height_px = self._size_px
        if base is None:
            whole = not self._masks or self._masks[0].takes_away
            made = np.full((height_px, width_px), 1.0 if whole else 0.0, np.float32)
        else:
            made = base.astype(np.float32) / np.float32(255)
        for mask in self._masks:
            layer = self._layer(mask, form_at(mask, offset_samples))
            made = np.minimum(made, 1 - layer) if mask.takes_away else np.maximum(made, layer)
        return np.round(made * 255).astype(np.uint8)

    def _layer(self, mask: DrawnMask, form: MaskKeyFrame) -> Weights:
        timeless = replace(form, offset_samples=0)
        before, layer = self._drawn.get(mask.id, (None, None))
        if layer is None or before != timeless:
            layer = _layer(mask, form, *self._size_px)
            self._drawn[mask.id] = timeless, layer
        return layer


def _layer(mask: DrawnMask, form: MaskKeyFrame, width_px: int, height_px: int) -> Weights:
    # Edges are at least a pixel soft, so that a slow movement is seen in every frame.
    soft = max(mask.feather, 1 / height_px)
    if form.box is None:
        away = _from_strokes(form.strokes, width_px, height_px, soft)
    else:
        from_shape = _from_ellipse if mask.shape is MaskShape.ELLIPSE else _from_rectangle
        away = from_shape(form.box, *_places(width_px, height_px), width_px / height_px)
    return np.asarray(np.clip(0.5 - away / np.float32(soft), 0, 1), np.float32)


def _places(width_px: int, height_px: int) -> tuple[Weights, Weights]:
    """Return where pixels have their middles: x (1, width), y (height, 1), in heights."""
    x, y = np.arange(width_px) + 0.5, np.arange(height_px) + 0.5
    return _in_heights(x[None, :], height_px), _in_heights(y[:, None], height_px)


def _in_heights(px: npt.NDArray[np.floating[Any]], height_px: int) -> Weights:
    return np.asarray(px / height_px, np.float32)


def _from_rectangle(box: MaskBox, x: Weights, y: Weights, aspect: float) -> Weights:
    """Return how far outside each place is, in heights; negative inside."""
    beside = np.abs(x - box.x * aspect) - box.width * aspect / 2
    above = np.abs(y - box.y) - box.height / 2
    outside = np.hypot(np.maximum(beside, 0), np.maximum(above, 0))
    return np.asarray(outside + np.minimum(np.maximum(beside, above), 0), np.float32)


def _from_ellipse(box: MaskBox, x: Weights, y: Weights, aspect: float) -> Weights:
    """Return about how far outside each place is, in heights: the first order at the edge."""
    wide, high = box.width * aspect / 2, box.height / 2
    across, down = (x - box.x * aspect) / wide, (y - box.y) / high
    reach = np.hypot(across, down)
    slope = np.hypot(across / wide, down / high)
    near = reach * (reach - 1) / np.maximum(slope, 1e-9)
    return np.asarray(np.where(reach > 0, near, -min(wide, high)), np.float32)


def _from_strokes(
    strokes: tuple[MaskStroke, ...], width_px: int, height_px: int, soft: float
) -> Weights:
    x, y = _places(width_px, height_px)
    away = np.full((height_px, width_px), 2 * soft, np.float32)
    for stroke in strokes:
        points = np.array([(px * width_px / height_px, py) for px, py in stroke.points], np.float32)
        radius = stroke.brush / 2
        if len(points) == 1:
            points = np.repeat(points, 2, axis=0)
        for first in range(0, len(points) - 1, _PIECE):
            part = points[first : first + _PIECE + 1]
            rows, columns = _window(part, radius + soft, height_px, width_px)
            piece = _from_segments(part, x[:, columns], y[rows]) - radius
            away[rows, columns] = np.minimum(away[rows, columns], piece)
    return away


def _window(points: Weights, reach: float, height_px: int, width_px: int) -> tuple[slice, slice]:
    """Return the rows and columns that a stretch of a stroke can touch."""
    low = np.floor((points.min(axis=0) - reach) * height_px).astype(int)
    high = np.ceil((points.max(axis=0) + reach) * height_px).astype(int)
    columns = slice(int(np.clip(low[0], 0, width_px)), int(np.clip(high[0], 0, width_px)))
    rows = slice(int(np.clip(low[1], 0, height_px)), int(np.clip(high[1], 0, height_px)))
    return rows, columns


def _from_segments(points: Weights, x: Weights, y: Weights) -> Weights:
    """Return how far each place is from the line through points, in heights."""
    nearest = np.full(np.broadcast_shapes(x.shape, y.shape), np.inf, np.float32)
    for start, end in pairwise(points):
        way = end - start
        length = max(float(way @ way), 1e-12)
        share = np.clip(((x - start[0]) * way[0] + (y - start[1]) * way[1]) / length, 0, 1)
        squared = (x - start[0] - share * way[0]) ** 2 + (y - start[1] - share * way[1]) ** 2
        np.minimum(nearest, squared, out=nearest)
    return np.asarray(np.sqrt(nearest), np.float32)
