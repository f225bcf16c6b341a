from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.media.sound_character import NOTHING, Character, SoundCharacter
from prismdesk.project.model import Task
from prismdesk.session.suggestions import Heard, RegionFacts, Suggestion, SuggestionKind
from prismdesk.ui.inspector.suggestion_group import SuggestionGroup
from prismdesk.ui.theme import DARK
from tests.builders import a_region

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

ROOM = SoundCharacter(character=Character.ROOM_TONE, level_lufs=-50, speech=())


def facts(*cuts: int) -> RegionFacts:
    return RegionFacts(
        duration_seconds=3,
        engine_name="SelVA",
        natural_seconds=8,
        takes_avoid=True,
        cuts_samples=cuts,
        heard=Heard(inside=NOTHING, before=ROOM, after=NOTHING, knows_speech=True),
    )


@pytest.fixture
def group(qtbot: QtBot) -> SuggestionGroup:
    group = SuggestionGroup(DARK, "01:00:00:{}".format)
    qtbot.addWidget(group)
    group.show()
    return group


def test_facts_stand_in_two_lines(group: SuggestionGroup) -> None:
    group.show_facts(facts(), a_region(task=Task.CONTINUE))
    assert group.words.text().splitlines() == [
        "3.0 s of the model's 8 s · In it: nothing",
        "Before: room tone, −50 LUFS · After: nothing",
    ]
    assert group.buttons == []
    group.show_facts(facts(12), a_region(task=Task.CONTINUE))
    assert "1 cut at 01:00:00:12 · In it" in group.words.text()


def test_each_proposal_is_a_button_that_says_why(group: SuggestionGroup) -> None:
    wanted: list[Suggestion] = []
    group.wanted.connect(wanted.append)
    group.show_facts(facts(12), a_region(task=Task.GENERATE))
    assert [button.text() for button in group.buttons] == ["Split at the cut", "Continue instead"]
    assert group.buttons[1].toolTip() == "Sound ends before it and nothing follows."
    for button in group.buttons:
        button.click()
    assert [one.kind for one in wanted] == [SuggestionKind.SPLIT, SuggestionKind.TASK]
    assert wanted[1].task is Task.CONTINUE


def test_the_same_proposals_keep_their_buttons(group: SuggestionGroup) -> None:
    region = a_region(task=Task.GENERATE)
    group.show_facts(facts(12), region)
    before = group.buttons
    group.show_facts(facts(12), region)
    assert group.buttons is before
    group.show_listening()
    assert group.buttons == []
    assert "Listening" in group.words.text()
    group.show_nothing()
    assert group.words.isHidden()
