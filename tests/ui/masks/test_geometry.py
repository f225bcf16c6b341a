from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF

from prismdesk.project.picture_mask import SMALLEST
from prismdesk.ui.masks.geometry import (
    Handle,
    PictureMap,
    box_between,
    box_pulled,
    handle_at,
    handle_points,
    mask_under,
    words_of,
)
from tests.builders import a_box, a_keyed_shape, a_shape, some_paint

ON = PictureMap(QRectF(100, 50, 400, 200))


@pytest.mark.parametrize("share", [(0.0, 0.0), (1.0, 1.0), (0.25, 0.75), (-0.5, 1.5)])
def test_places_and_points_stand_for_each_other(share: tuple[float, float]) -> None:
    assert ON.share_of(ON.point_of(share)) == pytest.approx(share)


def test_a_share_is_of_the_picture_not_of_the_widget() -> None:
    assert ON.point_of((0.5, 0.5)) == QPointF(300, 150)
    assert ON.rect_of(a_box(0.5, 0.5, 0.5, 0.5)) == QRectF(200, 100, 200, 100)
    assert ON.aspect == 2


def test_handles_are_found_around_their_points() -> None:
    box = QRectF(100, 100, 200, 100)
    for handle, point in handle_points(box).items():
        assert handle_at(point + QPointF(3, -3), box) is handle
    assert handle_at(box.center(), box) is None


def test_the_uppermost_mask_is_found() -> None:
    masks = (a_shape("below", a_box(0.5, 0.5, 0.6, 0.6)), a_shape("above", a_box(0.6)))
    at = ON.point_of((0.6, 0.5))
    found = mask_under(at, masks, 0, ON)
    assert found is masks[1]
    assert mask_under(ON.point_of((0.25, 0.5)), masks, 0, ON) is masks[0]
    assert mask_under(ON.point_of((0.22, 0.22)), masks, 0, ON) is None


def test_a_mask_is_found_where_it_is_at_the_time() -> None:
    masks = (a_keyed_shape(keys={0: a_box(0.2), 100: a_box(0.8)}),)
    at = ON.point_of((0.8, 0.5))
    assert mask_under(at, masks, 0, ON) is None
    assert mask_under(at, masks, 100, ON) is masks[0]


def test_paint_is_found_along_its_strokes_as_they_look() -> None:
    masks = (some_paint("m", ((0.2, 0.5), (0.8, 0.5)), brush=0.2),)
    assert mask_under(ON.point_of((0.5, 0.58)), masks, 0, ON) is masks[0]
    assert mask_under(ON.point_of((0.5, 0.62)), masks, 0, ON) is None
    assert mask_under(ON.point_of((0.84, 0.5)), masks, 0, ON) is masks[0]
    assert mask_under(ON.point_of((0.86, 0.5)), masks, 0, ON) is None


def test_a_box_is_drawn_in_any_direction() -> None:
    for start, end in (((0.2, 0.4), (0.6, 0.6)), ((0.6, 0.6), (0.2, 0.4))):
        box = box_between(start, end, aspect=2.0, is_even=False)
        assert (box.x, box.y, box.width, box.height) == pytest.approx((0.4, 0.5, 0.4, 0.2))


def test_an_even_box_is_as_wide_as_high_on_the_screen() -> None:
    box = box_between((0.5, 0.5), (0.6, 0.4), aspect=2.0, is_even=True)
    assert box.width * 2.0 == pytest.approx(box.height) == pytest.approx(0.2)
    assert (box.x, box.y) == pytest.approx((0.55, 0.4))


def test_pulling_a_side_leaves_the_other_where_it_is() -> None:
    box = box_pulled(a_box(), Handle.RIGHT, (0.9, 0.1), is_even=False)
    assert (box.x, box.y, box.width, box.height) == pytest.approx((0.6, 0.5, 0.6, 0.4))
    corner = box_pulled(a_box(), Handle.TOP_LEFT, (0.1, 0.2), is_even=False)
    assert (corner.x, corner.y, corner.width, corner.height) == pytest.approx((0.4, 0.45, 0.6, 0.5))


def test_a_box_is_not_turned_inside_out() -> None:
    box = box_pulled(a_box(), Handle.LEFT, (5.0, 0.5), is_even=False)
    assert box.width == SMALLEST
    assert box.x + box.width / 2 == pytest.approx(0.7)


def test_a_corner_pulled_evenly_keeps_the_shape() -> None:
    box = box_pulled(a_box(0.5, 0.5, 0.4, 0.2), Handle.BOTTOM_RIGHT, (1.1, 0.61), is_even=True)
    assert box.width / box.height == pytest.approx(2.0)
    assert (box.x - box.width / 2, box.y - box.height / 2) == pytest.approx((0.3, 0.4))


def test_a_mask_is_described() -> None:
    keyed = a_keyed_shape(keys={0: a_box(0.2, 0.4, 0.2, 0.3), 9: a_box()}, takes_away=True)
    assert words_of(keyed, 0, aspect=2.0) == (
        "ellipse at 20 % 40 %, 20 % by 30 %, taking away, 2 key frames"
    )
    assert words_of(some_paint("m"), 0, aspect=2.0) == "paint, empty"
