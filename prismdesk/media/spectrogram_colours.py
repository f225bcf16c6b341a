"""One ramp of colours for levels: dark blue over grey to light yellow, alike in all themes.

Lightness rises evenly from end to end in OKLab (B. Ottosson, "A perceptual color space for
image processing", 2020), so that louder is always lighter, also without colour vision, on a bad
display and in print. Hue goes from blue to yellow, which dichromats tell apart.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

LOWEST_DB, HIGHEST_DB = -100.0, -10.0

_STEPS = 256
_DARKEST, _LIGHTEST = 0.16, 0.97
# Along the ramp, a (green to red) and b (blue to yellow); straight lines between.
_POINTS = (0.0, 0.35, 0.65, 1.0)
_A = (0.000, -0.005, 0.010, -0.015)
_B = (-0.055, -0.075, 0.030, 0.090)

# From OKLab to the cube roots of cone responses, and from those (cubed) to linear sRGB.
_TO_CONES = np.array(
    [
        [1, 0.3963377774, 0.2158037573],
        [1, -0.1055613458, -0.0638541728],
        [1, -0.0894841775, -1.2914855480],
    ]
)
_TO_RGB = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


def ramp_argb() -> npt.NDArray[np.uint32]:
    """Return the 256 colours from the softest to the loudest, each 0xAARRGGBB and opaque."""
    along = np.linspace(0, 1, _STEPS)
    lightness = _DARKEST + (_LIGHTEST - _DARKEST) * along
    oklab = np.stack([lightness, np.interp(along, _POINTS, _A), np.interp(along, _POINTS, _B)])
    linear = np.clip(_TO_RGB @ (_TO_CONES @ oklab) ** 3, 0, 1)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = np.rint(srgb * 255).astype(np.uint32)
    opaque = np.uint32(0xFF000000)
    return np.asarray(opaque | red << np.uint32(16) | green << np.uint32(8) | blue)


def colours_of(
    levels_db: npt.NDArray[np.float32],
    *,
    lowest_db: float = LOWEST_DB,
    highest_db: float = HIGHEST_DB,
) -> npt.NDArray[np.uint32]:
    """Return the colour of each level as 0xAARRGGBB, C-contiguous, for a 32-bit ARGB image.

    Args:
        levels_db: of any shape.
        lowest_db: this and below is the ramp's dark end.
        highest_db: this and above is its light end.
    """
    scale = np.float32((_STEPS - 1) / (highest_db - lowest_db))
    places = (levels_db - np.float32(lowest_db)) * scale + np.float32(0.5)
    indices = np.clip(places, 0, _STEPS - 1).astype(np.uint8)
    return np.ascontiguousarray(_RAMP[indices])


_RAMP = ramp_argb()
