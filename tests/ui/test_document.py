"""Edits pass through the document: told, undone, redone, previewed, refused."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from prismdesk.project.edits import move_clip, rename_clip, split_clip
from prismdesk.project.ids import ClipId
from prismdesk.project.store import ProjectStore
from prismdesk.ui.messages import Message, MessageKind, Messages
from tests.ui.desktop import a_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.project.changes import Changes
    from prismdesk.project.model import Project
    from prismdesk.ui.document import Document

CLIP = ClipId("clip-1")


@pytest.fixture
def messages() -> Messages:
    return Messages()


@pytest.fixture
def document(tmp_path: Path, messages: Messages) -> Iterator[Document]:
    document = a_document(tmp_path / "project", messages)
    yield document
    document.close()


def _renamed(project: Project) -> Project:
    return rename_clip(project, CLIP, "Steps")


def test_an_edit_is_told_with_what_it_changed(qtbot: QtBot, document: Document) -> None:
    told: list[Changes] = []
    document.changed.connect(told.append)
    assert document.apply("Rename", _renamed)
    assert [found.clips.changed for found in told] == [{CLIP}]
    assert document.label_of_undo == "Rename"


def test_undo_and_redo_go_to_and_fro(document: Document) -> None:
    before = document.project
    document.apply("Rename", _renamed)
    after = document.project
    assert document.undo()
    assert document.project == before
    assert document.redo()
    assert document.project == after


def test_a_refused_edit_is_told_and_changes_nothing(document: Document, messages: Messages) -> None:
    told: list[Message] = []
    messages.posted.connect(told.append)
    before = document.project
    assert not document.apply("Split", lambda project: split_clip(project, CLIP, 99_999_999))
    assert document.project is before
    assert told[0].kind is MessageKind.ERROR


def test_a_gesture_is_one_step(document: Document) -> None:
    before = document.project
    document.begin_gesture("Move")
    for start in (10, 20, 30):
        assert document.preview(partial(rename_clip, clip_id=CLIP, name=f"{start}")) == ""
    assert document.in_gesture
    assert document.commit_gesture()
    document.undo()
    assert document.project == before


def test_a_cancelled_gesture_leaves_no_trace(document: Document) -> None:
    before = document.project
    document.begin_gesture("Move")
    document.preview(_renamed)
    told: list[Changes] = []
    document.changed.connect(told.append)
    document.cancel_gesture()
    assert document.project == before
    assert told[0].clips.changed == {CLIP}
    assert document.label_of_undo is None


def test_a_preview_that_cannot_be_says_why(document: Document) -> None:
    document.begin_gesture("Move")
    assert "-5" in document.preview(lambda project: move_clip(project, CLIP, -5))
    document.cancel_gesture()


def test_edits_are_on_disk_at_once(document: Document) -> None:
    document.apply("Rename", _renamed)
    folder = document.session.folder
    document.close()
    assert ProjectStore.read(folder).project.tracks[0].lanes[0].clips[0].name == "Steps"
