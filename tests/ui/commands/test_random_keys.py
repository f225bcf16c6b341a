"""Any keys in any order: the project stays consistent, and every step goes back and forth."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from prismdesk.project.consistency import check_consistent
from prismdesk.project.lookup import clips_of, lanes_of
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.commands.edit_commands import EditCommands
from prismdesk.ui.commands.mark_commands import MarkCommands
from prismdesk.ui.commands.track_commands import TrackCommands
from tests.ui.commands.command_scene import CommandScene, a_command_scene

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.ui.document import Document

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)

KEYS = (
    *("S", "Q", "W", "D", "G", "F", "Alt+M", ".", ",", "Shift+.", "Shift+,", "Alt+.", "Alt+P"),
    *("Ctrl+C", "Ctrl+X", "Ctrl+V", "Ctrl+V", "Del", "Shift+Del", "Shift+M", "M", "I", "O"),
    *("Ctrl+A", "Alt+X", "Up", "Down", "Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Alt+M", "Ctrl+Alt+S"),
)


def _pick(scene: CommandScene, dice: random.Random) -> None:
    """Select something, mark a time, or move the playhead."""
    project, selection = scene.document.project, scene.selection
    clips, lanes = list(clips_of(project)), list(lanes_of(project))
    end = scene.document.times.end_samples
    choice = dice.randrange(6)
    if choice == 0 and clips:
        chosen = dice.sample(clips, dice.randint(1, min(3, len(clips))))
        selection.select_clips(clip.id for clip in chosen)
    elif choice == 1 and project.regions:
        selection.select_region(dice.choice(project.regions).id)
    elif choice == 2:
        start, stop = sorted(dice.randrange(end) for _ in range(2))
        wanted = dice.sample(lanes, dice.randint(1, len(lanes)))
        selection.set_span(SampleRange(start, stop), [lane.id for lane in wanted])
    elif choice == 3:
        selection.clear()
    else:
        scene.transport.move_to(dice.randrange(end))


@pytest.mark.parametrize("seed", range(4))
def test_random_keys_keep_the_project_consistent(qtbot: QtBot, tmp_path: Path, seed: int) -> None:
    scene = a_command_scene(qtbot, tmp_path)
    document, selection, transport = scene.document, scene.selection, scene.transport
    edit = EditCommands(
        document, selection, transport, scene.desktop, scene.switches, tuple, scene.window
    )
    mark = MarkCommands(document, selection, transport, scene.desktop, tuple, scene.window)
    track = TrackCommands(document, selection, scene.desktop, scene.window)
    for commands in (edit, mark, track):
        commands.bind_actions()
    dice = random.Random(seed)
    first = document.project
    for _ in range(120):
        _pick(scene, dice)
        before, could_undo = document.project, document.label_of_undo
        key = dice.choice(KEYS)
        scene.key(key)
        if mark.popup is not None:
            mark.popup.close()
        check_consistent(document.project)
        if document.project == before:
            assert document.label_of_undo == could_undo, key
    _redo_all(document)
    last = document.project
    _undo_all(document)
    assert document.project == first
    assert first != last
    _redo_all(document)
    assert document.project == last


def _undo_all(document: Document) -> None:
    while document.label_of_undo:
        document.undo()


def _redo_all(document: Document) -> None:
    while document.label_of_redo:
        document.redo()
