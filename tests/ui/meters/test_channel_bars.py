from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from prismdesk.ui.meters.channel_bars import (
    bar_areas,
    draw_bar,
    draw_channel_meters,
    level_fraction,
)
from prismdesk.ui.theme import DARK
from tests.ui.meters.readings import column_colours, meters_at

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from prismdesk.playback.meters import ChannelMeters

HEIGHT_PX = 120


def _drawn(meters: ChannelMeters, width_px: int = 11) -> QImage:
    image = QImage(width_px, HEIGHT_PX, QImage.Format.Format_RGB32)
    image.fill("#000000")
    painter = QPainter(image)
    draw_channel_meters(painter, image.rect(), meters, DARK)
    painter.end()
    return image


@pytest.mark.parametrize(
    ("level_db", "fraction"),
    [(0, 1.0), (6, 1.0), (-30, 0.5), (-60, 0.0), (-80, 0.0), (-math.inf, 0.0)],
)
def test_scale_runs_from_minus_60_to_0(level_db: float, fraction: float) -> None:
    assert level_fraction(level_db) == fraction


def test_bars_are_as_wide_as_each_other_and_stay_inside() -> None:
    for channels in range(1, 9):
        area = QRect(7, 3, 53, 20)
        bars = bar_areas(area, channels, 2)
        assert len({bar.width() for bar in bars}) == 1
        assert all(area.contains(bar) for bar in bars)
        assert all(a.right() + 2 < b.left() + 1 for a, b in itertools.pairwise(bars))


def test_bar_is_filled_by_zones_up_to_its_level(qtbot: QtBot) -> None:
    colours = column_colours(_drawn(meters_at(-3.0, -30.0)), 2)  # 2 px for 1 dB
    assert colours[:6] == [DARK.field] * 6
    assert colours[6:12] == [DARK.error] * 6
    assert colours[12:36] == [DARK.warning] * 24
    assert colours[36:] == [DARK.good] * 84
    right = column_colours(_drawn(meters_at(-3.0, -30.0)), 8)
    assert right == [DARK.field] * 60 + [DARK.good] * 60


def test_silence_is_an_empty_trough(qtbot: QtBot) -> None:
    assert set(column_colours(_drawn(meters_at(-math.inf, -60.0)), 2)) == {DARK.field}


def test_clipped_channel_has_a_cap_parted_from_a_full_bar(qtbot: QtBot) -> None:
    image = _drawn(meters_at(0.0, 0.0, clipped=(1,)))
    assert column_colours(image, 2)[:5] == [DARK.error] * 5
    assert column_colours(image, 8)[:5] == [DARK.error] * 3 + [DARK.panel, DARK.error]


def test_hold_line_lies_at_its_level(qtbot: QtBot) -> None:
    image = QImage(5, HEIGHT_PX, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    draw_bar(painter, image.rect(), -40.0, DARK, -10.0)
    painter.end()
    assert column_colours(image, 2)[19:23] == [DARK.field, DARK.text, DARK.text, DARK.field]


def test_many_channels_in_few_pixels_are_drawn(qtbot: QtBot) -> None:
    image = _drawn(meters_at(*[-10.0] * 8), width_px=4)
    assert DARK.good in column_colours(image, 0)
