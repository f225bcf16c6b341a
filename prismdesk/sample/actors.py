"""What moves and sounds in the sample film: beam, boat, buoy, fish, walker.

Each function draws one thing at a frame; times come from the recipe alone, so that picture and
sound agree. Sprites are returned for things that the water mirrors.
"""

from __future__ import annotations

from math import cos, exp, pi, sin, sqrt
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.sample.drawing import (
    Plane,
    Planes,
    Sprite,
    box,
    circle,
    column,
    coverage,
    limb,
    polygon,
    rgb,
    smoothstep,
)
from prismdesk.sample.scenery import LAMP_X, LAMP_Y, WIDTH

if TYPE_CHECKING:
    from prismdesk.sample.recipe import Recipe

_INK = rgb("#0A0F22")
_RIM = rgb("#EFA17C")
_FLAME = rgb("#FFC871")


def beam(above: Planes, recipe: Recipe, frame: int) -> None:
    """Add the lighthouse's light to what stands above the horizon."""
    turn = 2 * pi * (frame - recipe.lighthouse.first_flash_frame) / recipe.lighthouse.turn_frames
    toward, aside = cos(turn), sin(turn)
    rows = slice(int(LAMP_Y) - 92, int(LAMP_Y) + 93)
    y = np.arange(rows.start, rows.stop, dtype=np.float32).reshape(-1, 1) + 0.5 - LAMP_Y
    x = np.arange(WIDTH, dtype=np.float32).reshape(1, -1) + 0.5 - LAMP_X
    # Two lamps back to back: as one swings away the other comes.
    for facing, reach in ((toward, aside), (-toward, -aside)):
        along = x * (1.0 if reach >= 0 else -1.0)
        length = 1000.0 * abs(reach) + 1.0
        width = 4.0 + along * (0.045 + 0.09 * max(facing, 0.0)) / (0.25 + abs(reach))
        width = np.maximum(width, 1.0)
        core = np.exp(-((y / width) ** 2)) * np.exp(-np.maximum(along, 0) / (0.42 * length))
        strength = (0.40 + 0.25 * facing) * min(1.0, abs(reach) * 3.0)
        light = core * smoothstep(-2.0, 6.0, along) * np.float32(strength * 0.62)
        above[:, rows] += column(rgb("#FFE3B0")) * light
    flash = max(abs(toward) ** 24, 0.10)
    away = np.hypot(x, y)
    glare = np.exp(-((away / 9.0) ** 2)) * 1.1 + np.exp(-away / 26.0) * 0.50 * flash
    glare += np.exp(-np.abs(y) / 1.4) * np.exp(-np.abs(x) / 90.0) * 0.5 * flash
    above[:, rows] += column(rgb("#FFE9C2")) * (glare * np.float32(0.28 + 0.85 * flash))
    np.clip(above[:, rows], 0.0, 1.0, out=above[:, rows])


def boat(recipe: Recipe, frame: int) -> Sprite:
    """Return the fishing boat, heading left, with its lit cabin."""
    seconds = frame / recipe.picture.frames_per_second
    cx = recipe.boat_x_px(frame)
    cy = recipe.boat.waterline_px + 1.6 * sin(seconds * 2.3)
    tilt = 0.018 * sin(seconds * 1.9 + 0.6)
    sprite = Sprite(int(cx) - 84, recipe.boat.waterline_px - 128, 168, 136, (cx, cy), tilt)
    x, y = sprite.x, sprite.y
    hull = polygon(
        x, y, [(-70, -25), (-46, -15), (30, -13), (60, -17), (56, 6), (-50, 6), (-60, -6)]
    )
    sprite.paint(_INK, coverage(limb(x, y, (-20.0, -38.0), (-20.0, -95.0), 1.3, 0.9)))
    sprite.paint(_INK, coverage(limb(x, y, (34.0, -15.0), (34.0, -62.0), 1.2, 0.8)))
    for a, b in (
        ((-20.0, -92.0), (-68.0, -26.0)),
        ((-20.0, -92.0), (34.0, -62.0)),
        ((34.0, -60.0), (58.0, -18.0)),
        ((34.0, -58.0), (6.0, -28.0)),
    ):
        sprite.paint(_INK, coverage(limb(x, y, a, b, 0.35)) * np.float32(0.75))
    sprite.paint(rgb("#1C2342"), coverage(box(x, y, -34, -43, 4, -14)))
    sprite.paint(_INK, coverage(box(x, y, -39, -46.5, 8, -42.5)))
    for left, right in ((-31, -22), (-18.5, -9.5), (-6, 1)):
        sprite.paint(rgb("#FFCE7E"), coverage(box(x, y, left, -38.5, right, -28.5)))
    sprite.paint(_INK, coverage(limb(x, y, (14.0, -14.0), (15.0, -49.0), 3.6, 3.2)))
    sprite.paint(_RIM, coverage(limb(x, y, (16.8, -16.0), (17.4, -48.0), 0.7)) * np.float32(0.7))
    sprite.paint(rgb("#12182F"), coverage(hull))
    sprite.paint(rgb("#8E3F3E"), coverage(np.maximum(hull, np.abs(y + 2.0) - 2.2)) * 0.75)
    sprite.paint(_RIM, coverage(np.maximum(hull + 0.2, -hull - 1.6)) * smoothstep(0, 60, x) * 0.8)
    window = np.hypot((x + 14.0) / 1.5, y + 33.0)
    sprite.glow(rgb("#FF9A48"), np.exp(-((window / 17.0) ** 2)) * np.float32(0.30))
    lamp = np.hypot(x + 20.0, y + 96.0)
    sprite.glow(
        rgb("#FFF0CC"), np.exp(-((lamp / 2.4) ** 2)) + np.exp(-lamp / 6.0) * np.float32(0.40)
    )
    return sprite


def smoke(recipe: Recipe, frame: int, picture: Planes) -> None:
    """Draw the puffs that the boat's engine has blown; one leaves the funnel at each stroke."""
    rate = recipe.picture.frames_per_second
    for stroke in recipe.stroke_frames():
        age = (frame - stroke) / rate
        if not 0 <= age < 3.0:
            continue
        rise = 22.0 * (1.0 - exp(-age * 2.8)) + 13.0 * age
        cx = recipe.boat_x_px(stroke) + 15.0 + 17.0 * age + 3.0 * sin(stroke * 1.7 + age * 1.3)
        cy = recipe.boat.waterline_px - 52.0 - rise
        radius = 3.5 + 7.0 * sqrt(age) + 1.5 * age
        size = int(radius * 1.5) + 4
        puff = Sprite(int(cx) - size, int(cy) - size, 2 * size, 2 * size, (cx, cy))
        strength = exp(-age * 0.75) * min(1.0, (3.0 - age) / 0.5)
        ball = np.hypot(puff.x, puff.y * 1.12) / radius
        cover = np.exp(-(ball**5)) * np.float32(strength * 0.92)
        lit = smoothstep(-0.7, 0.9, (puff.x * 0.7 + puff.y * 0.6) / radius)
        shade = column(rgb("#1B1838")) * (1 - lit) + column(rgb("#7E5A78")) * lit
        puff.paint(shade.astype(np.float32), cover)
        puff.onto(picture)


def swing(recipe: Recipe, frame: float) -> float:
    """Return the buoy's tilt in radians: at its extremes exactly where the bell rings."""
    phase = pi * (frame - recipe.buoy.first_ring_frame) / recipe.buoy.ring_every_frames
    return 0.155 * cos(phase)


def buoy(recipe: Recipe, frame: int) -> Sprite:
    """Return the bell buoy, tilted by the swell, its clapper swinging against the bell."""
    tilt = swing(recipe, frame)
    ox, oy = float(recipe.buoy.x_px), recipe.buoy.waterline_px + 3.0 * abs(tilt) / 0.155 - 2.0
    sprite = Sprite(int(ox) - 74, int(oy) - 176, 148, 200, (ox, oy), tilt)
    x, y = sprite.x, sprite.y
    iron = rgb("#131A33")
    for a, b in (
        ((-24.0, -20.0), (-13.0, -120.0)),
        ((24.0, -20.0), (13.0, -120.0)),
        ((-20.0, -58.0), (20.0, -58.0)),
        ((-15.0, -104.0), (15.0, -104.0)),
        ((-24.0, -24.0), (19.0, -58.0)),
        ((24.0, -24.0), (-19.0, -58.0)),
    ):
        sprite.paint(iron, coverage(limb(x, y, a, b, 1.9)))
        edge = coverage(limb(x - 1.3, y, a, b, 0.5)) * np.float32(0.65 if a[0] > 0 else 0.35)
        sprite.paint(_RIM, edge)
    _bell(sprite, recipe, frame, tilt)
    sprite.paint(iron, coverage(box(x, y, -15, -125, 15, -119)))
    sprite.paint(iron, coverage(box(x, y, -5, -140, 5, -124)))
    lamp_on = 1.0 if (frame // 12) % 4 == 0 else 0.25
    sprite.paint(rgb("#5A1F2A"), coverage(circle(x, y, 0.0, -145.0, 6.0)))
    glow = np.hypot(x, y + 145.0)
    sprite.glow(
        rgb("#FF5A4C"),
        (np.exp(-((glow / 5.0) ** 2)) + np.exp(-glow / 11.0) * 0.55) * np.float32(lamp_on),
    )
    float_body = polygon(x, y, [(-46, -22), (46, -22), (38, 14), (-38, 14)])
    across = smoothstep(-50.0, 50.0, x)
    body = column(rgb("#6E2A33")) * (0.35 + 0.85 * across)
    sprite.paint(body.astype(np.float32), coverage(float_body))
    sprite.paint(
        rgb("#D9B7A6"),
        coverage(np.maximum(float_body, np.abs(y + 10.0) - 3.6)) * (0.30 + 0.5 * across),
    )
    sprite.paint(_RIM, coverage(np.maximum(float_body, np.abs(y + 21.0) - 1.0)) * across)
    return sprite


def _bell(sprite: Sprite, recipe: Recipe, frame: int, tilt: float) -> None:
    x, y = sprite.x, sprite.y
    since = min(((frame - ring) for ring in recipe.ring_frames() if ring <= frame), default=10_000)
    ringing = exp(-since / 9.0)
    # Gravity holds the clapper upright while the bell tilts, so it meets the low side.
    reach = 9.5 * tilt / 0.155
    foot = (max(-9.5, min(9.5, reach * 1.12)), -66.0)
    sprite.paint(rgb("#2A2031"), coverage(limb(x, y, (0.0, -96.0), foot, 1.2)))
    sprite.paint(rgb("#3A2C38"), coverage(circle(x, y, foot[0], foot[1], 4.0)))
    flare = 7.0 + 11.0 * np.clip((y + 101.0) / 30.0, 0.0, 1.0) ** 2.4
    dome = np.maximum(np.abs(x) - flare, np.maximum(-101.0 - y, y + 71.0))
    shade = smoothstep(-16.0, 16.0, x)
    bronze = column(rgb("#4A3330")) * (1 - shade) + column(rgb("#E2A56A")) * shade
    sprite.paint(bronze.astype(np.float32), coverage(dome))
    glint = np.exp(-((x - 8.0) ** 2) / 5.0) * coverage(dome)
    sprite.paint(rgb("#FFE6BE"), (glint * np.float32(0.22 + 0.45 * ringing)).astype(np.float32))
    halo = np.hypot(x, y + 84.0)
    sprite.glow(rgb("#FFD9A0"), np.exp(-((halo / 34.0) ** 2)) * np.float32(0.26 * ringing))


def rings(
    picture: Planes, centre: tuple[float, float], age_seconds: float, *, reach_px: float
) -> None:
    """Draw rings that spread on the water from a point, flattened by perspective."""
    if not 0.0 <= age_seconds < 3.0:
        return
    cx, cy = centre
    outer = int(reach_px * 1.2)
    sprite = Sprite(
        int(cx) - outer, int(cy) - int(outer * 0.26), 2 * outer, int(outer * 0.52) + 1, centre
    )
    away = np.hypot(sprite.x, sprite.y / 0.24)
    light = np.zeros_like(away)
    for delay in (0.0, 0.28, 0.56):
        age = age_seconds - delay
        if age <= 0:
            continue
        radius = reach_px * (1.0 - exp(-age * 0.95))
        width = 3.0 + 5.0 * age
        fade = exp(-age * 1.35) * min(age * 8.0, 1.0)
        light += np.exp(-(((away - radius) / width) ** 2)) * np.float32(fade)
        light -= np.exp(-(((away - radius - 1.9 * width) / width) ** 2)) * np.float32(fade * 0.55)
    sprite.glow(rgb("#D8A6A0"), light * np.float32(0.30))
    sprite.onto(picture)


def fish(recipe: Recipe, frame: int, picture: Planes) -> None:
    """Draw the fish in the air, and the drops it throws up where it leaves and comes back."""
    leap, dive = recipe.fish.leap_frame, recipe.fish.dive_frame
    x0, y0 = float(recipe.fish.x_px), float(recipe.fish.y_px)
    rate = recipe.picture.frames_per_second
    if leap <= frame <= dive:
        u = (frame - leap) / (dive - leap)
        cx, cy = x0 - 34.0 + 68.0 * u, y0 - 4.0 * 66.0 * u * (1.0 - u)
        angle = float(np.arctan2(-4.0 * 66.0 * (1.0 - 2.0 * u), 68.0))
        body = Sprite(int(cx) - 34, int(cy) - 34, 68, 68, (cx, cy), angle)
        bend = body.y + 0.010 * body.x * body.x * (0.5 - u)
        shape = np.abs(bend) - 6.2 * np.sqrt(np.clip(1.0 - (body.x / 20.0) ** 2, 0.0, 1.0))
        shape = np.where(np.abs(body.x) > 20.0, np.abs(body.x) - 20.0 + np.abs(bend), shape)
        tail = polygon(body.x, bend, [(-15.0, 0.0), (-27.0, -7.5), (-23.0, 0.0), (-27.0, 7.5)])
        outline = np.minimum(shape, tail)
        below = (y0 - 1.0) - (np.arange(body.top, body.top + 68).reshape(-1, 1) + 0.5)
        seen = (coverage(outline) * np.clip(below, 0.0, 1.0)).astype(np.float32)
        lit = smoothstep(-5.0, 6.0, bend)
        pigment = column(rgb("#2A3358")) * (1 - lit) + column(rgb("#F0C7AE")) * lit
        body.paint(pigment.astype(np.float32), seen)
        body.onto(picture)
    for start, cx, weight in ((leap, x0 - 34.0, 0.6), (dive, x0 + 34.0, 1.0)):
        age = (frame - start) / rate
        rings(picture, (cx, y0), age, reach_px=70.0 + 60.0 * weight)
        _drops(picture, (cx, y0), age, weight=weight, seed=start)


def _drops(
    picture: Planes, centre: tuple[float, float], age: float, *, weight: float, seed: int
) -> None:
    if not 0.0 <= age < 0.75:
        return
    random = np.random.default_rng(seed)
    crown = Sprite(int(centre[0]) - 70, int(centre[1]) - 90, 140, 96, centre)
    light: Plane = np.zeros_like(crown.cover)
    for _ in range(int(26 * weight)):
        speed_x, speed_y = random.normal() * 46.0, -(60.0 + 130.0 * random.random()) * weight
        px, py = speed_x * age, speed_y * age + 0.5 * 420.0 * age * age
        size = 0.8 + 1.3 * random.random()
        if py < 1.0:
            drop = circle(crown.x, crown.y, px, py, size)
            np.maximum(light, coverage(drop), out=light)
    crown.paint(rgb("#F3CDBE"), light * np.float32(0.9 * max(0.0, 1.0 - age / 0.75)))
    crown.onto(picture)
