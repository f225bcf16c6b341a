from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

import prismdesk
from prismdesk.ui.about import PARTS, AboutDialog, facts, installed_version
from prismdesk.ui.theme import DARK

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)
PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


def test_facts_name_versions_and_no_user(qapp: object, home_folder: Path) -> None:
    told = facts()

    assert f"PrismDesk {prismdesk.__version__}" in told
    assert f"numpy {installed_version('numpy')}" in told
    assert str(home_folder) not in told


def test_facts_are_copied(qtbot: QtBot) -> None:
    dialog = AboutDialog(DARK)
    qtbot.addWidget(dialog)
    dialog.show()

    QTest.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)

    assert QGuiApplication.clipboard().text() == facts()


def test_parts_are_the_packages_that_are_required() -> None:
    settings = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))
    required = {re.split(r"[<>=;\[ ]", line)[0] for line in settings["project"]["dependencies"]}
    assert {name for name, _, _ in PARTS} == required


def test_every_part_is_listed_with_version_and_licence(qtbot: QtBot) -> None:
    dialog = AboutDialog(DARK)
    qtbot.addWidget(dialog)

    assert dialog.parts.rowCount() == len(PARTS)
    assert installed_version("av") != "not installed"
    assert installed_version("no-such-package") == "not installed"
