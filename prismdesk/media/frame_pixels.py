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


class FramePixels:
    """Converts pictures of one film; keeps the scaler between them.

    Bicubic scaling; rotation and pixel shape as the film says. Where the film doesn't say its
    colour matrix it is taken as BT.709 from 720 lines on, and as BT.601 below.
    """

    def __init__(
        self, width_px: int, height_px: int, *, crops: bool, pixel_aspect: Fraction
    ) -> None:
        self._width_px = width_px
        self._height_px = height_px
        self._crops = crops
        is_credible = Fraction(1, 16) <= pixel_aspect <= 16
        self._pixel_aspect = pixel_aspect if is_credible else Fraction(1)
        self._scaler = VideoReformatter()

    def convert(self, path: Path, frame: VideoFrame) -> npt.NDArray[np.uint8]:
        """Return uint8 (height, width, 3) RGB.

        Raises:
            MediaError: the picture can't be converted; ``path`` is for the message.
        """
        degrees = rotation_degrees(frame)
        is_upright = degrees % 180 == 0
        width_px, height_px = self._scaled_size(frame, is_upright=is_upright)
        size = (width_px, height_px) if is_upright else (height_px, width_px)
        try:
            pixels = self._scaled(frame, *size)
        except FOREIGN_ERRORS as error:
            raise MediaError(
                f"A picture of {path} can't be converted: it is damaged or of an unknown kind; "
                "use another copy."
            ) from error
        pixels = np.rot90(pixels, k=-degrees // 90)
        left = (width_px - self._width_px) // 2
        top = (height_px - self._height_px) // 2
        return pixels[top : top + self._height_px, left : left + self._width_px]

    def _scaled_size(self, frame: VideoFrame, *, is_upright: bool) -> tuple[int, int]:
        """Return the size, as shown upright, to scale to before cropping."""
        if not self._crops:
            return self._width_px, self._height_px
        shown_width, shown_height = frame.width * self._pixel_aspect, Fraction(frame.height)
        if not is_upright:
            shown_width, shown_height = shown_height, shown_width
        scale = max(self._width_px / shown_width, self._height_px / shown_height)
        width_px = max(self._width_px, round(shown_width * scale))
        height_px = max(self._height_px, round(shown_height * scale))
        return min(width_px, _LARGEST_SIDE_PX), min(height_px, _LARGEST_SIDE_PX)

    def _scaled(self, frame: VideoFrame, width_px: int, height_px: int) -> npt.NDArray[np.uint8]:
        matrix: Any = None
        if frame.colorspace == _UNSPECIFIED:
            is_hd = frame.height >= _HD_HEIGHT_PX
            matrix = Colorspace.ITU709 if is_hd else Colorspace.ITU601
        scaled = self._scaler.reformat(
            frame,
            width=width_px,
            height=height_px,
            format="rgb24",
            src_colorspace=matrix,
            interpolation=Interpolation.BICUBIC,
        )
        pixels: Any = scaled.to_ndarray()
        return np.asarray(pixels, np.uint8)
