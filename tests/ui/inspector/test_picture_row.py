from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from prismdesk.engines import catalogue
from prismdesk.engines.capabilities import EngineInput
from prismdesk.ui.inspector.picture_row import PictureRow
from tests.builders import a_project
from tests.ui.making_scene import FAKE, Scene, a_fake_region, open_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.project.model import Region

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

BLIND = FAKE
SEEING = replace(FAKE, inputs=FAKE.inputs | {EngineInput.PICTURE, EngineInput.PICTURE_MASK})


class Shown:
    """The row on a region of a project with a film."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.scene: Scene = open_scene(folder, a_project(regions=(a_fake_region(),)))
        self.row = PictureRow(self.scene.document, self.scene.desktop, self.scene.pending)
        qtbot.addWidget(self.row)
        self.show()

    @property
    def region(self) -> Region:
        return self.scene.project.regions[0]

    def show(self, engine: Capabilities = SEEING) -> None:
        self.row.show()
        self.row.show_region(self.region, engine)


@pytest.fixture
def shown(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    monkeypatch.setitem(catalogue._OFFERS, FAKE.id, lambda: SEEING)
    shown = Shown(tmp_path, qtbot)
    yield shown
    shown.scene.close()


def a_mask(path: Path) -> Path:
    image = QImage(32, 18, QImage.Format.Format_Grayscale8)
    image.fill(255)
    assert image.save(str(path))
    return path


def test_an_engine_that_cannot_look_has_no_row(shown: Shown) -> None:
    assert shown.row.isVisible()

    shown.show(BLIND)

    assert not shown.row.isVisible()


def test_looking_away_is_one_step_and_leaves_masks_unused(shown: Shown) -> None:
    shown.row.looks.click()

    assert not shown.region.sees_picture
    assert shown.scene.document.label_of_undo == "Don't look at the film"
    shown.show()
    assert not shown.row.masking.isVisible()


def test_a_mask_is_copied_into_the_project_and_dropped_again(
    shown: Shown, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mask = a_mask(tmp_path / "left half.png")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(mask)], ""))

    shown.row.masking.choose.trigger()
    qtbot.waitUntil(lambda: bool(shown.region.masks))

    assert (shown.scene.document.session.folder / shown.region.masks[0]).is_file()
    shown.show()
    assert shown.row.reason.text() == "one still"


def test_a_file_that_is_no_picture_is_told_and_changes_nothing(
    shown: Shown, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "notes.png").write_text("no picture")

    shown.row.masking.use_masks([tmp_path / "notes.png"])

    qtbot.waitUntil(lambda: bool(shown.scene.told))
    assert "notes.png" in shown.scene.told[-1].title + shown.scene.told[-1].body
    assert shown.region.masks == ()
