"""Film pictures made small, upright and square-pixelled, and coded each for itself as JPEG."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from prismdesk.media.container import FOREIGN_ERRORS
from prismdesk.media.errors import MediaError
from prismdesk.media.frame_pixels import FramePixels, assumed_matrix, fitted_size, shown_size
from prismdesk.media.probe import rotation_degrees

if TYPE_CHECKING:
    from pathlib import Path

    from av.video.codeccontext import VideoCodecContext

_LAMBDA_PER_QUALITY = 118
"""FFmpeg's FF_QP2LAMBDA: what the quantiser scale is multiplied with in ``global_quality``."""


class UprightPictures:
    """Scales pictures of one film into a box, turned as the film says, in JPEG's own colours.

    JPEG means the matrix of BT.601 and full range. Sides are even, and never enlarged.

    Args:
        path: for messages.
        first: a picture of the film; all are scaled to the size that it gets.
        pixel_aspect: how much wider than high the film's pixels are.
        box_px: width and height to stay within.
    """

    def __init__(
        self, path: Path, first: VideoFrame, *, pixel_aspect: Fraction, box_px: tuple[int, int]
    ) -> None:
        self._path = path
        width_px, height_px = fitted_size(shown_size(first, pixel_aspect), box_px)
        self.width_px, self.height_px = width_px - width_px % 2, height_px - height_px % 2
        self._scaler = VideoReformatter()
        self._turned = FramePixels(
            self.width_px, self.height_px, crops=False, pixel_aspect=pixel_aspect
        )

    def convert(self, frame: VideoFrame) -> VideoFrame:
        """Return the picture as yuvj420p.

        Raises:
            MediaError: it can't be converted.
        """
        matrix = assumed_matrix(frame)
        if rotation_degrees(frame):
            pixels = self._turned.convert(self._path, frame)
            frame = VideoFrame.from_ndarray(pixels.copy(), format="rgb24")
            matrix = None
        try:
            return self._scaler.reformat(
                frame,
                width=self.width_px,
                height=self.height_px,
                format="yuvj420p",
                src_colorspace=matrix,
                dst_colorspace=Colorspace.ITU601,
                dst_color_range=ColorRange.JPEG,
                interpolation=Interpolation.BILINEAR,
                threads=1,
            )
        except FOREIGN_ERRORS as error:
            raise MediaError(
                f"A picture of {self._path} can't be converted: it is damaged or of an unknown "
                "kind; use another copy."
            ) from error


def set_jpeg_quality(context: VideoCodecContext, quantiser: int) -> None:
    """Have an MJPEG encoder work at a constant quality, 2 (best) to 31."""
    context.qscale = True
    context.global_quality = quantiser * _LAMBDA_PER_QUALITY


class JpegEncoder:
    """Codes single pictures of one size as JPEG files."""

    def __init__(self, width_px: int, height_px: int, *, quantiser: int = 4) -> None:
        self._context = av.CodecContext.create("mjpeg", "w")
        self._context.width, self._context.height = width_px, height_px
        self._context.pix_fmt = "yuvj420p"
        self._context.time_base = Fraction(1, 25)
        # With several threads a picture comes out only after the next have gone in.
        self._context.thread_count = 1
        set_jpeg_quality(self._context, quantiser)
        self._count = 0

    def encode(self, frame: VideoFrame) -> bytes:
        """Return a yuvj420p picture as a JPEG file."""
        frame.pts, frame.time_base = self._count, self._context.time_base
        self._count += 1
        return b"".join(bytes(packet) for packet in self._context.encode(frame))
