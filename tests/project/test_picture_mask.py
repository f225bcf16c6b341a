from __future__ import annotations

import math
from dataclasses import replace

import pytest

from prismdesk.project.picture_mask import (
    MAX_KEY_FRAMES,
    MAX_MASKS,
    MAX_POINTS,
    MAX_STROKES,
    DrawnMask,
    MaskKeyFrame,
    MaskShape,
    MaskStroke,
    bounds_of,
    fitted,
    form_at,
    moved,
    problem_of,
    shifted,
    times_of,
    within_bounds,
)
from tests.builders import a_box, a_keyed_shape, a_shape, some_paint

DOT = ((0.5, 0.5),)


@pytest.mark.parametrize(
    ("offset", "x"), [(-50, 0.2), (0, 0.2), (25, 0.35), (50, 0.5), (100, 0.8), (900, 0.8)]
)
def test_a_box_moves_evenly_between_key_frames_and_is_held_outside(offset: int, x: float) -> None:
    form = form_at(a_keyed_shape(), offset)
    assert form.box is not None
    assert form.box.x == pytest.approx(x)
    assert form.offset_samples == offset


def test_sizes_change_evenly_too() -> None:
    mask = a_keyed_shape(keys={0: a_box(width=0.2, height=0.1), 10: a_box(width=0.4, height=0.5)})
    box = form_at(mask, 5).box
    assert box is not None
    assert (box.width, box.height) == pytest.approx((0.3, 0.3))


def test_what_is_not_keyed_is_the_same_at_any_time() -> None:
    assert form_at(a_shape(), 0).box == form_at(a_shape(), 10**9).box


def test_paint_is_held_until_the_next_key_frame() -> None:
    one, other = MaskStroke(brush=0.1, points=DOT), MaskStroke(brush=0.2, points=DOT)
    frames = (
        MaskKeyFrame(offset_samples=10, strokes=(one,)),
        MaskKeyFrame(offset_samples=20, strokes=(one, other)),
    )
    mask = some_paint(key_frames=frames, is_keyed=True)
    assert [len(form_at(mask, at).strokes) for at in (0, 10, 19, 20, 99)] == [1, 1, 1, 2, 2]


def test_shifting_moves_key_frames_alone() -> None:
    still, moving = a_shape("a"), a_keyed_shape("b")
    later = shifted((still, moving), 30)
    assert later[0] is still
    assert times_of(later) == (30, 130)


def test_the_box_around_paint_is_as_wide_as_the_brush_looks() -> None:
    mask = some_paint("m", ((0.2, 0.5), (0.6, 0.5)), brush=0.1)
    box = bounds_of(mask.key_frames[0], aspect=2.0)
    assert box is not None
    assert (box.x, box.y, box.width, box.height) == pytest.approx((0.4, 0.5, 0.45, 0.1))
    assert bounds_of(some_paint("m").key_frames[0], aspect=2.0) is None


def test_paint_is_moved_and_fitted_as_a_box_is() -> None:
    form = some_paint("m", ((0.2, 0.4), (0.6, 0.8)), brush=0.1).key_frames[0]
    right = moved(form, 0.1, -0.2)
    assert right.strokes[0].points[0] == pytest.approx((0.3, 0.2))
    assert right.strokes[0].points[1] == pytest.approx((0.7, 0.6))
    twice = fitted(form, a_box(0.4, 0.6, 0.2, 0.2), a_box(0.4, 0.6, 0.4, 0.4))
    assert twice.strokes[0].points[0] == pytest.approx((0.0, 0.2))
    assert twice.strokes[0].brush == pytest.approx(0.2)


def test_what_a_hand_draws_is_brought_within_bounds() -> None:
    wild = MaskKeyFrame(box=a_box(99.0, -99.0, 0.0, 1000.0))
    tame = within_bounds(wild)
    assert problem_of((a_shape(key_frames=(tame,)),)) == ""
    assert within_bounds(tame) == tame


def keyed_at(*offsets: int) -> DrawnMask:
    frames = tuple(MaskKeyFrame(offset_samples=at, box=a_box()) for at in offsets)
    return a_shape(key_frames=frames, is_keyed=True)


def painted(**fields: object) -> DrawnMask:
    stroke = replace(MaskStroke(brush=0.1, points=DOT), **fields)  # type: ignore[arg-type]  # any field
    return some_paint(key_frames=(MaskKeyFrame(strokes=(stroke,)),))


def boxed(**fields: float) -> DrawnMask:
    return a_shape("m", replace(a_box(), **fields))  # type: ignore[arg-type]  # any field


BROKEN = {
    "same id": (a_shape(), a_shape()),
    "too many": tuple(a_shape(f"m{number}") for number in range(MAX_MASKS + 1)),
    "no key frame": (a_shape(key_frames=()),),
    "too many key frames": (keyed_at(*range(MAX_KEY_FRAMES + 1)),),
    "not in order": (keyed_at(5, 4),),
    "twice at once": (keyed_at(5, 5),),
    "impossible time": (keyed_at(2**50),),
    "still, with two key frames": (replace(keyed_at(0, 5), is_keyed=False),),
    "still, not at 0": (replace(keyed_at(5), is_keyed=False),),
    "feather": (a_shape(feather=1.5),),
    "no feather": (a_shape(feather=math.nan),),
    "far away": (boxed(x=1e9),),
    "nowhere": (boxed(y=math.nan),),
    "flat": (boxed(height=0.0),),
    "endless": (boxed(width=math.inf),),
    "inside out": (boxed(width=-0.5),),
    "paint with a box": (a_shape(shape=MaskShape.PAINT),),
    "ellipse without box": (a_shape(key_frames=(MaskKeyFrame(),)),),
    "ellipse with strokes": (replace(painted(), shape=MaskShape.ELLIPSE),),
    "no point": (painted(points=()),),
    "too many points": (painted(points=DOT * (MAX_POINTS + 1)),),
    "point nowhere": (painted(points=((0.5, math.nan),)),),
    "brush": (painted(brush=0.0),),
    "too many strokes": (some_paint("m", *[DOT] * (MAX_STROKES + 1)),),
    "too many points in all": tuple(
        some_paint(f"m{number}", *[DOT * 2000] * 5) for number in range(11)
    ),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_beyond_all_bounds_is_told(broken: tuple[DrawnMask, ...]) -> None:
    assert problem_of(broken).startswith("has ")


def test_what_can_be_drawn_is_in_bounds() -> None:
    masks = (a_shape("a"), a_keyed_shape("b"), some_paint("c", DOT), some_paint("d"))
    assert problem_of(masks) == ""
