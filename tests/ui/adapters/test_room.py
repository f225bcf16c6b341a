"""Cards, rows and dialogs of presets at 100 and 200 %: nothing is clipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from prismdesk.engines.catalogue import capabilities_of
from prismdesk.session.presets import library
from prismdesk.ui.adapters.card_dialog import CardDialog
from prismdesk.ui.adapters.import_dialog import ImportDialog
from prismdesk.ui.adapters.region_choice import RegionChoice
from prismdesk.ui.inspector.adapter_stack import AdapterStack
from prismdesk.ui.look import apply_look
from prismdesk.ui.theme import CONTRAST, DARK
from tests.adapters.preset_files import write_preset
from tests.ui.adapters.preset_scene import (
    OTHER_MODEL,
    a_selva_region,
    open_library,
    put_preset,
    reference_of,
)
from tests.ui.clipping import clipped_texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


@pytest.fixture(params=[100, 200])
def scale_percent(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[int]:
    apply_look(qapp, CONTRAST if request.param == 200 else DARK, text_scale_percent=request.param)
    yield request.param
    apply_look(qapp, DARK)


def show(widget: QWidget) -> None:
    widget.show()
    QApplication.processEvents()


def test_cards_have_room(tmp_path: Path, qtbot: QtBot, scale_percent: int) -> None:
    put_preset("planks", trigger="harbour planks", sound_from="Own recordings", has_example=True)
    put_preset("birds", base=OTHER_MODEL)
    put_preset("clock", alpha=None)
    put_preset("rain", base="")
    with open_library(tmp_path, qtbot, width_px=8 * scale_percent) as shown:
        QApplication.processEvents()
        assert len(shown.panel.library.wall.cards) >= 3
        assert clipped_texts(shown.panel.library) == []


def test_dialogs_have_room(tmp_path: Path, qtbot: QtBot, scale_percent: int) -> None:
    put_preset("planks", trigger="harbour planks")
    with open_library(tmp_path, qtbot) as shown:
        desktop, preset = shown.scene.desktop, library().find("planks")
        lacking = write_preset(tmp_path / "clock.safetensors", alpha=None, seed=8)
        asking = ImportDialog(desktop)
        asking.look_at((lacking,))
        shown.settle()
        assert asking.offered is not None
        for dialog in (
            asking,
            CardDialog(preset, desktop),
            RegionChoice(preset, shown.scene.project, desktop.theme),
        ):
            qtbot.addWidget(dialog)
            show(dialog)
            assert clipped_texts(dialog) == []
            dialog.close()


def test_a_regions_rows_have_room(tmp_path: Path, qtbot: QtBot, scale_percent: int) -> None:
    put_preset("birds", base=OTHER_MODEL)
    put_preset("planks", trigger="harbour planks")
    stack = ((reference_of("birds"), 1.0), (reference_of("planks"), -0.35))
    with open_library(tmp_path, qtbot, a_selva_region(adapters=stack)) as shown:
        scene = shown.scene
        part = AdapterStack(scene.document, scene.desktop, scene.pending)
        qtbot.addWidget(part)
        part.resize(round(3.4 * scale_percent), 3 * scale_percent)
        part.show_region(shown.region, capabilities_of("selva"))
        show(part)
        shown.wait(lambda: any(row.problem.text() for row in part.rows.values()))
        QApplication.processEvents()
        assert clipped_texts(part) == []
