"""The tools of masks in each theme at 100 and 200 %: nothing is clipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from prismdesk.ui.look import apply_look
from prismdesk.ui.theme import DARK, THEMES
from tests.builders import a_keyed_shape
from tests.ui.clipping import clipped_texts
from tests.ui.masks.mask_scene import MaskScene
from tests.ui.masks.test_layer import has

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture(params=[(name, scale) for name in THEMES for scale in (100, 200)])
def look(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[None]:
    name, scale_percent = request.param
    apply_look(qapp, THEMES[name], text_scale_percent=scale_percent)
    yield
    apply_look(qapp, DARK)


@pytest.mark.usefixtures("look")
def test_tools_and_what_the_model_sees_have_room(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = MaskScene(tmp_path, qtbot, monkeypatch)
    scene.do("region.mask")
    has(scene, a_keyed_shape("a"))
    for tool in ("ellipse", "brush"):
        scene.do(f"region.mask_{tool}")
        QApplication.processEvents()
        assert clipped_texts(scene.viewer) == []
    scene.do("region.mask_seen")
    view = scene.mode.seen
    assert view is not None
    qtbot.waitUntil(lambda: view.words.text() != "")
    QApplication.processEvents()
    assert clipped_texts(view) == []
    scene.close()
