from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from prismdesk.session.policy import EXAMPLE, policy_in_force
from prismdesk.session.preferences import PreferencesFile
from prismdesk.ui.actions.registry import Actions
from prismdesk.ui.background import Background
from prismdesk.ui.context import Desktop
from prismdesk.ui.licences.policy_dialog import PolicyDialog
from prismdesk.ui.messages import Messages
from prismdesk.ui.theme import DARK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QPushButton
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def desktop(qtbot: QtBot) -> Iterator[Desktop]:
    messages = Messages()
    desktop = Desktop(
        theme=DARK,
        messages=messages,
        background=Background(messages),
        actions=Actions(DARK),
        preferences=PreferencesFile(),
    )
    yield desktop
    desktop.background.close()


@pytest.fixture
def dialog(desktop: Desktop, qtbot: QtBot) -> PolicyDialog:
    dialog = PolicyDialog(desktop)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def press(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def cells(dialog: PolicyDialog) -> list[list[str]]:
    table = dialog.answers
    found = []
    for line in range(table.rowCount()):
        items = [table.item(line, place) for place in range(table.columnCount())]
        found.append([item.text() if item is not None else "" for item in items])
    return found


def test_without_a_file_the_publishers_rule(dialog: PolicyDialog) -> None:
    assert dialog.title.text() == "No policy file"
    assert "publishers" in dialog.state.text()
    assert not dialog.answers.isVisible()
    assert not dialog.remove.isEnabled()
    assert dialog.remove.accessibleDescription() == "There is none to remove."


def test_a_chosen_file_shows_its_answers_until_it_is_removed(
    dialog: PolicyDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "policy.toml"
    dialog.write_example(path)
    assert path.read_text() == EXAMPLE
    with qtbot.waitSignal(dialog.changed):
        dialog.use_file(path)
    assert dialog.title.text() == "Policy of Nordkai Sound"
    assert dialog.file.text() == str(path)
    assert cells(dialog)[:2] == [
        [
            "Model",
            "custom-nordkai-foley",
            "Any use",
            "our own recordings, trained by us",
            "clearance@nordkai.example",
        ],
        [
            "Licence",
            "Apple ML research (apple-amlr)",
            "No use",
            "no research is done here",
            "legal@nordkai.example",
        ],
    ]
    assert "custom-nordkai-foley" in dialog.note.text()  # no such checkpoint is here
    assert policy_in_force().path == path
    press(dialog.remove)
    assert policy_in_force().path is None
    assert path.is_file()
    assert not dialog.answers.isVisible()


def test_a_broken_file_is_told_and_not_chosen(dialog: PolicyDialog, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("format = one\n")
    dialog.use_file(path)
    assert "line 1" in dialog.state.text()
    assert dialog.state.text().endswith("Nothing was changed.")
    assert policy_in_force().path is None


def test_a_file_that_broke_since_says_what_holds_now(
    dialog: PolicyDialog, desktop: Desktop, tmp_path: Path
) -> None:
    desktop.preferences.change(policy_file=str(tmp_path / "gone.toml"))
    dialog.show_policy()
    assert dialog.title.text() == "The policy file can't be read"
    assert "nothing made with weights is allowed beyond personal use" in dialog.state.text()
    assert dialog.remove.isEnabled()


def test_the_variable_leaves_no_choice(
    dialog: PolicyDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("format = 1\n")
    monkeypatch.setenv("PRISMDESK_POLICY", str(path))
    dialog.show_policy()
    assert dialog.title.text() == "Policy of this company"
    assert not dialog.choose.isEnabled()
    assert "PRISMDESK_POLICY" in dialog.choose.toolTip()
