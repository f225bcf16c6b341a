"""The walker with the lantern: a walk whose feet land exactly at the recipe's frames."""

from __future__ import annotations

from math import acos, atan2, cos, exp, hypot, pi, sin
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from prismdesk.sample.drawing import (
    Planes,
    Sprite,
    circle,
    column,
    coverage,
    limb,
    polygon,
    rgb,
    smoothstep,
)

if TYPE_CHECKING:
    from prismdesk.sample.recipe import Recipe

Point = tuple[float, float]

_COAT = rgb("#11162E")
_LEG = rgb("#0B1024")
_RIM = rgb("#F0A47E")
_FLAME = rgb("#FFC871")
_THIGH, _SHIN, _HIP = 27.0, 27.5, 58.0


class Stance(NamedTuple):
    """Where the walker's feet are, (x, height over the deck), left first, and the body's x."""

    feet: tuple[Point, Point]
    middle_x_px: float


def stance(recipe: Recipe, frame: float) -> Stance:
    """Return how the walker stands at a frame.

    Even steps are the left foot's. A foot that has landed stays where it is until the other
    one has landed; height is 0 on the deck.
    """
    walker = recipe.walker
    landed = int((frame - walker.first_step_frame) // walker.step_every_frames)
    landed = max(-1, min(landed, walker.steps - 1))
    share = (frame - recipe.step_frame(landed)) / walker.step_every_frames
    share = max(0.0, min(share, 1.0))
    standing = (recipe.foot_x_px(landed), 0.0)
    if landed >= walker.steps - 1:
        other = (recipe.foot_x_px(landed - 1), 0.0)
        middle = (standing[0] + other[0]) / 2.0
    else:
        back, ahead = recipe.foot_x_px(landed - 1), recipe.foot_x_px(landed + 1)
        # The swing is quick in the middle and soft where the foot lifts and lands.
        eased = share * share * (3.0 - 2.0 * share)
        other = (back + (ahead - back) * eased, 9.0 * sin(pi * share) ** 1.5)
        start = (back + standing[0]) / 2.0
        end = (standing[0] + ahead) / 2.0
        middle = start + (end - start) * share
    feet = (standing, other) if landed % 2 == 0 else (other, standing)
    return Stance(feet, middle)


def draw_walker(recipe: Recipe, frame: int) -> Sprite:
    """Return the walker at a frame; the sprite includes the lantern's own light."""
    (left, right), middle = stance(recipe, frame)
    deck = float(recipe.walker.deck_px)
    spread = abs(left[0] - right[0]) / 2.0
    hip_height = min(_HIP, (max(_HIP**2 - spread**2, 1.0)) ** 0.5 + 1.0)
    sprite = Sprite(int(middle) - 90, int(deck) - 196, 250, 206, (middle, deck))
    hip = (0.0, -hip_height)
    for foot, tone in ((right, "#090D1E"), (left, "#0E1329")):
        _leg(sprite, hip, (foot[0] - middle, -foot[1]), rgb(tone))
    _body(sprite, hip)
    _lantern(sprite, recipe, frame, hip)
    return sprite


def lantern_place(recipe: Recipe, frame: int) -> Point:
    """Return where the lantern's flame is in the picture."""
    middle = stance(recipe, frame).middle_x_px
    x, y = _hand(recipe, frame, -_HIP)
    return middle + x + 1.0, recipe.walker.deck_px + y + 17.0


def _hand(recipe: Recipe, frame: int, hip_y: float) -> Point:
    """Return the hand that holds the lantern: swinging with the walk, raised at the end."""
    seconds = frame / recipe.picture.frames_per_second
    last = recipe.step_frame(recipe.walker.steps - 1)
    raised = (frame - last - 8) / 26.0
    raised = max(0.0, min(raised, 1.0))
    raised = raised * raised * (3.0 - 2.0 * raised)
    phase = pi * (frame - recipe.walker.first_step_frame) / recipe.walker.step_every_frames
    walking = 1.0 - max(0.0, min((frame - last) / 10.0, 1.0))
    angle = 0.55 + 0.10 * cos(phase) * walking + raised * 1.45 + 0.02 * sin(seconds * 1.7)
    return 2.0 + 38.0 * sin(angle), hip_y - 41.0 + 38.0 * cos(angle)


def _leg(sprite: Sprite, hip: Point, foot: Point, colour: tuple[float, float, float]) -> None:
    ankle = (foot[0] - 1.0, foot[1] - 5.0)
    dx, dy = ankle[0] - hip[0], ankle[1] - hip[1]
    reach = min(hypot(dx, dy), _THIGH + _SHIN - 0.2)
    bend = acos((_THIGH**2 + reach**2 - _SHIN**2) / (2 * _THIGH * reach))
    angle = atan2(dx, dy) + bend
    knee = (hip[0] + _THIGH * sin(angle), hip[1] + _THIGH * cos(angle))
    x, y = sprite.x, sprite.y
    sprite.paint(colour, coverage(limb(x, y, hip, knee, 7.5, 5.5)))
    sprite.paint(colour, coverage(limb(x, y, knee, ankle, 5.2, 4.0)))
    sprite.paint(
        colour,
        coverage(limb(x, y, (ankle[0], ankle[1] + 2.0), (ankle[0] + 9.0, ankle[1] + 3.0), 3.4)),
    )


def _body(sprite: Sprite, hip: Point) -> None:
    x, y = sprite.x, sprite.y - hip[1]
    coat = polygon(x, y, [(-11, -42), (9, -43), (14, -8), (19, 17), (-18, 17), (-14, -8)]) - 3.0
    rim = smoothstep(2.0, 17.0, x)
    cloth = column(_COAT) * (1 - 0.45 * rim) + column(rgb("#7C4A4C")) * (0.45 * rim)
    sprite.paint(cloth.astype(np.float32), coverage(coat))
    edge = coverage(np.abs(coat + 0.9) - 0.8) * smoothstep(4.0, 14.0, x) * np.float32(0.75)
    sprite.paint(_RIM, edge)
    sprite.paint(rgb("#6C2F3A"), coverage(limb(x, y, (-8.0, -45.0), (9.0, -44.0), 5.0)))
    sprite.paint(rgb("#6C2F3A"), coverage(limb(x, y, (-9.0, -43.0), (-17.0, -24.0), 3.4, 4.4)))
    sprite.paint(rgb("#C98A6E"), coverage(circle(x, y, 3.0, -57.0, 9.0)))
    sprite.paint(rgb("#2A1E2C"), coverage(np.maximum(circle(x, y, 1.0, -58.0, 10.4), x - 4.5)))
    hat = np.minimum(
        polygon(x, y, [(-10, -61), (12, -61), (9, -73), (-6, -74)]) - 1.5,
        limb(x, y, (-16.0, -61.0), (19.0, -60.0), 1.8),
    )
    sprite.paint(rgb("#0D1228"), coverage(hat))
    sprite.paint(_RIM, coverage(np.abs(hat + 0.8) - 0.7) * smoothstep(4.0, 12.0, x) * 0.6)


def _lantern(sprite: Sprite, recipe: Recipe, frame: int, hip: Point) -> None:
    x, y = sprite.x, sprite.y
    shoulder = (2.0, hip[1] - 40.0)
    hand = _hand(recipe, frame, hip[1])
    sprite.paint(rgb("#1A1F3A"), coverage(limb(x, y, shoulder, hand, 6.0, 4.2)))
    sprite.paint(_RIM, coverage(limb(x - 1.0, y + 2.0, shoulder, hand, 0.9)) * np.float32(0.5))
    sprite.paint(rgb("#C98A6E"), coverage(circle(x, y, hand[0], hand[1], 3.6)))
    fx, fy = hand[0] + 1.0, hand[1] + 17.0
    flicker = 1.0 + 0.05 * sin(frame * 1.9) + 0.04 * sin(frame * 0.83 + 1.0)
    sprite.paint(_LEG, coverage(np.abs(circle(x, y, fx, fy - 9.0, 6.5)) - 0.7) * (y < fy - 8.0))
    sprite.paint(
        rgb("#FFD98F"),
        coverage(
            polygon(
                x, y, [(fx - 5, fy - 7), (fx + 5, fy - 7), (fx + 6.5, fy + 8), (fx - 6.5, fy + 8)]
            )
        ),
    )
    for side in (-5.6, 0.0, 5.6):
        sprite.paint(
            _LEG,
            coverage(limb(x, y, (fx + side * 0.8, fy - 7.0), (fx + side * 1.1, fy + 8.0), 0.6)),
        )
    sprite.paint(_LEG, coverage(limb(x, y, (fx - 5.0, fy - 8.0), (fx + 5.0, fy - 8.0), 1.6)))
    sprite.paint(_LEG, coverage(limb(x, y, (fx - 6.0, fy + 9.0), (fx + 6.0, fy + 9.0), 1.7)))
    away = np.hypot(x - fx, y - fy)
    light = np.exp(-((away / 9.0) ** 2)) * 0.65 + np.exp(-away / 24.0) * 0.42
    sprite.glow(_FLAME, light * np.float32(flicker) * smoothstep(-90.0, -50.0, -away))


def lantern_light(recipe: Recipe, frame: int, picture: Planes, wood: Planes) -> None:
    """Warm the air and the pier's planks around the lantern, and draw its path on the water."""
    fx, fy = lantern_place(recipe, frame)
    deck = recipe.walker.deck_px
    flicker = 1.0 + 0.05 * sin(frame * 1.9) + 0.04 * sin(frame * 0.83 + 1.0)
    air = Sprite(int(fx) - 170, int(fy) - 150, 340, 320, (fx, fy))
    away = np.hypot(air.x, air.y)
    air.glow(_FLAME, np.exp(-((away / 78.0) ** 2)) * np.float32(0.15 * flicker))
    air.onto(picture)
    height = deck - fy
    left, right = max(int(fx) - 190, 0), min(int(fx) + 190, picture.shape[2])
    rows = slice(deck - 4, deck + 22)
    x = np.arange(left, right, dtype=np.float32).reshape(1, -1) + 0.5 - fx
    pool = 1.0 / (1.0 + (x / (height * 1.1)) ** 2) ** 1.5
    pool *= np.exp(-((x / 140.0) ** 2)) * (0.5 + 0.9 * exp(-height / 70.0))
    picture[:, rows, left:right] += column(_FLAME) * (
        wood[:, rows, left:right] * pool * np.float32(2.6 * flicker)
    )
