"""A window with a menu bar over a stored project, for commands done by real keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from prismdesk.project.consistency import check_consistent
from prismdesk.ui.messages import Message, Messages
from prismdesk.ui.selection import Selection
from prismdesk.ui.theme import DARK
from prismdesk.ui.timeline.gestures.hands import Switches
from prismdesk.ui.transport import Transport
from tests.builders import (
    a_clip,
    a_lane,
    a_marker,
    a_project,
    a_region,
    a_track,
)
from tests.ui.desktop import NotedPlayer, a_document
from tests.ui.timeline.canvas_scene import a_desktop

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtCore import QKeyCombination
    from pytestqt.qtbot import QtBot

    from prismdesk.playback.player import Player
    from prismdesk.project.model import Clip, Project
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document


def two_lanes_of_clips() -> Project:
    """Clips 1 and 2 touch on lane-1, clip 3 lies alone on lane-2; a region, a marker.

    ::

        frame   0    24   48   72   96   120  144  168  192  216  240
        lane-1       [1--------][2--------]   (region)
        lane-2            [3-------------]                ^marker
    """
    tracks = (
        a_track(
            "track-1",
            a_lane(
                "lane-1",
                a_clip("clip-1", 48_000, 96_000, name="Steps"),
                a_clip("clip-2", 144_000, 96_000, name="Rope", source_start=200_000),
            ),
            name="Production",
        ),
        a_track("track-2", a_lane("lane-2", a_clip("clip-3", 96_000, 144_000)), name="Foley"),
    )
    region = a_region("region-1", 288_000, 336_000, name="Hole")
    return a_project(
        tracks=tracks, regions=(region,), markers=(a_marker("marker-1", 432_000, name="bell"),)
    )


@dataclass
class CommandScene:
    """What commands work on, and the window that hears their keys."""

    window: QMainWindow
    document: Document
    selection: Selection
    transport: Transport
    player: NotedPlayer
    desktop: Desktop
    told: list[Message]
    switches: Switches = field(default_factory=Switches)

    def key(self, keys: str) -> None:
        """Press a key or a combination, as in ``Ctrl+Z``, where the focus is."""
        combination = cast("Sequence[QKeyCombination]", QKeySequence(keys))[0]
        target = QApplication.focusWidget() or self.window
        QTest.keyClick(target, combination.key(), combination.keyboardModifiers())

    def clips(self, lane: int = 0) -> tuple[Clip, ...]:
        """Return the clips of a track's first lane."""
        return self.document.project.tracks[lane].lanes[0].clips

    def ranges(self, lane: int = 0) -> list[tuple[int, int]]:
        """Return where clips lie, in samples."""
        return [(clip.start_samples, clip.end_samples) for clip in self.clips(lane)]

    def why_not(self, action_id: str) -> str:
        """Return why an action can't be done now."""
        self.desktop.actions.refresh()
        return self.desktop.actions.why_not(action_id)


def a_command_scene(qtbot: QtBot, folder: Path, project: Project | None = None) -> CommandScene:
    """Return a shown, focused window; nothing is bound yet."""
    messages = Messages()
    told: list[Message] = []
    messages.posted.connect(told.append)
    document = a_document(folder / "project", messages, project or two_lanes_of_clips())
    selection, player = Selection(), NotedPlayer()
    transport = Transport(document, selection, cast("Player", player))
    desktop = a_desktop(folder, DARK, messages)
    window = QMainWindow()
    document.changed.connect(lambda _: selection.forget_missing(document.project))
    for signal in (document.changed, document.history_changed, selection.changed):
        signal.connect(desktop.actions.refresh)

    def end(_: object) -> None:
        transport.close()
        document.close()
        desktop.background.close()

    qtbot.addWidget(window, before_close_func=end)
    middle = QWidget()
    middle.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window.setCentralWidget(middle)
    desktop.actions.fill_menu_bar(window.menuBar())
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    middle.setFocus()
    qtbot.waitUntil(middle.hasFocus)
    return CommandScene(window, document, selection, transport, player, desktop, told)


def undone_and_redone(scene: CommandScene, before: Project) -> None:
    """Check that one undo gives exactly the project before, and redo the one after."""
    after = scene.document.project
    assert after != before
    check_consistent(after)
    scene.key("Ctrl+Z")
    assert scene.document.project == before
    scene.key("Ctrl+Shift+Z")
    assert scene.document.project == after
