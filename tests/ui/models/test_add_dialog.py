"""Making a model of files of one's own in the dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.weights.catalogue import model_of
from prismdesk.ui.models.add_dialog import AddCheckpointDialog
from tests.session.test_own_checkpoints import a_generator
from tests.ui.models.scene import PATIENCE_MS, PanelScene

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

FILES_QUESTION = "prismdesk.ui.files_dialog.QFileDialog.getOpenFileNames"


def opened(models: PanelScene) -> AddCheckpointDialog:
    models.panel.side.add.click()
    return models.panel.findChildren(AddCheckpointDialog)[-1]


def choose(
    models: PanelScene, dialog: AddCheckpointDialog, path: Path, patch: pytest.MonkeyPatch
) -> None:
    patch.setattr(FILES_QUESTION, staticmethod(lambda *_: ([str(path)], "")))
    dialog.choose_files.click()
    models.qtbot.waitUntil(
        lambda: dialog.proposal is not None or dialog.error.isVisible(), timeout=PATIENCE_MS
    )


def test_a_chosen_file_becomes_a_card(
    models: PanelScene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = opened(models)
    assert not dialog.add.isEnabled()
    assert dialog.add.toolTip() == "Choose files first."
    choose(models, dialog, a_generator(tmp_path / "mine"), monkeypatch)
    assert "rain_steps.safetensors: the generator small_16k" in dialog.found.text()
    assert dialog.base.currentText() == "SelVA small, 16 kHz"
    assert not dialog.may_be_sold.isEnabled()
    dialog.name.setText("Rain steps")
    dialog.licence.setEditText("CC BY 4.0")
    dialog.may_be_sold.click()
    assert "still forbid it" in dialog.verdict.text()
    dialog.add.click()
    models.wait_for("custom-rain-steps", "Partly here")
    assert model_of("custom-rain-steps").licence_weights.name == "CC BY 4.0"
    assert models.panel.side.purposes["Own checkpoints"].accessibleName() == "Own checkpoints, 1"
    assert models.told[-1].title == "Rain steps is a model now."


def test_what_is_no_model_is_said_in_the_dialog(
    models: PanelScene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = opened(models)
    other = tmp_path / "other.pth"
    other.write_text("no weights here")
    choose(models, dialog, other, monkeypatch)
    assert dialog.error.text().startswith(f"{other} is no weight file")
    assert not dialog.add.isEnabled()
    dialog.cancel.click()


def test_a_name_that_is_taken_keeps_the_dialog_open(
    models: PanelScene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_generator(tmp_path / "mine")
    first = opened(models)
    choose(models, first, path, monkeypatch)
    first.name.setText("Rain steps")
    first.add.click()
    models.wait_for("custom-rain-steps", "Partly here")
    dialog = opened(models)
    choose(models, dialog, path, monkeypatch)
    dialog.name.setText("Rain steps")
    dialog.add.click()
    models.qtbot.waitUntil(dialog.error.isVisible, timeout=PATIENCE_MS)
    assert "already; choose another name" in dialog.error.text()
    assert dialog.add.isEnabled()
    dialog.cancel.click()
