"""Proxies: a film's picture again, small and every picture coded for itself, so that any is near.

Motion JPEG in QuickTime: upright, square pixels, at most 960 x 540, no sound, and each picture at
the time it has in the film, counted from the film's first picture. 960 x 540 take about 1 to 2 MB
for each second.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av

from prismdesk.media.container import open_media
from prismdesk.media.errors import MediaWorkError, writing
from prismdesk.media.frame_pixels import fitted_size
from prismdesk.media.jpeg_pictures import UprightPictures, set_jpeg_quality
from prismdesk.media.picture_walk import Picture, PictureWalk
from prismdesk.media.wav import partial_path
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)

if TYPE_CHECKING:
    from pathlib import Path

    from av.container import OutputContainer

    from prismdesk.media.film_info import FilmInfo, PictureInfo

PROXY_BOX_PX = (960, 540)

_QUANTISER = 5
_BYTES_PER_PIXEL = 0.2
_FINEST_CLOCK_HZ = 1_000_000
_PIXELS_DECODED_PER_SEEK = 12_000_000


def proxy_needed(info: FilmInfo) -> bool:
    """Whether going to any picture of a film takes so long that a proxy pays.

    It does where more than 12 million pixels may have to be decoded for it (on one core at least
    a tenth of a second): the longest group of pictures times their size. 1080p needs one from
    groups of 6 pictures on, 640 x 360 from 53 on. It does, too, in files without timestamps,
    which can only be read from their start.
    """
    picture = info.picture
    if picture is None:
        return False
    pixels = picture.width_px * picture.height_px * picture.longest_group_frames
    return pixels > _PIXELS_DECODED_PER_SEEK or not picture.has_timestamps


def estimated_proxy_bytes(picture: PictureInfo) -> int:
    """Return about how large a proxy will be; real films took from a third of it to 1.5 times."""
    shown = picture.width_px * picture.sample_aspect, Fraction(picture.height_px)
    width_px, height_px = fitted_size(shown, PROXY_BOX_PX)
    return round(width_px * height_px * picture.frame_count * _BYTES_PER_PIXEL)


def check_room(folder: Path, needed_bytes: int) -> None:
    """Refuse to begin what the disk has no room for.

    Raises:
        MediaWorkError: less is free on the folder's disk.
    """
    with writing(folder):
        free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        raise MediaWorkError(
            f"The proxy needs about {needed_bytes / 1e9:.1f} GB, but {folder} has "
            f"{free / 1e9:.1f} GB left; free some space, or work without a proxy."
        )


def make_proxy(
    path: Path,
    out: Path,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> None:
    """Write the proxy of a film; the file appears under its name only when whole.

    Damaged pictures are left out, as in every reading of the film.

    Raises:
        MediaError: the film can't be read.
        MediaWorkError: the file can't be written.
        Cancelled: no longer wanted; nothing is left behind.
    """
    partial = partial_path(out)
    try:
        with open_media(path) as film:
            walk = PictureWalk(path, film, cancelled=cancelled)
            pictures = UprightPictures(
                path, walk.shown.frame, pixel_aspect=walk.pixel_aspect, box_px=PROXY_BOX_PX
            )
            # The film's own clock, so that both round alike what is on screen at a time.
            clock = max(walk.clock, Fraction(1, _FINEST_CLOCK_HZ))
            options = {"video_track_timescale": str(clock.denominator)}
            with writing(out), av.open(str(partial), "w", format="mov", options=options) as proxy:
                _write(proxy, clock, walk, pictures, progress, cancelled)
        with writing(out):
            partial.replace(out)
    except av.error.FFmpegError as error:
        raise MediaWorkError(
            f"The proxy {out} can't be written ({error.strerror}); the film is shown itself."
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    progress(1.0)


def _write(
    proxy: OutputContainer,
    clock: Fraction,
    walk: PictureWalk,
    pictures: UprightPictures,
    progress: FractionDone,
    cancelled: IsCancelled,
) -> None:
    stream: Any = proxy.add_stream("mjpeg", rate=walk.rate.limit_denominator(_FINEST_CLOCK_HZ))
    stream.width, stream.height, stream.pix_fmt = pictures.width_px, pictures.height_px, "yuvj420p"
    stream.codec_context.time_base = clock
    stream.codec_context.thread_type = "FRAME"
    set_jpeg_quality(stream.codec_context, _QUANTISER)
    length = walk.duration_seconds()
    picture: Picture | None = walk.shown
    while picture is not None:
        raise_if_cancelled(cancelled)
        frame = pictures.convert(picture.frame)
        frame.pts, frame.time_base = round(picture.seconds / clock), clock
        proxy.mux(stream.encode(frame))
        if length:
            progress(min(0.999, float(picture.seconds / length)))
        picture = walk.step()
    proxy.mux(stream.encode(None))
