"""The picture lane of the timeline: thumbnails shot by shot, cuts, shot labels."""

from __future__ import annotations

from collections import OrderedDict
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QPolygonF

from prismdesk.ui.fonts import scaled_px
from prismdesk.ui.picture.picture_overlays import draw_shot_label, shot_label_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.media.thumbnail_file import Thumbnail, Thumbnails
    from prismdesk.ui.theme import Theme
    from prismdesk.ui.timeline.timescale import Timescale

CUT_PX, CUT_MARK_PX = 2, QSize(10, 6)

_SHAPE = Fraction(16, 9)
_KEPT_PIXMAPS = 512
_NARROWEST_SHOT_PX = 3


class FilmTimes(Protocol):
    """What the strip has to know of a project: ``Times`` and others have it."""

    @property
    def rate_hz(self) -> int:
        """Samples per second of the timeline."""

    @property
    def end_samples(self) -> int:
        """Where the timeline ends."""


class ThumbnailPixmaps:
    """Thumbnails scaled to the lane and kept, so that drawing them again costs a copy."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        self.thumbnails = thumbnails
        self._kept: OrderedDict[tuple[int, int, int], QPixmap] = OrderedDict()

    def refresh(self) -> bool:
        """Take note of thumbnails made since; return whether there are any."""
        is_new = self.thumbnails.refresh()
        if is_new and not len(self.thumbnails):
            self._kept.clear()
        return is_new

    def pixmap(self, thumbnail: Thumbnail, size: QSize, pixel_ratio: float) -> QPixmap:
        """Return a thumbnail that fills a size, cut at two sides where its shape is another."""
        pixels = size * pixel_ratio
        key = (thumbnail.offset, pixels.width(), pixels.height())
        found = self._kept.pop(key, None)
        if found is None:
            image = QImage.fromData(self.thumbnails.jpeg(thumbnail))
            found = QPixmap.fromImage(_filling(image, pixels))
            found.setDevicePixelRatio(pixel_ratio)
            if len(self._kept) >= _KEPT_PIXMAPS:
                self._kept.popitem(last=False)
        self._kept[key] = found
        return found


def draw_picture_strip(
    painter: QPainter,
    area: QRect,
    scale: Timescale,
    view: FilmTimes,
    thumbnails: ThumbnailPixmaps,
    cuts: Sequence[int] | None,
    theme: Theme,
    *,
    picture_end_samples: int | None = None,
) -> None:
    """Draw what of the picture lane is seen.

    Args:
        painter: clipped as the caller likes; only what its clip touches is drawn.
        area: the lane, its left edge at the view's first pixel.
        scale: what stretch of the film the view shows.
        view: the project's rate and length.
        thumbnails: those that are made so far; where one is missing, the lane stays empty.
        cuts: where shots begin, samples, ascending; None where they aren't known: then there are
            neither lines nor labels.
        theme: the colours.
        picture_end_samples: where the picture ends if not with the project.
    """
    painter.save()
    painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
    clip = painter.clipBoundingRect().toAlignedRect() & area
    painter.fillRect(clip, QColor(theme.lane))
    end = view.end_samples if picture_end_samples is None else picture_end_samples
    inner = [cut for cut in cuts or () if 0 < cut < end]
    starts = [0, *inner]
    strip = _Strip(painter, area, clip, scale, view.rate_hz, thumbnails, theme)
    shots = [
        (number, begin, finish)
        for number, (begin, finish) in enumerate(zip(starts, [*inner, end], strict=True), start=1)
        if strip.is_seen(begin, finish)
    ]
    for _, begin, finish in shots:
        strip.draw_tiles(begin, finish)
    for number, begin, finish in shots if cuts is not None else ():
        if begin:
            strip.draw_cut(begin)
        strip.draw_label(f"Shot {number}", begin, finish)
    painter.restore()


class _Strip:
    """Draws the parts of the lane."""

    def __init__(
        self,
        painter: QPainter,
        area: QRect,
        clip: QRect,
        scale: Timescale,
        rate_hz: int,
        thumbnails: ThumbnailPixmaps,
        theme: Theme,
    ) -> None:
        self._painter = painter
        self._area = area
        self._clip = clip
        self._scale = scale
        self._rate_hz = rate_hz
        self._pixmaps = thumbnails
        self._theme = theme
        device = painter.device()
        self._ratio = device.devicePixelRatioF() if device is not None else 1.0
        self._tile = QSize(max(2, round(area.height() * _SHAPE)), area.height())

    def _x(self, samples: int) -> int:
        return self._area.left() + self._scale.x_of(samples)

    def is_seen(self, begin: int, finish: int) -> bool:
        """Whether a shot touches what is to be drawn, its marks included."""
        reach = CUT_MARK_PX.width()
        return (
            self._x(finish) >= self._clip.left() - reach
            and self._x(begin) <= self._clip.right() + reach
        )

    def draw_tiles(self, begin: int, finish: int) -> None:
        """Draw a shot's thumbnails side by side, the first where the shot begins."""
        left, right = self._x(begin), self._x(finish)
        if right - left < _NARROWEST_SHOT_PX:
            return
        width = self._tile.width()
        first = max(0, (self._clip.left() - left) // width)
        seam = QColor(self._theme.playhead_case)
        seam.setAlphaF(0.5)
        for x in range(left + first * width, min(right, self._clip.right() + 1), width):
            time = Fraction(self._scale.sample_under(x - self._area.left()), self._rate_hz)
            found = self._pixmaps.thumbnails.nearest(
                max(time, Fraction(begin, self._rate_hz)),
                # Cuts lie on samples, pictures between them: half a millisecond covers both.
                Fraction(begin, self._rate_hz) - Fraction(1, 2000),
                Fraction(finish, self._rate_hz) - Fraction(1, 2000),
            )
            if found is None:
                continue
            pixmap = self._pixmaps.pixmap(found, self._tile, self._ratio)
            seen_px = min(width, right - x)
            self._painter.drawPixmap(
                QRect(x, self._area.top(), seen_px, self._tile.height()),
                pixmap,
                QRect(0, 0, round(seen_px * self._ratio), pixmap.height()),
            )
            if x > left:
                self._painter.fillRect(QRect(x, self._area.top(), 1, self._tile.height()), seam)

    def draw_cut(self, samples: int) -> None:
        """Draw the line and the triangle of a cut."""
        x, top = self._x(samples), self._area.top()
        line = QRect(x - CUT_PX // 2, top, CUT_PX, self._area.height())
        self._painter.fillRect(line.adjusted(-1, 0, 1, 0), QColor(self._theme.playhead_case))
        self._painter.fillRect(line, QColor(self._theme.playhead))
        half, height = CUT_MARK_PX.width() / 2, CUT_MARK_PX.height()
        mark = QPolygonF([QPointF(x - half, top), QPointF(x + half, top), QPointF(x, top + height)])
        self._painter.save()
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(self._theme.playhead))
        self._painter.drawPolygon(mark)
        self._painter.restore()

    def draw_label(self, label: str, begin: int, finish: int) -> None:
        """Draw a shot's label at its visible left edge where there is room."""
        size, gap = shot_label_size(label), scaled_px(4)
        left = max(self._x(begin), self._area.left()) + gap
        if left + size.width() + gap <= self._x(finish):
            draw_shot_label(self._painter, left, self._area.top() + gap, label)


def _filling(image: QImage, pixels: QSize) -> QImage:
    """Return an image scaled to cover a size, its middle; nothing for an image that is none."""
    if image.isNull():
        empty = QImage(pixels, QImage.Format.Format_RGB32)
        empty.fill(Qt.GlobalColor.black)
        return empty
    scaled = image.scaled(
        pixels,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    left = (scaled.width() - pixels.width()) // 2
    top = (scaled.height() - pixels.height()) // 2
    return scaled.copy(QRect(left, top, pixels.width(), pixels.height()))
