"""Where a film is cut: the first picture of each new shot, found by how much changes there."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from av.filter import Graph
from av.video.format import VideoFormat
from av.video.reformatter import Interpolation, VideoReformatter

from prismdesk.media.container import FOREIGN_ERRORS, open_media
from prismdesk.media.errors import MediaError
from prismdesk.media.picture_walk import Picture, PictureWalk
from prismdesk.media.sound_facts import read_json, write_json
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)
from prismdesk.project.timebase import frames_to_samples, seconds_to_samples

if TYPE_CHECKING:
    from pathlib import Path

    from av.video.frame import VideoFrame

    from prismdesk.media.cache import MediaCache
    from prismdesk.project.model import PictureStream

_VERSION = 1
"""To be raised whenever the same film would give other cuts than before."""

_WIDTH_PX, _HEIGHT_PX = 320, 180
_TICK = Fraction(1, 1000)

CUT_SCORE = 8.0
"""Per cent of full scale by which the change from one picture to the next must stand out."""

_FLASH_FRAMES = 4
_UNDONE = 0.5


@dataclass(frozen=True, slots=True)
class Cut:
    """The first picture of a new shot: its number and its time, both from the first picture."""

    frame: int
    seconds: Fraction


def find_cuts(
    path: Path,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> tuple[int, ...]:
    """Return the numbers of the pictures that begin a new shot; the film's first isn't one.

    See ``detect_cuts``.
    """
    return tuple(cut.frame for cut in detect_cuts(path, progress=progress, cancelled=cancelled))


def detect_cuts(
    path: Path,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> tuple[Cut, ...]:
    """Find hard cuts with FFmpeg's ``scdet``, on pictures scaled to 320 x 180.

    Its score is the lesser of the mean absolute difference to the picture before (per cent of
    full scale) and of how much that differs from the difference before it, so that steady motion
    scores low. A change that is undone within four pictures, as by a flash, is no cut. Dissolves
    aren't found.

    Raises:
        MediaError: the film can't be read, or has no picture.
        Cancelled: no longer wanted.
    """
    with open_media(path) as container:
        walk = PictureWalk(path, container, cancelled=cancelled)
        length = walk.duration_seconds()
        finder = _CutFinder(path)
        picture: Picture | None = walk.shown
        while picture is not None:
            raise_if_cancelled(cancelled)
            finder.add(picture)
            if length:
                progress(min(0.999, float(picture.seconds / length)))
            picture = walk.step()
    progress(1.0)
    return tuple(finder.cuts)


def shots_in(
    cache: MediaCache,
    path: Path,
    content_key: str,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> tuple[Cut, ...]:
    """Return a film's cuts from the cache, or find them and keep them there.

    Args:
        cache: of the project.
        path: the film, or a proxy of it, which has its times and is read faster.
        content_key: of the film.
        progress: told the share done.
        cancelled: asked often.

    Raises:
        MediaError: as ``detect_cuts``.
        MediaWorkError: the cache can't be written.
        Cancelled: no longer wanted.
    """
    kept = kept_cuts(cache, content_key)
    if kept is None:
        kept = detect_cuts(path, progress=progress, cancelled=cancelled)
        cuts = [[cut.frame, str(cut.seconds)] for cut in kept]
        facts = {"version": _VERSION, "content_key": content_key, "cuts": cuts}
        write_json(cache.picture_file(content_key, "cuts.json"), facts)
    progress(1.0)
    return kept


def kept_cuts(cache: MediaCache, content_key: str) -> tuple[Cut, ...] | None:
    """Return the cuts that the cache holds, None if they were never found."""
    facts = read_json(cache.picture_file(content_key, "cuts.json"))
    if facts is None or (facts.get("version"), facts.get("content_key")) != (_VERSION, content_key):
        return None
    try:
        return tuple(Cut(int(frame), Fraction(seconds)) for frame, seconds in facts["cuts"])
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None


def cuts_in_samples(
    cuts: tuple[Cut, ...], picture: PictureStream, *, rate_hz: int
) -> tuple[int, ...]:
    """Return where shots begin on the timeline, ascending.

    At a constant rate that is the first sample of the frame (files round times to their clock's
    ticks); else the sample nearest to the picture's time, half up.
    """
    if picture.is_variable_rate:
        return tuple(seconds_to_samples(cut.seconds, rate_hz=rate_hz) for cut in cuts)
    frames = (round(cut.seconds * picture.rate) for cut in cuts)
    return tuple(frames_to_samples(f, rate_hz=rate_hz, frame_rate=picture.rate) for f in frames)


class _CutFinder:
    """Takes pictures in the order shown and notes the cuts between them."""

    def __init__(self, path: Path) -> None:
        self.cuts: list[Cut] = []
        self._path = path
        self._scaler = VideoReformatter()
        self._graph = _scene_change_graph()
        self._count = 0
        self._last: VideoFrame | None = None
        self._before_cut: VideoFrame | None = None
        self._change = 0.0

    def add(self, picture: Picture) -> None:
        """Compare the next picture with those before it."""
        small, score = self._scored(picture.frame)
        if score >= CUT_SCORE and self._last is not None:
            if self._is_back_from_flash(small):
                self.cuts.pop()
            else:
                self.cuts.append(Cut(self._count, picture.seconds))
                self._before_cut = self._last
                self._change = _luma_difference(self._last, small)
        self._last = small
        self._count += 1

    def _scored(self, frame: VideoFrame) -> tuple[VideoFrame, float]:
        try:
            small = self._scaler.reformat(
                frame,
                width=_WIDTH_PX,
                height=_HEIGHT_PX,
                format="yuv420p",
                interpolation=Interpolation.FAST_BILINEAR,
            )
            small.pts, small.time_base = self._count, _TICK
            self._graph.vpush(small)
            compared: Any = self._graph.vpull()
        except FOREIGN_ERRORS as error:
            raise MediaError(
                f"A picture of {self._path} can't be compared: it is damaged or of an unknown "
                "kind; use another copy."
            ) from error
        return small, float(compared.metadata.get("lavfi.scd.score", 0))

    def _is_back_from_flash(self, small: VideoFrame) -> bool:
        """Whether this is again what was seen before the last cut, a moment ago."""
        if not self.cuts or self._count - self.cuts[-1].frame > _FLASH_FRAMES:
            return False
        return self._before_cut is not None and (
            _luma_difference(self._before_cut, small) < _UNDONE * self._change
        )


def _scene_change_graph() -> Graph:
    graph = Graph()
    entry = graph.add_buffer(
        width=_WIDTH_PX, height=_HEIGHT_PX, format=VideoFormat("yuv420p"), time_base=_TICK
    )
    graph.link_nodes(entry, graph.add("scdet", f"threshold={CUT_SCORE}"), graph.add("buffersink"))
    graph.configure()
    return graph


def _luma_difference(one: VideoFrame, other: VideoFrame) -> float:
    """Return the mean absolute difference of two scaled pictures' luma, 0.0 to 1.0."""
    lumas = []
    for frame in (one, other):
        plane = frame.planes[0]
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        lumas.append(rows[:_HEIGHT_PX, :_WIDTH_PX].astype(np.int16))
    return float(np.abs(lumas[0] - lumas[1]).mean()) / 255
