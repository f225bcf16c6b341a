"""Tiles of waves and spectra as pictures. Nothing here touches a widget: any thread may draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from prismdesk.media.spectrogram import spectrogram_tile
from prismdesk.media.spectrogram_colours import colours_of
from prismdesk.progress import IsCancelled, never_cancelled
from prismdesk.ui.timeline.measures import TILE_PX
from prismdesk.ui.waves import Columns, draw_columns, joined

if TYPE_CHECKING:
    import numpy.typing as npt

    from prismdesk.ui.waves import WaveSource

_DOTS_FROM_PX = 6
"""A sample gets a dot where it is at least this wide."""


@dataclass(frozen=True, slots=True)
class Wave:
    """A sound to draw, wherever it lies.

    Attributes:
        key: names the sound and never changes its meaning.
        source: gives its columns and samples.
        gain: linear factor of the drawing, clip gain and vertical zoom in one.
        peak_colour: of the extremes, as #RRGGBB.
        rms_colour: of the core.
        channels: first channel and end of those to draw; None for all.
        is_spectrum: draw a spectrogram, at its own levels, instead of a wave.
    """

    key: str
    source: WaveSource
    gain: float
    peak_colour: str
    rms_colour: str
    channels: tuple[int, int] | None = None
    is_spectrum: bool = False

    @property
    def look(self) -> tuple[object, ...]:
        """Everything that makes its tiles look as they do, the source aside."""
        if self.is_spectrum:
            return (self.key, self.channels)
        return (self.key, self.gain, self.channels, self.peak_colour, self.rms_colour)


@dataclass(frozen=True, slots=True)
class TileSize:
    """Zoom and height of tiles.

    Attributes:
        samples_per_px: as in ``Timescale``.
        px_per_sample: as in ``Timescale``.
        height_px: of the wave.
        pixel_ratio: device pixels per pixel.
    """

    samples_per_px: int
    px_per_sample: int
    height_px: int
    pixel_ratio: float = 1.0


def draw_tile(
    wave: Wave, size: TileSize, index: int, cancelled: IsCancelled = never_cancelled
) -> QImage:
    """Return a tile: pixels [512 index, 512 (index + 1)) of the sound at a zoom.

    The picture is to be stretched over 512 by ``height_px`` pixels; it has more columns or rows
    where the screen has.

    Raises:
        Cancelled: as ``cancelled`` wished; only spectra ask.
    """
    if wave.is_spectrum:
        return _draw_spectrum(wave, size, index, cancelled)
    if size.px_per_sample > 1:
        return _draw_samples(wave, size, index)
    start = index * TILE_PX * size.samples_per_px
    per_column = max(1, size.samples_per_px // max(1, -int(-size.pixel_ratio // 1)))
    count = TILE_PX * size.samples_per_px // per_column
    # One column more than is drawn, for the last one to join on to.
    columns = joined(_chosen(wave, wave.source.columns(start, per_column, count + 1)))
    height = max(1, round(size.height_px * size.pixel_ratio))
    return image_of_columns(columns, wave, count, height)


def draw_stand_in(wave: Wave, size: TileSize, start_px: int, width_px: int) -> QImage | None:
    """Return a coarse picture of a stretch, quick enough to be drawn while painting.

    Returns:
        The picture, one column for 8 pixels; None where even that would take too long.
    """
    step = 8 * size.samples_per_px // size.px_per_sample
    count = -(-width_px // 8)
    if step < 1 or (wave.source.reads_samples(step) and step * count > _QUICK_SAMPLES):
        return None
    start = start_px * size.samples_per_px // size.px_per_sample
    columns = _chosen(wave, wave.source.columns(start, step, count))
    return image_of_columns(columns, wave, count, size.height_px)


_QUICK_SAMPLES = 2**16


def image_of_columns(columns: Columns, wave: Wave, count: int, height: int) -> QImage:
    """Return the first ``count`` columns as a picture of some height."""
    picture = draw_columns(
        columns,
        height,
        peak_rgb=_rgb(wave.peak_colour),
        rms_rgb=_rgb(wave.rms_colour),
        gain=wave.gain,
    )
    return image_of_pixels(picture[:, :count])


def image_of_pixels(pixels: npt.NDArray[np.uint32]) -> QImage:
    """Return premultiplied ARGB (height, width) as a picture that owns its memory."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape
    form = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width, height, pixels.strides[0], form).copy()


def _chosen(wave: Wave, columns: Columns) -> Columns:
    if wave.channels is None:
        return columns
    part = slice(*wave.channels)
    return Columns(columns.lowest[part], columns.highest[part], columns.rms[part])


def _draw_spectrum(wave: Wave, size: TileSize, index: int, cancelled: IsCancelled) -> QImage:
    """Draw the spectra of the channels one below the other."""
    samples_per_px = size.samples_per_px / size.px_per_sample
    channels = wave.channels or (0, wave.source.sound.channels)
    count = channels[1] - channels[0]
    levels = spectrogram_tile(
        wave.source.sound,
        index * TILE_PX * size.samples_per_px // size.px_per_sample,
        samples_per_px,
        TILE_PX,
        max(1, size.height_px // max(1, count)),
        cancelled=cancelled,
    )
    chosen = levels[slice(*channels)]
    return image_of_pixels(colours_of(chosen.reshape(-1, TILE_PX)))


def _draw_samples(wave: Wave, size: TileSize, index: int) -> QImage:
    """Draw a line through the samples, each in the middle of its pixels, with dots if wide."""
    wide = size.px_per_sample
    first = index * TILE_PX // wide - 1
    count = TILE_PX // wide + 4
    audio = wave.source.sound.read(first, count)
    if wave.channels is not None:
        audio = audio[slice(*wave.channels)]
    ratio = size.pixel_ratio
    image = QImage(
        round(TILE_PX * ratio),
        max(1, round(size.height_px * ratio)),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(image.width() / TILE_PX, image.height() / max(1, size.height_px))
    painter.setPen(QPen(QColor(wave.rms_colour), 1.2))
    x = (np.arange(first, first + count) + 0.5) * wide - index * TILE_PX
    half = size.height_px / len(audio) / 2
    for channel, samples in enumerate(audio):
        y = (2 * channel + 1) * half - np.clip(samples * wave.gain, -1, 1) * (half - 1)
        points = [QPointF(*point) for point in zip(x.tolist(), y.tolist(), strict=True)]
        painter.drawPolyline(QPolygonF(points))
        if wide >= _DOTS_FROM_PX:
            painter.save()
            painter.setBrush(QColor(wave.rms_colour))
            for point in points:
                painter.drawEllipse(point, 1.6, 1.6)
            painter.restore()
    painter.end()
    return image


def _rgb(colour: str) -> tuple[int, int, int]:
    value = QColor(colour)
    return value.red(), value.green(), value.blue()
