"""Tiles of waves that are kept: drawn off the window's thread, a coarse picture standing in."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QRectF, Signal
from PySide6.QtGui import QImage, QRegion

from prismdesk.errors import Cancelled, PrismDeskError
from prismdesk.ui.timeline.measures import TILE_PX
from prismdesk.ui.timeline.tile_images import TileSize, Wave, draw_stand_in, draw_tile

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPainter

    from prismdesk.ui.timeline.timescale import Timescale

KEPT_BYTES = 64 * 2**20
_THREADS = 2
_MOST_WAITING = 256

_Key = tuple[object, ...]


class WaveTiles(QObject):
    """Draws waves from tiles 512 pixels wide on each sound's own grid of pixels.

    A tile that isn't there yet is drawn in a thread; ``ready`` tells, at most once until the next
    drawing, that there are new ones. The longest unused are dropped. Tiles lie on the sound's grid,
    not the film's, so that moving, trimming and slipping a clip needs no new ones; a wave then
    stands at most one pixel from its exact place.
    """

    ready = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tiles: OrderedDict[_Key, QImage] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._waiting: OrderedDict[_Key, tuple[Wave, TileSize, int]] = OrderedDict()
        self._finished: list[tuple[_Key, QImage]] = []
        self._told = False
        self._working = 0
        self._done_otherwise = False
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="wave-tiles")
        self._is_closed = False
        self._missing = QRegion()

    def __len__(self) -> int:
        return len(self._tiles)

    @property
    def is_settled(self) -> bool:
        """Whether all that was drawn is as fine as it will be."""
        with self._lock:
            is_idle = not self._waiting and not self._working and not self._finished
        return is_idle and not self._done_otherwise and self._missing.isEmpty()

    def draw(
        self,
        painter: QPainter,
        wave: Wave,
        area: QRect,
        scale: Timescale,
        origin_px: int,
        pixel_ratio: float = 1.0,
    ) -> None:
        """Draw the part of a wave that lies in an area.

        Args:
            painter: draws in the widget's pixels.
            wave: what to draw.
            area: where it is seen; tiles are as high as it is.
            scale: the zoom.
            origin_px: the widget's pixel under which the sound's first sample lies.
            pixel_ratio: device pixels per pixel.
        """
        if area.width() <= 0 or area.height() <= 0:
            return
        size = TileSize(scale.samples_per_px, scale.px_per_sample, area.height(), pixel_ratio)
        self._take_finished()
        seen = painter.clipBoundingRect().toAlignedRect() & area if painter.hasClipping() else area
        if seen.isEmpty():
            return
        first = (seen.left() - origin_px) // TILE_PX
        last = (seen.right() - origin_px) // TILE_PX
        painter.save()
        painter.setClipRect(seen)
        for index in range(first, last + 1):
            left = origin_px + index * TILE_PX
            tile = self._tile(wave, size, index)
            if tile is not None:
                target = QRectF(left, area.top(), TILE_PX, area.height())
                painter.drawImage(target, tile, QRectF(tile.rect()))
            else:
                missing = QRect(left, area.top(), TILE_PX, area.height()) & seen
                self._missing += missing
                self._draw_stand_in(painter, wave, size, missing, origin_px)
        painter.restore()

    def take_missing(self) -> QRegion:
        """Return where stand-ins were drawn since the last call: what is to be drawn again."""
        self._take_finished()
        with self._lock:
            self._done_otherwise = False
        missing, self._missing = self._missing, QRegion()
        return missing

    def later(self, work: Callable[[], None]) -> None:
        """Do something else off the window's thread; ``ready`` follows."""

        def and_tell() -> None:
            try:
                work()
            finally:
                with self._lock:
                    self._working -= 1
                    self._done_otherwise = True
            if not self._is_closed:
                self.ready.emit()

        if not self._is_closed:
            with self._lock:
                self._working += 1
            self._pool.submit(and_tell)

    def forget_waiting(self) -> None:
        """Let go of what was asked for: another zoom is shown now."""
        with self._lock:
            self._waiting.clear()

    def forget(self, key: str) -> None:
        """Drop a sound's tiles: its file has become another."""
        for tile_key in [known for known in self._tiles if known[0] == key]:
            self._bytes -= self._tiles.pop(tile_key).sizeInBytes()

    def close(self) -> None:
        """End the threads; what they still draw is thrown away."""
        self._is_closed = True
        self.forget_waiting()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _tile(self, wave: Wave, size: TileSize, index: int) -> QImage | None:
        key = (*wave.look, size, index)
        tile = self._tiles.get(key)
        if tile is not None:
            self._tiles.move_to_end(key)
            return tile
        with self._lock:
            if not self._is_closed and key not in self._waiting:
                self._waiting[key] = (wave, size, index)
                while len(self._waiting) > _MOST_WAITING:
                    self._waiting.popitem(last=False)
                self._pool.submit(self._work)
        return None

    def _draw_stand_in(
        self, painter: QPainter, wave: Wave, size: TileSize, place: QRect, origin_px: int
    ) -> None:
        if wave.is_spectrum or place.isEmpty():
            return
        with suppress(PrismDeskError):
            image = draw_stand_in(wave, size, place.left() - origin_px, place.width())
            if image is not None:
                target = QRectF(place.left(), place.top(), image.width() * 8, place.height())
                painter.drawImage(target, image, QRectF(image.rect()))

    def _work(self) -> None:
        """Draw what was asked for last; runs in a thread."""
        with self._lock:
            if not self._waiting:
                return
            key, (wave, size, index) = self._waiting.popitem(last=True)
            self._working += 1
        image: QImage | None = None
        try:
            image = draw_tile(wave, size, index, lambda: self._is_closed)
        except Cancelled:
            image = None
        except PrismDeskError:
            # The sound went away; an empty tile keeps it from being asked for again and again.
            image = QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(0)
        finally:
            with self._lock:
                self._working -= 1
                if image is not None:
                    self._finished.append((key, image))
                tell = not self._told and not self._is_closed
                self._told = self._told or tell
        if tell:
            self.ready.emit()

    def _take_finished(self) -> None:
        with self._lock:
            finished, self._finished = self._finished, []
            self._told = False
        for key, image in finished:
            replaced = self._tiles.pop(key, None)
            self._bytes += image.sizeInBytes() - (replaced.sizeInBytes() if replaced else 0)
            self._tiles[key] = image
        while self._bytes > KEPT_BYTES and len(self._tiles) > 1:
            self._bytes -= self._tiles.popitem(last=False)[1].sizeInBytes()
