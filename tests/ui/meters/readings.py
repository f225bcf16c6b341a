"""Readings and pixels for the meters' tests."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.playback.meters import ChannelMeters, MeterReading

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

STEREO = ChannelMeters((-16.9, -20.0), (-10.3, -12.1), (False, False))
READING = MeterReading(
    mix=STEREO,
    tracks=(),
    momentary_lufs=-24.0,
    short_term_lufs=-26.1,
    integrated_lufs=-23.4,
    range_lu=9.2,
    true_peak_dbtp=-3.8,
    correlation=0.71,
)


def meters_at(*levels_db: float, clipped: tuple[int, ...] = ()) -> ChannelMeters:
    """Channels at these levels, hold lines at -inf, those numbered clipped."""
    return ChannelMeters(
        levels_db,
        (-math.inf,) * len(levels_db),
        tuple(number in clipped for number in range(len(levels_db))),
    )


def reading_at(*levels_db: float, clipped: tuple[int, ...] = ()) -> MeterReading:
    """A reading with these levels of the mix."""
    return replace(READING, mix=meters_at(*levels_db, clipped=clipped))


def column_colours(image: QImage, x: int) -> list[str]:
    """The colours of a column of pixels from top to bottom, as ``#RRGGBB``."""
    return [image.pixelColor(x, y).name().upper() for y in range(image.height())]
