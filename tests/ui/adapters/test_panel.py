"""Library and training beside each other, or one of them where there is no room for both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel

from tests.ui.adapters.preset_scene import open_library, put_preset

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_without_room_for_both_one_side_is_shown_and_a_switch(tmp_path: Path, qtbot: QtBot) -> None:
    put_preset("planks")
    with open_library(tmp_path, qtbot, width_px=1200) as shown:
        panel, side = shown.panel, QLabel("Training")
        assert not panel.parts.isVisible()
        panel.set_training_side(side)
        assert panel.library.isVisible()
        assert side.isVisible()
        assert not panel.parts.isVisible()
        panel.resize(700, 600)
        assert panel.parts.isVisible()
        assert panel.library.isVisible()
        assert not side.isVisible()
        panel.parts.button("training").click()
        assert side.isVisible()
        assert not panel.library.isVisible()
        panel.take_focus()
        assert panel.library.isVisible()
        panel.show_training()
        assert side.isVisible()
        panel.resize(1200, 600)
        assert panel.library.isVisible()
