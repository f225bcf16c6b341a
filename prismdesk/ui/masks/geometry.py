"""Where masks lie on the screen, and what is under the pointer. Pure values, no widgets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from prismdesk.project.picture_mask import SMALLEST, MaskBox, MaskShape, bounds_of, form_at

if TYPE_CHECKING:
    from prismdesk.project.picture_mask import DrawnMask, MaskKeyFrame, MaskStroke, Point

HANDLE_PX = 8
_REACH_PX = 7


class Handle(Enum):
    """Where a mask is taken hold of; the values are the sides that go along: x, y of -1 to 1."""

    TOP_LEFT = (-1, -1)
    TOP = (0, -1)
    TOP_RIGHT = (1, -1)
    LEFT = (-1, 0)
    RIGHT = (1, 0)
    BOTTOM_LEFT = (-1, 1)
    BOTTOM = (0, 1)
    BOTTOM_RIGHT = (1, 1)
    INSIDE = (0, 0)


@dataclass(frozen=True, slots=True)
class PictureMap:
    """Between points of a widget and shares of the picture that it shows in ``area``."""

    area: QRectF

    @property
    def aspect(self) -> float:
        """Width of the picture for its height."""
        return self.area.width() / max(1.0, self.area.height())

    def share_of(self, point: QPointF) -> Point:
        """Return the place in the picture under a point; outside of it below 0 or above 1."""
        return (
            (point.x() - self.area.x()) / max(1.0, self.area.width()),
            (point.y() - self.area.y()) / max(1.0, self.area.height()),
        )

    def point_of(self, share: Point) -> QPointF:
        """Return where a place of the picture is on the widget."""
        return QPointF(
            self.area.x() + share[0] * self.area.width(),
            self.area.y() + share[1] * self.area.height(),
        )

    def rect_of(self, box: MaskBox) -> QRectF:
        """Return a box on the widget."""
        width, height = box.width * self.area.width(), box.height * self.area.height()
        middle = self.point_of((box.x, box.y))
        return QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)


def handle_points(box: QRectF) -> dict[Handle, QPointF]:
    """Return where a selected mask's handles are."""
    middle = box.center()
    return {
        handle: QPointF(
            middle.x() + handle.value[0] * box.width() / 2,
            middle.y() + handle.value[1] * box.height() / 2,
        )
        for handle in Handle
        if handle is not Handle.INSIDE
    }


def handle_at(point: QPointF, box: QRectF) -> Handle | None:
    """Return the handle of a box under the pointer, the nearest if several are."""
    near = [
        ((place - point).manhattanLength(), handle)
        for handle, place in handle_points(box).items()
        if abs(place.x() - point.x()) <= _REACH_PX and abs(place.y() - point.y()) <= _REACH_PX
    ]
    return min(near, key=lambda one: one[0])[1] if near else None


def mask_under(
    point: QPointF, masks: tuple[DrawnMask, ...], offset_samples: int, on: PictureMap
) -> DrawnMask | None:
    """Return the uppermost mask that covers a point at a time."""
    place = on.share_of(point)
    for mask in reversed(masks):
        if _covers(mask.shape, form_at(mask, offset_samples), place, on.aspect):
            return mask
    return None


def _covers(shape: MaskShape, form: MaskKeyFrame, place: Point, aspect: float) -> bool:
    if form.box is None:
        return any(_is_painted(stroke, place, aspect) for stroke in form.strokes)
    across = 2 * (place[0] - form.box.x) / form.box.width
    down = 2 * (place[1] - form.box.y) / form.box.height
    if shape is MaskShape.ELLIPSE:
        return across**2 + down**2 <= 1
    return max(abs(across), abs(down)) <= 1


def _is_painted(stroke: MaskStroke, place: Point, aspect: float) -> bool:
    points = stroke.points if len(stroke.points) > 1 else stroke.points * 2
    here = place[0] * aspect, place[1]
    return any(
        _distance(here, (one[0] * aspect, one[1]), (other[0] * aspect, other[1]))
        <= stroke.brush / 2
        for one, other in pairwise(points)
    )


def _distance(place: Point, start: Point, end: Point) -> float:
    way = end[0] - start[0], end[1] - start[1]
    length = way[0] ** 2 + way[1] ** 2
    along = (place[0] - start[0]) * way[0] + (place[1] - start[1]) * way[1]
    share = min(1.0, max(0.0, along / length)) if length else 0.0
    beside = place[0] - start[0] - share * way[0], place[1] - start[1] - share * way[1]
    return float((beside[0] ** 2 + beside[1] ** 2) ** 0.5)


def box_between(start: Point, end: Point, *, aspect: float, is_even: bool) -> MaskBox:
    """Return the box that a drag from one corner to the other draws.

    Args:
        start: where the drag began.
        end: where it is.
        aspect: of the picture.
        is_even: as wide as high on the screen.
    """
    width, height = abs(end[0] - start[0]), abs(end[1] - start[1])
    if is_even:
        height = max(height, width * aspect)
        width = height / aspect
    right = 1 if end[0] >= start[0] else -1
    below = 1 if end[1] >= start[1] else -1
    return MaskBox(
        x=start[0] + right * width / 2,
        y=start[1] + below * height / 2,
        width=max(SMALLEST, width),
        height=max(SMALLEST, height),
    )


def box_pulled(box: MaskBox, handle: Handle, place: Point, *, is_even: bool) -> MaskBox:
    """Return a box whose handle was pulled to a place; the other side stays.

    Args:
        box: as it was.
        handle: what is pulled.
        place: where to.
        is_even: its shape stays as it was.
    """
    x, width = _pulled(box.x, box.width, handle.value[0], place[0])
    y, height = _pulled(box.y, box.height, handle.value[1], place[1])
    if is_even and 0 not in handle.value:
        share = max(width / box.width, height / box.height)
        width, height = box.width * share, box.height * share
        x = box.x + handle.value[0] * (width - box.width) / 2
        y = box.y + handle.value[1] * (height - box.height) / 2
    return replace(box, x=x, y=y, width=width, height=height)


def _pulled(middle: float, length: float, side: int, to: float) -> tuple[float, float]:
    if side == 0:
        return middle, length
    fixed = middle - side * length / 2
    pulled = max(SMALLEST, side * (to - fixed))
    return fixed + side * pulled / 2, pulled


def words_of(mask: DrawnMask, offset_samples: int, *, aspect: float) -> str:
    """Say what a mask is and where: "ellipse at 50 % 40 %, 20 % by 30 %, taking away"."""
    box = bounds_of(form_at(mask, offset_samples), aspect=aspect)
    places = (
        f" at {box.x:.0%} {box.y:.0%}, {box.width:.0%} by {box.height:.0%}" if box else ", empty"
    )
    away = ", taking away" if mask.takes_away else ""
    keyed = f", {_counted(len(mask.key_frames))}" if mask.is_keyed else ""
    return f"{mask.shape.value}{places.replace('%', ' %')}{away}{keyed}"


def _counted(frames: int) -> str:
    return "one key frame" if frames == 1 else f"{frames} key frames"
