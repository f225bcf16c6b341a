"""From a decoded picture to upright RGB pixels of a wanted size."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter

from prismdesk.media.container import FOREIGN_ERRORS
from prismdesk.media.errors import MediaError
from prismdesk.media.probe import rotation_degrees

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt
    from av.video.frame import VideoFrame

_UNSPECIFIED = 2
_HD_HEIGHT_PX = 720
_LARGEST_SIDE_PX = 16384
_BICUBIC = int(Interpolation.BICUBIC)
_BICUBIC_FULL_COLOUR = _BICUBIC | 0x2000
"""With libswscale's SWS_FULL_CHR_H_INT, which PyAV names in its later versions only."""


class FramePixels:
    """Converts pictures of one film; keeps the scaler between them.

    Bicubic scaling; rotation and pixel shape as the film says. Where the film doesn't say its
    colour matrix it is taken as BT.709 from 720 lines on, and as BT.601 below.

    Args:
        width_px: of the pictures made.
        height_px: likewise.
        crops: whether what is over is cut, rather than the picture distorted.
        pixel_aspect: how much wider than high the film's pixels are.
        full_colour: whether pixels beside each other get colours of their own where the picture
            is scaled; otherwise two and two share one, which is a little quicker.
    """

    def __init__(
        self,
        width_px: int,
        height_px: int,
        *,
        crops: bool,
        pixel_aspect: Fraction,
        full_colour: bool = False,
    ) -> None:
        self._width_px = width_px
        self._height_px = height_px
        self._crops = crops
        self._pixel_aspect = pixel_aspect
        self._full_colour = full_colour
        self._scaler = VideoReformatter()

    def convert(self, path: Path, frame: VideoFrame) -> npt.NDArray[np.uint8]:
        """Return uint8 (height, width, 3) RGB.

        Raises:
            MediaError: the picture can't be converted; ``path`` is for the message.
        """
        degrees = rotation_degrees(frame)
        is_upright = degrees % 180 == 0
        width_px, height_px = self._scaled_size(frame)
        size = (width_px, height_px) if is_upright else (height_px, width_px)
        try:
            pixels = self._scaled(frame, *size)
        except FOREIGN_ERRORS as error:
            raise MediaError(
                f"A picture of {path} can't be converted: it is damaged or of an unknown kind; "
                "use another copy."
            ) from error
        pixels = np.rot90(pixels, k=-degrees // 90)
        left = round((width_px - self._width_px) / 2)
        top = round((height_px - self._height_px) / 2)
        return pixels[top : top + self._height_px, left : left + self._width_px]

    def _scaled_size(self, frame: VideoFrame) -> tuple[int, int]:
        """Return the size, as shown upright, to scale to before cropping.

        The longer side is rounded down, and what is over cut to the nearest even share, as the
        networks that look at films were trained.
        """
        if not self._crops:
            return self._width_px, self._height_px
        shown_width, shown_height = shown_size(frame, self._pixel_aspect)
        scale = max(self._width_px / shown_width, self._height_px / shown_height)
        width_px = max(self._width_px, int(shown_width * scale))
        height_px = max(self._height_px, int(shown_height * scale))
        return min(width_px, _LARGEST_SIDE_PX), min(height_px, _LARGEST_SIDE_PX)

    def _scaled(self, frame: VideoFrame, width_px: int, height_px: int) -> npt.NDArray[np.uint8]:
        is_scaled = (width_px, height_px) != (frame.width, frame.height)
        scaled = self._scaler.reformat(
            frame,
            width=width_px,
            height=height_px,
            format="rgb24",
            src_colorspace=assumed_matrix(frame),
            # At the film's own size it would take ten times as long and change next to nothing.
            interpolation=_BICUBIC_FULL_COLOUR if self._full_colour and is_scaled else _BICUBIC,
        )
        pixels: Any = scaled.to_ndarray()
        return np.asarray(pixels, np.uint8)


def shown_size(frame: VideoFrame, pixel_aspect: Fraction) -> tuple[Fraction, Fraction]:
    """Return width and height of a picture as it is to be shown: upright, in square pixels.

    The height of lines is kept; a shape of pixels beyond 1:16 isn't believed.
    """
    is_credible = Fraction(1, 16) <= pixel_aspect <= 16
    width = frame.width * (pixel_aspect if is_credible else Fraction(1))
    height = Fraction(frame.height)
    return (width, height) if rotation_degrees(frame) % 180 == 0 else (height, width)


def fitted_size(shown: tuple[Fraction, Fraction], box_px: tuple[int, int]) -> tuple[int, int]:
    """Return the size in whole pixels that keeps the shape, fits the box, and isn't enlarged."""
    scale = min(Fraction(1), box_px[0] / shown[0], box_px[1] / shown[1])
    return max(2, round(shown[0] * scale)), max(2, round(shown[1] * scale))


def assumed_matrix(frame: VideoFrame) -> Any:
    """Return the colour matrix of a picture that doesn't say its own, None where it does."""
    if frame.colorspace != _UNSPECIFIED:
        return None
    return Colorspace.ITU709 if frame.height >= _HD_HEIGHT_PX else Colorspace.ITU601
