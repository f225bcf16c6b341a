"""Waveforms as pictures that are kept: tiles 512 pixels wide on the grid of the timeline."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from prismdesk.ui.waves import draw_columns, joined

if TYPE_CHECKING:
    from PySide6.QtCore import QRect

    from prismdesk.ui.timeline.timescale import Timescale
    from prismdesk.ui.waves import WaveSource

TILE_PX = 512
_KEPT_TILES = 600


@dataclass(frozen=True, slots=True)
class Wave:
    """A sound laid on the timeline.

    ``key`` names the sound and never changes its meaning; ``offset_samples`` is what is added to
    a position on the timeline to get the position in the sound.
    """

    key: str
    source: WaveSource
    offset_samples: int
    gain: float
    peak_colour: str
    rms_colour: str


class WaveTiles:
    """Draws waves from tiles; each is computed when first seen, the longest unused are dropped."""

    def __init__(self) -> None:
        self._tiles: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()

    def __len__(self) -> int:
        return len(self._tiles)

    def draw(self, painter: QPainter, wave: Wave, area: QRect, scale: Timescale, left: int) -> None:
        """Draw the part of a wave that lies in an area.

        Args:
            painter: draws in the widget's pixels.
            wave: what to draw.
            area: where it may be drawn.
            scale: what the timeline shows.
            left: the widget's pixel where the timeline's view begins.
        """
        first = (area.left() - left + scale.first_px) // TILE_PX
        last = (area.right() - left + scale.first_px) // TILE_PX
        painter.save()
        painter.setClipRect(area)
        for index in range(first, last + 1):
            x = left + index * TILE_PX - scale.first_px
            painter.drawPixmap(x, area.top(), self._tile(wave, index, scale, area.height()))
        painter.restore()

    def _tile(self, wave: Wave, index: int, scale: Timescale, height_px: int) -> QPixmap:
        key = (
            wave.key,
            wave.offset_samples,
            wave.gain,
            wave.peak_colour,
            scale.samples_per_px,
            index,
            height_px,
        )
        if key in self._tiles:
            self._tiles.move_to_end(key)
            return self._tiles[key]
        tile = _draw_tile(wave, index, scale.samples_per_px, height_px)
        self._tiles[key] = tile
        while len(self._tiles) > _KEPT_TILES:
            self._tiles.popitem(last=False)
        return tile


def _draw_tile(wave: Wave, index: int, samples_per_px: int, height_px: int) -> QPixmap:
    start = index * TILE_PX * samples_per_px + wave.offset_samples
    # One column more than is drawn, for the last one to join on to.
    columns = joined(wave.source.columns(start, samples_per_px, TILE_PX + 1))
    picture = draw_columns(
        columns,
        height_px,
        peak_rgb=_rgb(wave.peak_colour),
        rms_rgb=_rgb(wave.rms_colour),
        gain=wave.gain,
    )
    image = QImage(
        picture.data,
        TILE_PX,
        height_px,
        picture.strides[0],
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    return QPixmap.fromImage(image.copy())


def _rgb(colour: str) -> tuple[int, int, int]:
    value = QColor(colour)
    return value.red(), value.green(), value.blue()
