from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.capabilities import Capabilities, EngineTask, SettingSpec
from prismdesk.ui.inspector.settings_form import SettingsForm
from prismdesk.ui.theme import DARK

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
