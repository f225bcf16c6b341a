"""Small pictures of a film for the timeline: which are wanted, how they are made."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from prismdesk.media.container import open_media
from prismdesk.media.jpeg_pictures import JpegEncoder, UprightPictures
from prismdesk.media.picture_walk import Picture, PictureWalk
from prismdesk.media.thumbnail_file import Thumbnails, ThumbnailWriter
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["THUMBNAIL_BOX_PX", "Thumbnails", "make_thumbnails", "thumbnail_times"]

THUMBNAIL_BOX_PX = (160, 90)
"""What every thumbnail fits into: a 60 px lane at a text scale or a screen of 150 %."""

_CLOSEST_SECONDS = Fraction(1, 2)
_MOST = 7200
_PASS_STRIDES = (64, 8, 1)
_NEAR_SECONDS = 1


def thumbnail_times(
    duration_seconds: Fraction, cut_seconds: Iterable[Fraction] = ()
) -> tuple[Fraction, ...]:
    """Return the times of which a film's thumbnails are made, ascending from 0.

    Every half second, or so that there are 7200 at most; and the first picture of every shot, so
    that no shot is shown by the one before it.
    """
    interval = max(_CLOSEST_SECONDS, duration_seconds / _MOST)
    evenly = (n * interval for n in range(max(1, int(duration_seconds / interval))))
    cuts = (time for time in cut_seconds if 0 <= time < duration_seconds)
    return tuple(sorted({*evenly, *cuts}))


def make_thumbnails(
    path: Path,
    out: Path,
    times_seconds: Iterable[Fraction],
    *,
    is_exact: bool,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> None:
    """Make the thumbnails that a file doesn't hold yet; what is made can be seen at once.

    The whole strip is filled widely first, then ever closer. What was made before a stop is kept
    and not made again.

    Args:
        path: the film, or its proxy.
        out: the file; see ``Thumbnails``.
        times_seconds: from the first picture.
        is_exact: take the very picture on screen at each time, which is quick with a proxy;
            otherwise the nearest before it from which decoding can begin, which is quick with
            any film.
        progress: told the share done.
        cancelled: asked at each picture.

    Raises:
        MediaError: the film can't be read.
        MediaWorkError: the file can't be written.
        Cancelled: no longer wanted.
    """
    with ThumbnailWriter(out) as writer:
        missing = [t for t in times_seconds if not writer.has(t, is_exact=is_exact)]
        if missing:
            _fill(path, writer, missing, is_exact, progress, cancelled)
    progress(1.0)


def _fill(
    path: Path,
    writer: ThumbnailWriter,
    missing: list[Fraction],
    is_exact: bool,
    progress: FractionDone,
    cancelled: IsCancelled,
) -> None:
    with open_media(path) as container:
        walk = PictureWalk(path, container, far_ahead_seconds=_NEAR_SECONDS, cancelled=cancelled)
        pictures = UprightPictures(
            path, walk.shown.frame, pixel_aspect=walk.pixel_aspect, box_px=THUMBNAIL_BOX_PX
        )
        encoder = JpegEncoder(pictures.width_px, pictures.height_px)
        order = _coarse_to_fine(missing) if walk.is_timed else iter(missing)
        for done, time in enumerate(order):
            raise_if_cancelled(cancelled)
            picture = _picture_for(walk, time, is_exact or not walk.is_timed, cancelled)
            is_new = not writer.holds(picture.seconds)
            jpeg = encoder.encode(pictures.convert(picture.frame)) if is_new else b""
            writer.add(time, picture.seconds, jpeg, is_exact=is_exact)
            progress(min(0.999, (done + 1) / len(missing)))


def _picture_for(
    walk: PictureWalk, time: Fraction, is_exact: bool, cancelled: IsCancelled
) -> Picture:
    return walk.at(time, cancelled=cancelled) if is_exact else walk.keyframe_at(time)


def _coarse_to_fine(times: list[Fraction]) -> Iterator[Fraction]:
    """Yield every 64th time, then every 8th of the rest, then what is left; each pass ascending."""
    for finer, stride in enumerate(_PASS_STRIDES):
        coarser = _PASS_STRIDES[finer - 1] if finer else 0
        for place in range(0, len(times), stride):
            if not coarser or place % coarser:
                yield times[place]
