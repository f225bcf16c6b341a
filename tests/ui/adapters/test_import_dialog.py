"""Bringing files in: what lacks is asked in a sentence, what can't be used is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from prismdesk.session import preset_conversion
from prismdesk.session.presets import library, own_root
from tests.adapters.preset_files import write_preset
from tests.session.convert_work import ConvertWork
from tests.ui.adapters.preset_scene import MODEL, LibraryScene, open_library, put_preset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from prismdesk.jobs.training.messages import ConvertTask
    from prismdesk.ui.adapters.import_dialog import ImportDialog

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


@pytest.fixture
def shown(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[LibraryScene]:
    def do(task: ConvertTask, label: str, **_: object) -> None:
        ConvertWork().convert(
            Path(task.source), Path(task.target), task.alpha, task.model_id, task.title
        )

    monkeypatch.setattr(preset_conversion, "do_apart", do)
    with open_library(tmp_path, qtbot) as scene:
        yield scene


def offered(shown: LibraryScene, *paths: Path) -> ImportDialog:
    dialog = shown.panel.library.importing.ask(paths)
    shown.settle()
    return dialog


def test_a_whole_file_is_brought_in_and_its_card_shown(shown: LibraryScene, tmp_path: Path) -> None:
    dialog = offered(shown, write_preset(tmp_path / "planks.safetensors", base_model=MODEL))
    assert dialog.found.text() == "1 adapter: planks."
    assert not dialog.alpha_part.isVisible()
    assert not dialog.base_part.isVisible()
    dialog.bring_in.click()
    shown.wait(lambda: shown.shown == ["planks"])
    assert shown.scene.told[-1].title == "planks is in the library now."
    shown.wait(lambda: shown.panel.library.wall.picked_preset is not None)


def test_another_number_can_be_given_as_alpha(shown: LibraryScene, tmp_path: Path) -> None:
    source = write_preset(tmp_path / "planks.safetensors", alpha=None, base_model=MODEL)
    dialog = offered(shown, source)
    assert dialog.alpha_question.text() == (
        "The file of planks states no alpha; with which one was it trained?"
    )
    assert not dialog.number.isVisible()
    dialog.alpha.setCurrentIndex(dialog.alpha.findText("Another number"))
    assert dialog.number.isVisible()
    dialog.number.setValue(24)
    dialog.bring_in.click()
    shown.wait(lambda: shown.shown == ["planks"])
    assert library().find("planks").alpha == 24.0


def test_several_are_asked_about_at_once_and_can_be_left_out(
    shown: LibraryScene, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    for number, name in enumerate(("a", "b")):
        write_preset(folder / f"{name}.safetensors", seed=number + 1, alpha=None)
    write_preset(folder / "whole.safetensors", seed=7)
    dialog = offered(shown, folder)
    assert dialog.alpha_question.text().startswith("2 files state no alpha;")
    assert dialog.base_question.text().startswith("3 files name no model;")
    dialog.alpha.setCurrentIndex(dialog.alpha.findText("Not known: leave them out"))
    dialog.base.setCurrentIndex(dialog.base.findData(MODEL))
    dialog.bring_in.click()
    shown.wait(lambda: shown.shown == ["whole"])
    assert library().find("whole").base_model == MODEL


def test_what_cannot_be_used_is_told_and_nothing_written(
    shown: LibraryScene, tmp_path: Path
) -> None:
    page = tmp_path / "page.safetensors"
    page.write_bytes(b"<html>" * 30)
    dialog = offered(shown, page)
    assert dialog.found.text() == "None of these can be used."
    assert "web page" in dialog.error.text()
    assert not dialog.bring_in.isEnabled()
    assert not own_root().exists()
    dialog.reject()


def test_a_copy_is_refused_in_a_sentence(shown: LibraryScene, tmp_path: Path) -> None:
    put_preset("planks", seed=5)
    dialog = offered(shown, write_preset(tmp_path / "boards.safetensors", seed=5))
    dialog.bring_in.click()
    shown.wait(lambda: bool(shown.scene.told))
    assert shown.scene.told[-1].title == "1 file was not brought in."
    assert "already, as planks" in shown.scene.told[-1].body
