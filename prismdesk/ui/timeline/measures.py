"""Lengths that drawing and pointer share, at the present text scale."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from prismdesk.ui.fonts import scaled_px, text_scale

TILE_PX = 512
"""Width of a tile of a wave, in pixels of the screen."""

SHORTEST_NAME_PX = 40
"""Under this width nothing is written."""

INSET_PX = 3
"""Room between a lane's edge and what lies on it."""

HANDLE_WIDTH_PX, HANDLE_HEIGHT_PX = 7, 20
"""Handle at the ends of what is selected."""

FADE_HANDLE_PX = 6
CORNER_PX = 3
PROGRESS_PX = 4
SCROLL_BAR_PX = 8
METER_CHANNEL_PX = 5


class LaneHeight(IntEnum):
    """Heights of a lane that have a name, in pixels at 100 %."""

    MINI = 24
    SMALL = 44
    NORMAL = 66
    LARGE = 120


LOWEST_LANE_PX, HIGHEST_LANE_PX = 24, 400


@dataclass(frozen=True, slots=True)
class Measures:
    """Lengths that grow with the text, in pixels; the defaults are those at 100 %."""

    header_px: int = 216
    overview_px: int = 20
    ruler_px: int = 28
    picture_px: int = 60
    clip_header_px: int = 16
    region_header_px: int = 18
    take_px: int = 46
    take_tools_px: int = 36
    caption_px: int = 11

    @property
    def rows_top_px(self) -> int:
        """Where rows begin: below overview and ruler."""
        return self.overview_px + self.ruler_px


USUAL_MEASURES = Measures()
"""The lengths at 100 %."""


def measures_now() -> Measures:
    """Return the lengths at the present text scale.

    The header column grows from 216 at 100 % to 300 at 200 %, less than its text.
    """
    usual = USUAL_MEASURES
    return Measures(
        header_px=usual.header_px + round(84 * (text_scale() - 100) / 100),
        overview_px=scaled_px(usual.overview_px),
        ruler_px=scaled_px(usual.ruler_px),
        picture_px=max(usual.picture_px, scaled_px(40)),
        clip_header_px=scaled_px(usual.clip_header_px),
        region_header_px=scaled_px(usual.region_header_px),
        take_px=scaled_px(usual.take_px),
        take_tools_px=scaled_px(usual.take_tools_px),
        caption_px=scaled_px(usual.caption_px),
    )


HIGHEST_LINE_DB, LOWEST_LINE_DB = 12.0, -36.0
"""Gains at the top and at the bottom of a clip's gain line."""


def gain_line_y(gain_db: float, height_px: int) -> int:
    """Return how far below the top of a clip's wave its gain line lies: even steps in dB."""
    share = (HIGHEST_LINE_DB - gain_db) / (HIGHEST_LINE_DB - LOWEST_LINE_DB)
    return round(max(0.0, min(share, 1.0)) * (height_px - 1))
