"""The store against a history in memory: whatever is done, both say the same."""

from __future__ import annotations

import tempfile
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from prismdesk.project.edits import EditError
from prismdesk.project.history import History
from prismdesk.project.store import ProjectStore
from prismdesk.project.store.codec import decode_project, encode_project
from prismdesk.project.store.json_patch import apply_patch, diff
from tests.project.edits.test_random_edits import EDITS, start_project


class StoreAndHistory(RuleBasedStateMachine):
    """Edits, gestures, undo, redo, save and reopening in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.scratch = tempfile.TemporaryDirectory()
        self.store = ProjectStore.create(Path(self.scratch.name), "Film", start_project())
        self.history = History.of(start_project())
        self.history.mark_saved()
        self.numbers = count(1)

    def teardown(self) -> None:
        self.store.close()
        self.scratch.cleanup()

    @rule(data=st.data(), name=st.sampled_from(sorted(EDITS)), in_gesture=st.booleans())
    def edit(self, data: st.DataObject, name: str, in_gesture: bool) -> None:
        def make_id(prefix: str) -> str:
            return f"{prefix}-new-{next(self.numbers)}"

        before = self.history.project
        try:
            after = EDITS[name](before, data.draw, make_id)
        except EditError:
            return
        if in_gesture:
            self.store.begin_gesture(name)
            self.store.preview(lambda project: start_project())
            self.store.preview(lambda project: after)
            self.store.commit_gesture()
        else:
            self.store.apply(name, lambda project: after)
        if after != before:
            self.history.record(name, after)

    @precondition(lambda self: self.history.can_undo)
    @rule()
    def undo(self) -> None:
        assert self.store.undo() == self.history.undo()

    @precondition(lambda self: self.history.can_redo)
    @rule()
    def redo(self) -> None:
        assert self.store.redo() == self.history.redo()

    @rule()
    def save(self) -> None:
        self.store.save()
        self.history.mark_saved()

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = ProjectStore.open(self.store.path)
        assert self.store.recovery == ()
        self.compare(self.store.history)

    @rule()
    def read_beside_the_writer(self) -> None:
        self.compare(ProjectStore.read(self.store.path).history)

    def compare(self, stored: History) -> None:
        assert stored.project == self.history.project
        assert stored.labels() == self.history.labels()
        assert (stored.position, stored.saved_position) == (
            self.history.position,
            self.history.saved_position,
        )


def test_store_and_history_in_memory_say_the_same() -> None:
    run_state_machine_as_test(
        StoreAndHistory, settings=settings(max_examples=20, stateful_step_count=20, deadline=None)
    )


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_patches_lead_from_any_project_to_any_other(data: st.DataObject) -> None:
    numbers = count(1)

    def a_random_project() -> Any:
        project = start_project()
        for name in data.draw(st.lists(st.sampled_from(sorted(EDITS)), max_size=4)):
            try:
                project = EDITS[name](project, data.draw, lambda p: f"{p}-new-{next(numbers)}")
            except EditError:
                continue
        return project

    old, new = a_random_project(), a_random_project()
    old_document, new_document = encode_project(old), encode_project(new)
    patched = apply_patch(old_document, diff(old_document, new_document))
    assert patched == new_document
    assert decode_project(patched) == new
