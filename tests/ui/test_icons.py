from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QIcon, QImage

from prismdesk.ui import icons
from prismdesk.ui.icon_strokes import STROKES
from prismdesk.ui.icons import IconName, icon, icon_pixmap, icon_shape
from prismdesk.ui.theme import DARK, LIGHT

GRID = QRectF(0, 0, 16, 16)


def test_every_name_has_strokes_and_every_stroke_a_name() -> None:
    assert set(STROKES) == {name.value for name in IconName}


@pytest.mark.parametrize("name", IconName)
def test_icon_stays_on_its_grid(name: IconName) -> None:
    shape = icon_shape(name)
    box = shape.stroked.boundingRect() | shape.filled.boundingRect()

    assert GRID.contains(box.adjusted(0, 0, 0.1, 0.1))
    assert max(box.width(), box.height()) >= 8.5


def inked(image: QImage) -> int:
    return sum(
        image.pixelColor(x, y).alpha() > 100
        for x in range(image.width())
        for y in range(image.height())
    )


@pytest.mark.parametrize("name", IconName)
def test_icon_can_be_seen(qapp: object, name: IconName) -> None:
    assert inked(icon_pixmap(name, DARK.text).toImage()) >= 8


def test_no_two_icons_look_alike(qapp: object) -> None:
    drawn = {bytes(icon_pixmap(name, DARK.text).toImage().constBits()) for name in IconName}

    assert len(drawn) == len(IconName)


def test_icon_has_the_themes_colour_and_another_when_disabled(qapp: object) -> None:
    made = icon(IconName.STOP, LIGHT)

    normal = made.pixmap(QSize(16, 16), QIcon.Mode.Normal).toImage().pixelColor(8, 8)
    disabled = made.pixmap(QSize(16, 16), QIcon.Mode.Disabled).toImage().pixelColor(8, 8)
    assert normal == QColor(LIGHT.text)
    assert disabled == QColor(LIGHT.off)


def test_icon_is_sharp_on_dense_screens(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(icons, "_pixel_ratios", lambda: (1, 3))

    assert icon(IconName.PLAY, DARK).pixmap(QSize(16, 16), 3.0).width() == 48
