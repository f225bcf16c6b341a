"""What stands still in the sample film: sky, hills, town, lighthouse, pier.

Laid out for 1280 x 720 and drawn once. The horizon lies at row ``HORIZON``.
"""

from __future__ import annotations

import numpy as np

from prismdesk.sample.drawing import (
    Plane,
    Planes,
    Sprite,
    box,
    circle,
    column,
    coverage,
    fractal,
    limb,
    polygon,
    rgb,
    smoothstep,
)

WIDTH, HEIGHT, HORIZON = 1280, 720, 412
LAMP_X, LAMP_Y = 253.0, 217.0
_AFTERGLOW_X = 905.0

_SKY = (
    (0.00, rgb("#0B1230")),
    (0.30, rgb("#1B2656")),
    (0.54, rgb("#43417C")),
    (0.72, rgb("#875B8C")),
    (0.86, rgb("#CE7F82")),
    (0.95, rgb("#F0A57E")),
    (1.00, rgb("#F7C08A")),
)
_NIGHT = rgb("#0A1022")
_RIM = rgb("#E79A78")


def draw_sky() -> Planes:
    """Return everything above the horizon, (3, ``HORIZON``, ``WIDTH``)."""
    y = np.arange(HORIZON, dtype=np.float32).reshape(-1, 1) + 0.5
    x = np.arange(WIDTH, dtype=np.float32).reshape(1, -1) + 0.5
    sky = _gradient(x, y)
    _stars(sky, x, y)
    _moon(sky, x, y)
    _clouds(sky, y)
    _hills(sky, x, y)
    _house(sky, x, y)
    _lighthouse(sky)
    _headland(sky, x, y)
    return np.clip(sky, 0.0, 1.0)


def _gradient(x: Plane, y: Plane) -> Planes:
    # The glow pulls the warm colours up where the sun went down.
    aside = (x - _AFTERGLOW_X) / 760.0
    height = y / HORIZON + 0.10 * np.exp(-aside * aside) - 0.085
    stops = [place for place, _ in _SKY]
    planes = [np.interp(height, stops, [colour[plane] for _, colour in _SKY]) for plane in range(3)]
    sky = np.stack(planes).astype(np.float32)
    distance = np.hypot((x - _AFTERGLOW_X) / 1.9, (y - HORIZON - 8.0) * 1.25)
    sky += column(rgb("#FFB070")) * np.exp(-((distance / 120.0) ** 2)) * np.float32(0.34)
    return sky


def _stars(sky: Planes, x: Plane, y: Plane) -> None:
    random = np.random.default_rng(41)
    for _ in range(150):
        sx, sy = float(random.random() * WIDTH), float(random.random() ** 1.5 * 270.0)
        size = 0.45 + 0.75 * float(random.random()) ** 4
        fade = max(0.0, 1.0 - sy / 285.0) * (0.35 + 0.65 * float(random.random()))
        rows = slice(max(int(sy) - 5, 0), int(sy) + 6)
        columns = slice(max(int(sx) - 5, 0), int(sx) + 6)
        away = np.hypot(x[:, columns] - sx, y[rows] - sy)
        sky[:, rows, columns] += column((0.86, 0.90, 1.0)) * np.exp(-((away / size) ** 2)) * fade


def _moon(sky: Planes, x: Plane, y: Plane) -> None:
    cx, cy, radius = 1098.0, 118.0, 25.0
    disc = coverage(circle(x, y, cx, cy, radius), 1.2)
    bite = coverage(circle(x, y, cx - 11.0, cy - 7.0, radius * 0.97), 3.0)
    crescent = disc * (1.0 - bite)
    away = np.hypot(x - cx, y - cy)
    sky += column(rgb("#C9CFF2")) * np.exp(-((away / 62.0) ** 1.3)) * np.float32(0.15)
    sky += column((0.10, 0.11, 0.16)) * disc * np.float32(0.28)
    sky *= 1.0 - crescent
    sky += column(rgb("#FFF3DC")) * crescent


def _clouds(sky: Planes, y: Plane) -> None:
    veil = fractal(HORIZON, WIDTH, cell_px=(46.0, 400.0), octaves=5, seed=7)
    band = np.exp(-(((y - 262.0) / 88.0) ** 2))
    lit = smoothstep(0.50, 0.78, veil) * band
    under = np.roll(lit, -5, axis=0)
    sky += column(rgb("#3A2C5E")) * (-0.32 * lit)
    sky += column(rgb("#FF9C86")) * (np.clip(lit - under, 0, 1) * 1.6 + lit * 0.20)
    low = smoothstep(0.52, 0.70, fractal(HORIZON, WIDTH, cell_px=(17.0, 330.0), octaves=4, seed=19))
    bars = low * np.exp(-(((y - 345.0) / 34.0) ** 2)) * np.float32(0.50)
    sky *= 1.0 - bars
    sky += column(rgb("#7B4E7C")) * bars


def _ridge(seed: int, roughness: float, cell_px: float) -> Plane:
    row: Plane = fractal(1, WIDTH, cell_px=(64.0, cell_px), octaves=6, seed=seed)[0]
    return np.asarray((row - 0.5) * roughness, dtype=np.float32)


def _hills(sky: Planes, x: Plane, y: Plane) -> None:
    layers = (
        (372.0, 62.0, 300.0, 3, "#8A6388", 0.70),
        (386.0, 46.0, 210.0, 12, "#5B4874", 0.82),
        (398.0, 30.0, 150.0, 5, "#332F58", 0.94),
    )
    for base, roughness, cell_px, seed, colour, strength in layers:
        lean = 14.0 * np.cos((x[0] - 260.0) / 520.0)
        edge = base + _ridge(seed, roughness, cell_px) + lean * 0.7
        body = coverage(edge - y, 1.6) * np.float32(strength)
        # Haze gathers at the foot, warm under the glow.
        haze = np.clip((y - edge) / (HORIZON + 6.0 - edge), 0.0, 1.0) ** 2 * np.float32(0.42)
        pigment = column(rgb(colour)) * (1.0 - haze) + column(rgb("#E9A088")) * haze
        sky *= 1.0 - body
        sky += pigment * body
    _town(sky, x, y)


def _town(sky: Planes, x: Plane, y: Plane) -> None:
    random = np.random.default_rng(77)
    for cluster, spread, lights in ((690.0, 95.0, 26), (1150.0, 60.0, 13), (505.0, 40.0, 7)):
        for _ in range(lights):
            lx = cluster + float(random.normal()) * spread
            ly = HORIZON - 3.0 - abs(float(random.normal())) * 6.0
            warm = float(random.random())
            colour = (1.0, 0.72 + 0.16 * warm, 0.38 + 0.30 * warm)
            rows = slice(int(ly) - 9, min(int(ly) + 10, HORIZON))
            columns = slice(max(int(lx) - 9, 0), int(lx) + 10)
            away = np.hypot(x[:, columns] - lx, y[rows] - ly)
            light = np.exp(-((away / 1.1) ** 2)) * 0.95 + np.exp(-((away / 3.6) ** 2)) * 0.22
            sky[:, rows, columns] += column(colour) * (light * (0.45 + 0.55 * warm))


def _headland(sky: Planes, x: Plane, y: Plane) -> None:
    rough = _ridge(23, 17.0, 60.0)
    shape = np.interp(x[0], [0, 120, 215, 300, 372, 430, 472], [338, 352, 358, 362, 383, 402, 414])
    edge = (shape + rough * np.interp(x[0], [0, 330, 470], [1.0, 0.7, 0.1])).astype(np.float32)
    body = coverage(edge - y, 1.3)
    sky *= 1.0 - body
    sky += column(rgb("#141A36")) * body
    lit = np.exp(-(((y - edge) / 3.2) ** 2)) * body * np.clip((x - 210.0) / 240.0, 0, 1)
    sky += column(_RIM) * lit * np.float32(0.42)


def _house(sky: Planes, x: Plane, y: Plane) -> None:
    """Draw the keeper's house; somebody is at home."""
    for name, distance in (
        ("#10152D", box(x, y, 158, 338, 206, 364)),
        ("#0C1126", polygon(x, y, [(152, 339), (212, 339), (198, 321), (166, 321)])),
        ("#0C1126", box(x, y, 190, 312, 197, 326)),
        ("#FFC46B", box(x, y, 184, 345, 191, 354)),
        ("#C9884C", box(x, y, 168, 345, 174, 354)),
    ):
        cover = coverage(distance)
        sky *= 1.0 - cover
        sky += column(rgb(name)) * cover
    sky += column((1.0, 0.6, 0.25)) * np.exp(-((np.hypot(x - 187, y - 350) / 16.0) ** 2)) * 0.20


def _lighthouse(sky: Planes) -> None:
    tower = Sprite(200, 180, 110, 190, (LAMP_X, 0.0))
    x, y = tower.x, tower.y
    body = coverage(polygon(x, y, [(-11.5, 232), (11.5, 232), (18.5, 368), (-18.5, 368)]))
    half = 11.5 + (y - 232.0) / 136.0 * 7.0
    across = np.clip(x / half, -1.0, 1.0)
    shade = 0.24 + 0.30 * smoothstep(-0.7, 1.0, across) + 0.32 * smoothstep(0.62, 1.0, across)
    bands = smoothstep(-0.12, 0.12, np.sin((y - 232.0) / 136.0 * 2.0 * np.pi * 2.0 - 0.6))
    white = column(rgb("#F3D9CF")) * shade
    red = column(rgb("#B4473F")) * (shade * 0.85)
    tower.paint((white * (1 - bands) + red * bands).astype(np.float32), body)
    dark = rgb("#0E1329")
    tower.paint(dark, coverage(box(x, y, -16.5, 227.5, 16.5, 232.5)))
    tower.paint(rgb("#5A4A3C"), coverage(box(x, y, -8.5, 206, 8.5, 228)))
    for bar in (-8.5, -3.0, 3.0, 8.5):
        tower.paint(dark, coverage(limb(x, y, (bar, 206.0), (bar, 228.0), 0.7)))
    tower.paint(dark, coverage(polygon(x, y, [(-11.5, 207), (11.5, 207), (5, 197), (-5, 197)])))
    tower.paint(dark, coverage(circle(x, y, 0.0, 194.5, 2.6)))
    for rail in (-16.0, -10.5, 10.5, 16.0):
        tower.paint(dark, coverage(limb(x, y, (rail, 220.0), (rail, 228.0), 0.55)))
    tower.paint(dark, coverage(limb(x, y, (-16.0, 220.5), (16.0, 220.5), 0.6)))
    for row in (262.0, 312.0):
        tower.paint(rgb("#FFC873"), coverage(box(x, y, -1.8, row, 2.2, row + 7.0)))
    tower.onto(sky)


def draw_pier(deck: float) -> tuple[Planes, Plane]:
    """Return the pier in front as colours times coverage, and its coverage.

    It comes in from the left edge and ends before the middle; its deck lies at row ``deck``.
    """
    layer = Sprite(0, 0, WIDTH, HEIGHT, (0.0, deck))
    x, y = layer.x, layer.y
    end = 505.0
    grain = fractal(HEIGHT, WIDTH, cell_px=(2.2, 90.0), octaves=3, seed=5)
    for post in (30.0, 176.0, 322.0, 468.0):
        layer.paint(_NIGHT, coverage(box(x, y, post - 9, 4, post + 9, 200)))
        layer.paint(rgb("#3A2A3E"), coverage(box(x, y, post + 6.5, 14, post + 9, 200)) * 0.8)
    for post in (103.0, 249.0, 395.0):
        layer.paint(rgb("#0D1430"), coverage(box(x, y, post - 6, 4, post + 6, 74)))
    top = coverage(polygon(x, y, [(-20, -3), (end - 14, -3), (end, 9), (-20, 9)]))
    planks = np.abs(np.mod(x - (y + 3.0) * 1.1, 22.0) - 11.0)
    board = 0.55 + 0.45 * grain
    light = 0.55 + 0.45 * np.clip(x / end, 0.0, 1.0)
    wood = column(rgb("#6B4B55")) * (board * light)
    gap = coverage(planks - 0.8) * np.float32(0.6)
    layer.paint((wood * (1 - gap)).astype(np.float32), top)
    layer.paint(rgb("#141830"), coverage(box(x, y, -20, 8.5, end, 21)))
    layer.paint(_RIM, coverage(box(x, y, -20, 8.3, end, 9.4)) * np.float32(0.22))
    layer.paint(_NIGHT, coverage(limb(x, y, (-20.0, 62.0), (176.0, 24.0), 3.0)))
    layer.paint(_NIGHT, coverage(limb(x, y, (322.0, 62.0), (468.0, 24.0), 3.0)))
    post = 498.0
    layer.paint(rgb("#0E142B"), coverage(box(x, y, post - 7, -24, post + 7, 140)))
    layer.paint(rgb("#0E142B"), coverage(limb(x, y, (post, -24.0), (post, -23.0), 8.5)))
    layer.paint(_RIM, coverage(box(x, y, post + 5, -22, post + 7, 90)) * np.float32(0.55))
    for ring in (-15.0, -11.0, -7.0):
        band = coverage(limb(x, y, (post - 7, ring), (post + 7, ring + 1), 1.6))
        layer.paint(rgb("#7A6455"), band)
    return layer.colours, layer.cover
