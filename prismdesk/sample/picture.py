"""The pictures of the sample film, one at a time, from layers drawn once and things that move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prismdesk.sample import actors
from prismdesk.sample.drawing import Planes, Sprite, column, rgb, smoothstep
from prismdesk.sample.scenery import HEIGHT, HORIZON, WIDTH, draw_pier, draw_sky
from prismdesk.sample.walker import draw_walker, lantern_light, lantern_place
from prismdesk.sample.water import Water

if TYPE_CHECKING:
    from prismdesk.sample.recipe import Recipe

_GRAIN_MARGIN_PX = 64
_GRAIN = 1.35


class PictureMaker:
    """Draws any frame of the film; the same frame always looks the same."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._sky = draw_sky()
        self._pier, pier_cover = draw_pier(recipe.walker.deck_px)
        self._pier_top = int(np.argmax(pier_cover.max(axis=1) > 0))
        self._pier_right = WIDTH - int(np.argmax(pier_cover[:, ::-1].max(axis=0) > 0))
        self._pier_hole = 1.0 - pier_cover
        self._water = Water()
        self._vignette = 255.0 * _vignette()
        random = np.random.default_rng(24)
        shape = (HEIGHT + _GRAIN_MARGIN_PX, WIDTH + _GRAIN_MARGIN_PX)
        self._grain = random.normal(0.5, _GRAIN, shape).astype(np.float32)
        self._above = np.empty_like(self._sky)
        self._mirrored_sky = _soften(self._sky)
        self._mirrored = np.empty_like(self._sky)
        self._picture = np.empty((3, HEIGHT, WIDTH), dtype=np.float32)

    def draw(self, frame: int) -> npt.NDArray[np.uint8]:
        """Return a frame as uint8 planes (3, height, width) in the order red, green, blue."""
        recipe, picture = self._recipe, self._picture
        seconds = frame / recipe.picture.frames_per_second
        np.copyto(self._above, self._sky)
        actors.beam(self._above, recipe, frame)
        picture[:, :HORIZON] = self._above
        np.subtract(self._above, self._sky, out=self._mirrored)
        self._mirrored += self._mirrored_sky
        self._water.draw(self._mirrored, seconds, picture[:, HORIZON:])
        self._draw_boat(frame, seconds)
        self._draw_buoy(frame, seconds)
        actors.fish(recipe, frame, picture)
        self._draw_pier_and_walker(frame, seconds)
        return self._finish(frame)

    def _draw_boat(self, frame: int, seconds: float) -> None:
        recipe = self._recipe
        boat = actors.boat(recipe, frame)
        self._reflect(boat, recipe.boat.waterline_px, seconds, strength=0.62)
        _wake(self._picture, recipe, frame)
        boat.onto(self._picture)
        actors.smoke(recipe, frame, self._picture)

    def _draw_buoy(self, frame: int, seconds: float) -> None:
        recipe = self._recipe
        buoy = actors.buoy(recipe, frame)
        waterline = recipe.buoy.waterline_px
        self._reflect(buoy, waterline, seconds, strength=0.55)
        for ring in recipe.ring_frames():
            age = (frame - ring) / recipe.picture.frames_per_second
            actors.rings(
                self._picture, (recipe.buoy.x_px, waterline + 4.0), age + 0.1, reach_px=190.0
            )
        hull_bottom = waterline + 5 - buoy.top
        buoy.colours[:, hull_bottom:] = 0.0
        buoy.cover[hull_bottom:] = 0.0
        buoy.onto(self._picture)

    def _draw_pier_and_walker(self, frame: int, seconds: float) -> None:
        recipe, picture = self._recipe, self._picture
        _lantern_path(picture, recipe, frame, seconds)
        rows, columns = slice(self._pier_top, HEIGHT), slice(0, self._pier_right)
        picture[:, rows, columns] *= self._pier_hole[rows, columns]
        picture[:, rows, columns] += self._pier[:, rows, columns]
        lantern_light(recipe, frame, picture, self._pier)
        draw_walker(recipe, frame).onto(picture)

    def _reflect(self, thing: Sprite, waterline: int, seconds: float, *, strength: float) -> None:
        shifts = self._water.row_shifts(waterline, seconds, 200)
        mirror = thing.mirrored(float(waterline), shifts, squeeze=0.8)
        fade = np.linspace(1.0, 0.35, len(mirror.cover), dtype=np.float32).reshape(-1, 1)
        mirror.cover *= fade
        mirror.colours *= fade
        mirror.onto(self._picture, strength=strength)

    def _finish(self, frame: int) -> npt.NDArray[np.uint8]:
        """Apply vignette and grain (which also hides banding) and round to bytes."""
        down = frame * 29 % _GRAIN_MARGIN_PX
        across = frame * 47 % _GRAIN_MARGIN_PX
        grain = self._grain[down : down + HEIGHT, across : across + WIDTH]
        picture = self._picture
        picture *= self._vignette
        picture += grain
        np.clip(picture, 0.0, 255.0, out=picture)
        return picture.astype(np.uint8)


def _soften(sky: Planes) -> Planes:
    """Return the sky as ripples show it: the higher above the horizon, the softer."""
    # Only now: its import takes longer than the window has for its start.
    from scipy.ndimage import gaussian_filter

    height = HORIZON - np.arange(HORIZON, dtype=np.float32).reshape(-1, 1)
    some = gaussian_filter(sky, sigma=(0.0, 1.2, 1.2))
    much = gaussian_filter(sky, sigma=(0.0, 9.0, 5.0))
    share = smoothstep(25.0, 150.0, height)
    return (some * (1.0 - share) + much * share).astype(np.float32)


def _vignette() -> npt.NDArray[np.float32]:
    y = (np.arange(HEIGHT, dtype=np.float32).reshape(-1, 1) - HEIGHT * 0.52) / HEIGHT
    x = (np.arange(WIDTH, dtype=np.float32).reshape(1, -1) - WIDTH * 0.52) / WIDTH
    return (1.0 - 0.42 * np.clip(x * x * 1.5 + y * y * 1.3 - 0.06, 0, 1)).astype(np.float32)


def _wake(picture: Planes, recipe: Recipe, frame: int) -> None:
    """Draw the lines of foam that the boat leaves."""
    cx, cy = recipe.boat_x_px(frame), recipe.boat.waterline_px
    wake = Sprite(int(cx) - 66, cy - 6, 420, 40, (cx, cy))
    x, y = wake.x, wake.y
    light = np.zeros_like(wake.cover)
    for spread, strength in ((0.010, 0.5), (0.062, 0.32)):
        behind = np.maximum(x + 58.0, 0.0)
        line = np.abs(y - 2.0 - behind * spread)
        width = 0.9 + behind * 0.006
        ripple = 0.6 + 0.4 * np.sin(x * 0.21 + frame * 0.35 + spread * 90.0)
        light += np.exp(-((line / width) ** 2)) * np.exp(-behind / 190.0) * strength * ripple
    light *= np.clip((x + 60.0) / 4.0, 0.0, 1.0)
    wake.glow(rgb("#F2B8A0"), light * np.float32(0.75))
    wake.onto(picture)


def _lantern_path(picture: Planes, recipe: Recipe, frame: int, seconds: float) -> None:
    """Draw the lantern's broken path of light on the water below the pier."""
    fx, _ = lantern_place(recipe, frame)
    top = recipe.walker.deck_px + 24
    path = Sprite(int(fx) - 70, top, 140, HEIGHT - top, (fx, float(top)))
    wobble = 9.0 * np.sin(path.y / 6.5 + seconds * 2.4) + 5.0 * np.sin(path.y / 3.1 - seconds * 3.3)
    width = 13.0 + path.y * 0.10
    broken = 0.45 + 0.55 * np.sin(path.y / 4.3 - seconds * 4.0 + 0.6 * np.sin(path.x / 17.0))
    light = np.exp(-(((path.x - wobble) / width) ** 2)) * np.clip(broken, 0, 1)
    path.colours += column(rgb("#FFB45E")) * (light * np.exp(-path.y / 85.0) * 0.42)
    path.onto(picture)
