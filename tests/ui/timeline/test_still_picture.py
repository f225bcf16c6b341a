from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent

from prismdesk.ui.timeline.still_picture import StillPicture

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

SIZE = QSize(60, 40)
WHOLE = QRect(0, 0, 60, 40)


class Stripes:
    """Draws vertical stripes whose colours tell their place in a long film."""

    def __init__(self) -> None:
        self.first = 100
        self.drawn: list[QRect] = []

    def draw(self, painter: QPainter, dirty: QRect) -> None:
        """Draw a rectangle."""
        self.drawn.append(dirty)
        for x in range(dirty.left(), dirty.right() + 1):
            colour = QColor(self.first + x, 40, 80)
            painter.fillRect(x, dirty.top(), 1, dirty.height(), colour)


def shown(still: StillPicture, ratio: float = 1.0, area: QRect = WHOLE) -> QImage:
    image = QImage(SIZE * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    painter = QPainter(image)
    painter.setClipRect(area)
    still.show(painter, QPaintEvent(area), SIZE, ratio)
    painter.end()
    return image


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("dx", [4, -4, 8, -60, 75])
def test_scrolled_picture_is_the_one_drawn_afresh(qtbot: QtBot, ratio: float, dx: int) -> None:
    stripes = Stripes()
    still = StillPicture(stripes.draw)
    shown(still, ratio)

    still.scroll(dx, 0, WHOLE)
    stripes.first -= dx
    moved = shown(still, ratio)

    assert moved == shown(StillPicture(stripes.draw), ratio)


def test_only_what_is_out_of_date_and_seen_is_drawn(qtbot: QtBot) -> None:
    stripes = Stripes()
    still = StillPicture(stripes.draw)
    shown(still)
    stripes.drawn.clear()

    shown(still)
    assert stripes.drawn == []
    still.forget(QRect(10, 10, 20, 20))
    shown(still, area=QRect(0, 0, 15, 40))
    assert stripes.drawn == [QRect(10, 10, 5, 20)]
    shown(still)
    assert stripes.drawn[1:] == [QRect(15, 10, 15, 20)]


def test_what_waits_to_be_drawn_moves_along(qtbot: QtBot) -> None:
    stripes = Stripes()
    still = StillPicture(stripes.draw)
    shown(still)
    still.forget(QRect(20, 0, 5, 40))
    stripes.drawn.clear()

    still.scroll(10, 0, WHOLE)
    shown(still)

    assert sorted((area.left(), area.width()) for area in stripes.drawn) == [(0, 10), (30, 5)]


def test_another_size_is_drawn_whole(qtbot: QtBot) -> None:
    stripes = Stripes()
    still = StillPicture(stripes.draw)
    shown(still)
    stripes.drawn.clear()

    shown(still, ratio=2.0)

    assert stripes.drawn == [WHOLE]
