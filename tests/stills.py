"""Still pictures for tests."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import av

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt


def write_still(path: Path, pixels: npt.NDArray[Any], *, format: str, codec: str = "png") -> Path:
    """Write pixels in one of FFmpeg's pixel formats as a picture, and return its path."""
    file = io.BytesIO()
    with av.open(file, "w", format="image2pipe") as container:
        stream: Any = container.add_stream(codec, rate=1)
        stream.height, stream.width = pixels.shape[:2]
        stream.pix_fmt = format
        frame = av.VideoFrame.from_ndarray(pixels, format=format)
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    path.write_bytes(file.getvalue())
    return path


def write_grey(path: Path, grey: npt.NDArray[np.uint8]) -> Path:
    """Write a grey PNG, 0 black to 255 white."""
    return write_still(path, grey, format="gray")
