from __future__ import annotations

import itertools

import numpy as np
import pytest

from prismdesk.sample.actors import swing
from prismdesk.sample.picture import PictureMaker
from prismdesk.sample.recipe import load_recipe
from prismdesk.sample.walker import stance


@pytest.fixture(scope="module")
def maker() -> PictureMaker:
    return PictureMaker(load_recipe())


def test_same_frame_looks_the_same_whatever_was_drawn_before(maker: PictureMaker) -> None:
    first = maker.draw(40).copy()
    maker.draw(200)

    np.testing.assert_array_equal(maker.draw(40), first)


def test_picture_uses_its_whole_range_without_burning_out(maker: PictureMaker) -> None:
    picture = maker.draw(72)

    assert picture.shape == (3, 720, 1280)
    assert picture.dtype == np.uint8
    assert 40 < picture.mean() < 110
    assert (picture >= 254).all(axis=0).mean() < 0.01


def test_things_move_and_the_sky_stands_still(maker: PictureMaker) -> None:
    before, after = maker.draw(100).astype(int), maker.draw(124).astype(int)
    moved = np.abs(after - before).max(axis=0)

    assert np.median(moved[20:90, 500:1000]) < 8
    assert np.median(moved[430:600, 500:900]) > 8


def test_bell_rings_where_the_buoy_turns_back() -> None:
    recipe = load_recipe()
    for ring in recipe.ring_frames():
        here = abs(swing(recipe, ring))
        assert here > abs(swing(recipe, ring - 1))
        assert here > abs(swing(recipe, ring + 1))


def test_feet_land_at_the_frames_that_are_heard() -> None:
    recipe = load_recipe()
    for step in range(1, recipe.walker.steps):
        frame = recipe.step_frame(step)
        foot = step % 2
        x_px, height_px = stance(recipe, frame).feet[foot]
        assert (x_px, height_px) == (recipe.foot_x_px(step), 0.0)
        assert stance(recipe, frame - 4).feet[foot][1] > 1.0
        assert stance(recipe, frame + 4).feet[foot] == (x_px, 0.0)


def test_walker_never_jumps() -> None:
    recipe = load_recipe()
    places = [stance(recipe, frame) for frame in range(recipe.picture.frames)]
    for before, after in itertools.pairwise(places):
        assert 0 <= after.middle_x_px - before.middle_x_px < 8
        for foot in range(2):
            assert 0 <= after.feet[foot][0] - before.feet[foot][0] < 12
