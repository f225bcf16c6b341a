from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.project.history import History, HistoryError, Step
from tests.builders import a_project

if TYPE_CHECKING:
    from prismdesk.project.model import Project

FIRST = a_project()
SECOND = replace(FIRST, name="second")
THIRD = replace(FIRST, name="third")


def a_history() -> History:
    history = History.of(FIRST)
    history.record("Second", SECOND)
    history.record("Third", THIRD)
    return history


def test_undo_and_redo_walk_the_states() -> None:
    history = a_history()
    assert [history.undo(), history.undo(), history.redo()] == [SECOND, FIRST, SECOND]
    assert history.project is SECOND


def test_labels_name_what_undo_and_redo_would_do() -> None:
    history = a_history()
    history.undo()
    assert (history.label_of_undo, history.label_of_redo) == ("Second", "Third")
    assert history.labels() == ("New project", "Second", "Third")


def test_ends_have_no_label_and_raise() -> None:
    history = History.of(FIRST)
    assert (history.label_of_undo, history.label_of_redo) == (None, None)
    with pytest.raises(HistoryError, match="nothing to undo"):
        history.undo()
    with pytest.raises(HistoryError, match="nothing to redo"):
        history.redo()


def test_new_edit_drops_undone_steps() -> None:
    history = a_history()
    history.undo()
    history.record("Other", replace(FIRST, name="other"))
    assert history.labels() == ("New project", "Second", "Other")
    assert not history.can_redo


def test_saved_is_a_position_that_undo_leaves_and_redo_reaches() -> None:
    history = a_history()
    history.mark_saved()
    history.undo()
    assert not history.is_saved
    history.redo()
    assert history.is_saved


def test_saved_state_that_was_undone_and_edited_over_is_gone() -> None:
    history = a_history()
    history.mark_saved()
    history.undo()
    history.record("Other", replace(FIRST, name="other"))
    assert history.saved_position is None
    assert not history.is_saved


def test_gesture_is_one_step_whatever_was_previewed() -> None:
    history = History.of(FIRST)
    history.begin_gesture("Drag")
    history.preview(THIRD)
    history.preview(SECOND)
    assert history.project is SECOND
    history.commit()
    assert history.labels() == ("New project", "Drag")
    assert history.undo() is FIRST


def test_cancelled_gesture_leaves_exactly_the_start() -> None:
    history = History.of(FIRST)
    history.begin_gesture("Drag")
    history.preview(THIRD)
    assert history.cancel() is FIRST
    assert history.labels() == ("New project",)


def test_gesture_that_came_back_makes_no_step() -> None:
    history = History.of(FIRST)
    history.begin_gesture("Drag")
    history.preview(replace(SECOND, name=FIRST.name))
    history.commit()
    assert history.labels() == ("New project",)


def test_nothing_else_happens_during_a_gesture() -> None:
    history = a_history()
    history.undo()
    history.begin_gesture("Drag")
    assert not history.can_undo
    assert not history.can_redo
    for forbidden in (history.undo, history.redo, lambda: history.record("x", FIRST)):
        with pytest.raises(HistoryError, match="“Drag” is under way"):
            forbidden()


def test_preview_without_a_gesture_is_refused() -> None:
    with pytest.raises(HistoryError, match="No gesture"):
        History.of(FIRST).preview(SECOND)


def test_forgetting_oldest_keeps_the_current_state() -> None:
    history = a_history()
    history.mark_saved()
    history.forget_oldest(1)
    assert history.labels() == ("Second", "Third")
    assert (history.position, history.saved_position, history.project) == (1, 1, THIRD)
    with pytest.raises(ValueError, match="can't forget 2"):
        history.forget_oldest(2)


def test_forgetting_the_saved_state_leaves_none_saved() -> None:
    history = History.of(FIRST)
    history.mark_saved()
    history.record("Second", SECOND)
    history.forget_oldest(1)
    assert history.saved_position is None


def test_states_are_built_when_they_are_visited_once() -> None:
    built: list[str] = []

    def load() -> Project:
        built.append("second")
        return SECOND

    history = History([Step("New project", FIRST), Step("Second", load)], position=0)
    assert built == []
    assert history.redo() is SECOND
    history.undo()
    history.redo()
    assert built == ["second"]


def test_step_that_cannot_be_built_leaves_the_position() -> None:
    def fail() -> Project:
        raise HistoryError("unreadable")

    history = History([Step("New project", fail), Step("Second", SECOND)])
    with pytest.raises(HistoryError, match="unreadable"):
        history.undo()
    assert (history.position, history.project) == (1, SECOND)
