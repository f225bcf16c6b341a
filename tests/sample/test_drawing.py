from __future__ import annotations

import numpy as np
import pytest

from prismdesk.sample.drawing import Sprite, box, circle, coverage, limb, polygon, rgb


def a_sprite(size: int = 40) -> Sprite:
    return Sprite(0, 0, size, size, (size / 2, size / 2))


def test_coverage_of_a_disc_adds_up_to_its_area() -> None:
    sprite = a_sprite()

    area = coverage(circle(sprite.x, sprite.y, 0.3, -0.2, 12.0)).sum()

    assert area == pytest.approx(np.pi * 144, rel=0.005)


def test_polygon_and_box_agree() -> None:
    sprite = a_sprite()
    corners = [(-9.0, -6.0), (11.0, -6.0), (11.0, 7.0), (-9.0, 7.0)]

    by_corners = coverage(polygon(sprite.x, sprite.y, corners))

    np.testing.assert_allclose(
        by_corners, coverage(box(sprite.x, sprite.y, -9, -6, 11, 7)), atol=1e-5
    )


def test_limb_has_round_ends_and_straight_sides() -> None:
    x = np.array([[0.0, 5.0, 14.0]], dtype=np.float32)
    y = np.array([[0.0, 3.0, 0.0]], dtype=np.float32)

    np.testing.assert_allclose(limb(x, y, (0, 0), (10, 0), 2.0), [[-2.0, 1.0, 2.0]], atol=1e-6)


def test_sprite_outside_the_picture_changes_nothing() -> None:
    picture = np.zeros((3, 20, 20), dtype=np.float32)
    sprite = Sprite(30, 5, 10, 10, (35.0, 10.0))
    sprite.paint((1.0, 1.0, 1.0), np.ones_like(sprite.cover))

    sprite.onto(picture)

    assert not picture.any()


def test_sprite_over_the_border_is_cut() -> None:
    picture = np.zeros((3, 20, 20), dtype=np.float32)
    sprite = Sprite(-5, 15, 10, 10, (0.0, 0.0))
    sprite.paint((1.0, 0.5, 0.0), np.ones_like(sprite.cover))

    sprite.onto(picture)

    assert picture[0].sum() == 25
    assert picture[0, 15:, :5].all()


def test_reflection_is_upside_down() -> None:
    sprite = Sprite(0, 0, 4, 10, (0.0, 0.0))
    sprite.paint(
        (1.0, 1.0, 1.0), (np.arange(10).reshape(-1, 1) < 3).astype(np.float32) * np.ones(4)
    )

    mirror = sprite.mirrored(10.0, np.zeros(10, dtype=np.intp), squeeze=1.0)

    assert mirror.top == 10
    np.testing.assert_array_equal(mirror.cover[:, 0], [0] * 7 + [1] * 3)


def test_colour_codes_are_read() -> None:
    assert rgb("#FF8000") == (1.0, 128 / 255, 0.0)
