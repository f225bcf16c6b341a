"""A still picture in grey, from a PNG or whatever else a painting program writes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from prismdesk.media.container import FOREIGN_ERRORS, MAX_PICTURE_PX
from prismdesk.media.errors import MediaError, reading

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

_DEMUXERS = (
    "png_pipe,jpeg_pipe,bmp_pipe,tiff_pipe,webp_pipe,gif,pgm_pipe,ppm_pipe,pbm_pipe,pam_pipe"
)
MAX_STILL_BYTES = 64 * 2**20
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Shares of red, green and blue in brightness: ITU-R BT.601."""


def read_grey(path: Path) -> npt.NDArray[np.float32]:
    """Return a picture's brightness: float32 (height, width), 0 (black) to 1 (white).

    What is transparent counts as black. Of several pictures in the file the first is taken.

    Raises:
        MediaError: it is missing, too large, or no picture.
    """
    if not path.exists():
        raise MediaError(f"There is no picture {path}; check the path.")
    with reading(path):
        if path.stat().st_size > MAX_STILL_BYTES:
            raise MediaError(
                f"{path} is larger than {MAX_STILL_BYTES // 2**20} MiB; save it smaller."
            )
        data = path.read_bytes()
    try:
        pixels = _first_picture(data)
    except FOREIGN_ERRORS as error:
        raise MediaError(f"{path} is no picture that can be read; save it as PNG.") from error
    return np.asarray(pixels[..., :3] @ _LUMA * (pixels[..., 3] / 255**2), np.float32)


def _first_picture(data: bytes) -> npt.NDArray[np.float32]:
    """Return float32 (height, width, 4), red, green, blue and opacity, 0 to 255."""
    options = {"format_whitelist": _DEMUXERS, "protocol_whitelist": ""}
    with av.open(io.BytesIO(data), "r", container_options=options) as container:
        stream = container.streams.video[0]
        stream.codec_context.options = {"max_pixels": str(MAX_PICTURE_PX)}
        frame = next(container.decode(stream), None)
        if frame is None:
            raise ValueError("no picture in it")
        pixels: Any = frame.to_ndarray(format="rgba")
    return np.asarray(pixels, np.float32)
