from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from prismdesk.engines.capabilities import Capabilities, EngineTask, SettingSpec
from prismdesk.ui.inspector.settings_form import SettingsForm
from prismdesk.ui.theme import DARK
from prismdesk.ui.widgets.field_note import FieldNote
from prismdesk.ui.widgets.fields import FigureField

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def an_engine(*settings: SettingSpec) -> Capabilities:
    return Capabilities(
        id="any",
        name="Any",
        version="1",
        summary="",
        tasks=frozenset(EngineTask),
        inputs=frozenset(),
        settings=settings,
    )


STEPS = SettingSpec(name="steps", label="Steps", help="More take longer.", default=25)
JUMPS = SettingSpec(name="jumps", label="Jumps", help="Few help.", default=0, is_advanced=True)


@pytest.fixture
def form(qtbot: QtBot) -> SettingsForm:
    form = SettingsForm(DARK)
    qtbot.addWidget(form)
    form.show_settings(an_engine(STEPS, JUMPS), {})
    form.show()
    return form


def test_advanced_settings_wait_behind_a_button(form: SettingsForm) -> None:
    assert form.cells["steps"].isVisible()
    assert not form.cells["jumps"].isVisible()

    form.more.click()

    assert form.cells["jumps"].isVisible()


def test_the_button_says_how_many_advanced_settings_were_changed(form: SettingsForm) -> None:
    assert form.more.text() == "More settings"

    form.show_settings(an_engine(STEPS, JUMPS), {"jumps": 2, "steps": 9})

    assert form.more.text() == "More settings (1 changed)"


def test_an_engine_without_advanced_settings_has_no_button(form: SettingsForm) -> None:
    form.show_settings(an_engine(STEPS), {})

    assert not form.more.isVisible()
    assert list(form.cells) == ["steps"]


def test_labels_and_fields_stay_where_they_are_when_a_way_back_appears(
    qtbot: QtBot, form: SettingsForm
) -> None:
    def places() -> list[tuple[QRect, QRect]]:
        form.grab()
        cell = form.cells["steps"]
        (title,) = cell.findChildren(QLabel)
        return [(title.geometry(), cell.control.geometry()), (cell.geometry(), form.geometry())]

    before = places()

    form.show_settings(an_engine(STEPS, JUMPS), {"steps": 9})

    assert form.cells["steps"].reset_button().isVisible()
    assert places() == before


def test_more_than_a_setting_takes_becomes_the_most(qtbot: QtBot, form: SettingsForm) -> None:
    most = SettingSpec(
        name="steps", label="Steps", help="More take longer.", default=25, minimum=1, maximum=50
    )
    form.show_settings(an_engine(most, JUMPS), {})
    field = form.cells["steps"].control
    assert isinstance(field, FigureField)
    heard: list[object] = []
    form.changed.connect(lambda name, value: heard.append((name, value)))

    field.selectAll()
    QTest.keyClicks(field, "500")
    assert (field.text(), heard) == ("500", [])
    QTest.keyClick(field, Qt.Key.Key_Return)

    assert (field.text(), heard) == ("50", [("steps", 50)])
    notes = [note.text() for note in form.findChildren(FieldNote)]
    assert notes == ["It takes whole numbers from 1 to 50."]
