"""Masks drawn over the film's picture: where in it to listen for a region.

A region's masks are layers, laid over each other in order: each adds what it covers to what is
listened to, or takes it away. What lies below the first is a picture that the user gave, or else
nothing where the first adds and the whole picture where it takes away.

Places are shares of the picture as it is shown: x from 0 (left) to 1 (right), y from 0 (top) to
1 (bottom). Brush and feather are shares of the picture's height. Times are samples from the
region's start, so a mask goes with its region; where an edge is moved, masks stay with the film.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from prismdesk.project.ids import MaskId  # noqa: TC001  (the codec reads it at run time)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_MASKS = 64
MAX_KEY_FRAMES = 1000
MAX_STROKES = 500
MAX_POINTS = 4000
MAX_REGION_POINTS = 100_000
"""Of all strokes of a region's masks, so that drawing them stays quick."""

SMALLEST, LARGEST = 0.002, 4.0
"""Bounds of width, height and brush."""

FURTHEST = 4.0
"""How far from the picture's left and top anything may lie."""

MAX_FEATHER = 1.0
_LATEST_SAMPLES = 2**48
_DIGITS = 5

Point = tuple[float, float]


class MaskShape(StrEnum):
    """What a layer is drawn with."""

    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    PAINT = "paint"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskBox:
    """Where a rectangle or an ellipse lies: its centre, width and height."""

    x: float
    y: float
    width: float
    height: float
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskStroke:
    """One stroke of a round brush through points; ``brush`` is its diameter."""

    brush: float
    points: tuple[Point, ...]
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskKeyFrame:
    """How a layer looks at one time: a box for rectangle and ellipse, strokes for paint."""

    offset_samples: int = 0
    box: MaskBox | None = None
    strokes: tuple[MaskStroke, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnMask:
    """One layer of a region's mask.

    A layer that isn't keyed looks the same all the time: it has one key frame, at 0. Between key
    frames boxes move evenly and paint is held; before the first and after the last all is held.

    Attributes:
        id: its name among the masks of the region; copies of the region share it.
        shape: what it is drawn with.
        key_frames: ascending, one at least; some may lie outside the region after a trim.
        is_keyed: whether it changes over time.
        takes_away: whether it takes from what is listened to.
        feather: width of its soft edge, centred on the edge.
    """

    id: MaskId
    shape: MaskShape
    key_frames: tuple[MaskKeyFrame, ...]
    is_keyed: bool = False
    takes_away: bool = False
    feather: float = 0.0
    extra: tuple[tuple[str, str], ...] = ()


def form_at(mask: DrawnMask, offset_samples: int) -> MaskKeyFrame:
    """Return how a mask looks at a time, as a key frame there."""
    frames = mask.key_frames
    if not mask.is_keyed:
        return replace(frames[0], offset_samples=offset_samples)
    after = bisect_right(frames, offset_samples, key=lambda frame: frame.offset_samples)
    earlier = frames[max(0, after - 1)]
    later = frames[min(after, len(frames) - 1)]
    here = replace(earlier, offset_samples=offset_samples)
    if earlier.box is None or later.box is None or later is earlier or after == 0:
        return here
    span = later.offset_samples - earlier.offset_samples
    share = (offset_samples - earlier.offset_samples) / span
    return replace(here, box=_between(earlier.box, later.box, share))


def _between(one: MaskBox, other: MaskBox, share: float) -> MaskBox:
    return replace(
        one,
        x=one.x + (other.x - one.x) * share,
        y=one.y + (other.y - one.y) * share,
        width=one.width + (other.width - one.width) * share,
        height=one.height + (other.height - one.height) * share,
    )


def bounds_of(form: MaskKeyFrame, *, aspect: float) -> MaskBox | None:
    """Return the box around a form; None for paint without a stroke.

    Args:
        form: of a mask.
        aspect: width of the picture for its height; a brush is as wide as it is high.
    """
    if form.box is not None:
        return form.box
    reach = [
        (x - stroke.brush / 2 / aspect, x + stroke.brush / 2 / aspect, y - r, y + r)
        for stroke in form.strokes
        for r in (stroke.brush / 2,)
        for x, y in stroke.points
    ]
    if not reach:
        return None
    left, right = min(one[0] for one in reach), max(one[1] for one in reach)
    top, bottom = min(one[2] for one in reach), max(one[3] for one in reach)
    return MaskBox(
        x=(left + right) / 2, y=(top + bottom) / 2, width=right - left, height=bottom - top
    )


def moved(form: MaskKeyFrame, dx: float, dy: float) -> MaskKeyFrame:
    """Return a form further right and down."""
    return _mapped(form, lambda point: (point[0] + dx, point[1] + dy), 1.0, 1.0)


def fitted(form: MaskKeyFrame, before: MaskBox, after: MaskBox) -> MaskKeyFrame:
    """Return a form scaled so that what filled one box fills another."""
    wide, high = after.width / before.width, after.height / before.height

    def place(point: Point) -> Point:
        x, y = point
        return after.x + (x - before.x) * wide, after.y + (y - before.y) * high

    return _mapped(form, place, wide, high)


def _mapped(
    form: MaskKeyFrame, place: Callable[[Point], Point], wide: float, high: float
) -> MaskKeyFrame:
    box = form.box
    if box is not None:
        x, y = place((box.x, box.y))
        box = replace(box, x=x, y=y, width=box.width * wide, height=box.height * high)
    brush = math.sqrt(wide * high)
    strokes = tuple(
        replace(
            stroke,
            brush=stroke.brush * brush,
            points=tuple(place(point) for point in stroke.points),
        )
        for stroke in form.strokes
    )
    return replace(form, box=box, strokes=strokes)


def within_bounds(form: MaskKeyFrame) -> MaskKeyFrame:
    """Return a form whose numbers are rounded and brought to what ``problem_of`` allows."""
    box = form.box
    if box is not None:
        box = replace(
            box,
            x=_placed(box.x),
            y=_placed(box.y),
            width=_sized(box.width),
            height=_sized(box.height),
        )
    strokes = tuple(
        replace(
            stroke,
            brush=_sized(stroke.brush),
            points=tuple((_placed(x), _placed(y)) for x, y in stroke.points),
        )
        for stroke in form.strokes
    )
    return replace(form, box=box, strokes=strokes)


def _placed(value: float) -> float:
    return round(min(FURTHEST, max(-FURTHEST, value)), _DIGITS)


def _sized(value: float) -> float:
    return round(min(LARGEST, max(SMALLEST, value)), _DIGITS)


def shifted(masks: tuple[DrawnMask, ...], by_samples: int) -> tuple[DrawnMask, ...]:
    """Return masks whose key frames lie later; those that don't change stay as they are."""
    return tuple(
        replace(
            mask,
            key_frames=tuple(
                replace(frame, offset_samples=frame.offset_samples + by_samples)
                for frame in mask.key_frames
            ),
        )
        if mask.is_keyed and by_samples
        else mask
        for mask in masks
    )


def times_of(masks: Iterable[DrawnMask]) -> tuple[int, ...]:
    """Return where masks have key frames, ascending, in samples from the region's start."""
    return tuple(
        sorted(
            {frame.offset_samples for mask in masks if mask.is_keyed for frame in mask.key_frames}
        )
    )


def problem_of(masks: tuple[DrawnMask, ...]) -> str:
    """Say what is wrong with a region's masks, to follow "the region"; empty if nothing is."""
    if len(masks) > MAX_MASKS:
        return f"has {len(masks)} drawn masks; at most {MAX_MASKS} can be used"
    if len({mask.id for mask in masks}) < len(masks):
        return "has two drawn masks of the same id"
    points = sum(
        len(stroke.points) for mask in masks for form in mask.key_frames for stroke in form.strokes
    )
    if points > MAX_REGION_POINTS:
        return f"has masks of {points} painted points; at most {MAX_REGION_POINTS} can be used"
    problems = (problem for mask in masks if (problem := _problem_of_mask(mask)))
    first = next(problems, "")
    return f"has a drawn mask that {first}" if first else ""


def _problem_of_mask(mask: DrawnMask) -> str:
    frames = mask.key_frames
    if not 1 <= len(frames) <= MAX_KEY_FRAMES:
        return f"has {len(frames)} key frames instead of 1 to {MAX_KEY_FRAMES}"
    if not mask.is_keyed and (len(frames) > 1 or frames[0].offset_samples):
        return "has key frames although it doesn't change"
    if any(one.offset_samples >= other.offset_samples for one, other in pairwise(frames)):
        return "has key frames that are not in order"
    if any(abs(frame.offset_samples) >= _LATEST_SAMPLES for frame in frames):
        return "has a key frame at an impossible time"
    if not 0.0 <= mask.feather <= MAX_FEATHER:
        return f"has a feather of {mask.feather}, not 0 to {MAX_FEATHER}"
    is_painted = mask.shape is MaskShape.PAINT
    problems = (problem for frame in frames if (problem := _problem_of_form(frame, is_painted)))
    return next(problems, "")


def _problem_of_form(form: MaskKeyFrame, is_painted: bool) -> str:
    if (form.box is None) is not is_painted or (form.strokes and not is_painted):
        return "has another form than its shape says"
    if form.box is not None:
        box = form.box
        fits = _is_placed((box.x, box.y)) and _is_sized(box.width) and _is_sized(box.height)
        return "" if fits else "lies outside all bounds"
    if len(form.strokes) > MAX_STROKES:
        return f"has {len(form.strokes)} strokes; at most {MAX_STROKES} can be used"
    for stroke in form.strokes:
        if not 1 <= len(stroke.points) <= MAX_POINTS:
            return f"has a stroke of {len(stroke.points)} points instead of 1 to {MAX_POINTS}"
        if not _is_sized(stroke.brush) or not all(map(_is_placed, stroke.points)):
            return "has a stroke outside all bounds"
    return ""


def _is_placed(point: Point) -> bool:
    return all(-FURTHEST <= value <= FURTHEST for value in point)


def _is_sized(value: float) -> bool:
    return SMALLEST <= value <= LARGEST
