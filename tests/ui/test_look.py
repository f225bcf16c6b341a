from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QCheckBox, QRadioButton

from prismdesk.ui.focus_ring import FocusRing
from prismdesk.ui.look import apply_look
from prismdesk.ui.style_images import StyleImages
from prismdesk.ui.theme import DARK, LIGHT, THEMES, Theme

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


@pytest.fixture(autouse=True)
def dark_afterwards(qapp: QApplication) -> Iterator[None]:
    yield
    apply_look(qapp, DARK)


def test_look_is_applied_and_changed(qapp: QApplication) -> None:
    apply_look(qapp, DARK)
    apply_look(qapp, LIGHT, text_scale_percent=150)

    assert qapp.palette().window().color() == QColor(LIGHT.panel)
    assert QApplication.font().pixelSize() == 18
    assert len(qapp.findChildren(FocusRing)) == 1


def test_text_grows_back_to_its_size(qapp: QApplication) -> None:
    apply_look(qapp, DARK, text_scale_percent=200)
    apply_look(qapp, DARK)

    assert QApplication.font().pixelSize() == 12


def lightness(picture: QImage) -> list[int]:
    """The picture in shades of grey, coarsely: what is left of a state without its colour."""
    grey = picture.convertToFormat(QImage.Format.Format_Grayscale8)
    return [
        grey.pixelColor(x, y).red() // 64 for x in range(grey.width()) for y in range(grey.height())
    ]


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
def test_chosen_differs_from_not_chosen_by_shape(
    qtbot: QtBot, qapp: QApplication, theme: Theme, kind: type[QCheckBox | QRadioButton]
) -> None:
    apply_look(qapp, theme)
    box = kind()
    qtbot.addWidget(box)
    box.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    empty = lightness(box.grab().toImage())

    box.setChecked(True)

    chosen = lightness(box.grab().toImage())
    assert sum(one != other for one, other in zip(empty, chosen, strict=True)) > 20


def test_marks_are_written_for_every_theme_and_density(qapp: QApplication) -> None:
    images = StyleImages()
    for theme in THEMES.values():
        stem = images.write(theme)
        for name in ("check", "check-off", "check-text", "dash", "caret", "caret-off"):
            assert QImage(f"{stem}-{name}.png").width() == 12
            assert QImage(f"{stem}-{name}@3x.png").width() == 36


def test_look_does_without_marks_where_they_cannot_be_written(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "nowhere"))

    assert StyleImages().write(DARK) == ""
