"""Run on an X display: a user's way from a film with faults to a finished one, by key and mouse.

    python -m tests.journeys.journey_on_x FILM FINISHED

Every key and button is pressed on the display; nothing of the window is called but to look. What
came of it is written as JSON; a step whose outcome never comes ends with a sentence and 1.
"""

from __future__ import annotations

import json
import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from prismdesk.app import Desk, make_application
from prismdesk.playback.player import Player
from prismdesk.project.model import RegionStatus, Task
from tests.x_keyboard import XKeyboard
from tests.x_mouse import XMouse

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

    from prismdesk.project.model import Project, Region
    from prismdesk.ui.workspace import Workspace

PATIENCE_SECONDS = 20.0


class StepFailed(Exception):  # noqa: N818  (says what happened)
    """What a step should lead to never came."""


class XUser:
    """Sits before the window on an X display."""

    def __init__(self, application: QApplication, desk: Desk) -> None:
        self.application = application
        self.desk = desk
        self.told: list[str] = []
        display = os.environ["DISPLAY"]
        self.keyboard = XKeyboard(display)
        self.mouse = XMouse(display, self.settle)
        messages = desk.desktop.messages
        messages.posted.connect(lambda said: self.told.append(f"{said.kind}: {said.title}"))

    @property
    def workspace(self) -> Workspace:
        """What is open."""
        assert self.desk.workspace is not None
        return self.desk.workspace

    @property
    def project(self) -> Project:
        """The open project as it is now."""
        return self.workspace.document.project

    @property
    def regions(self) -> list[Region]:
        """Its regions in the order of time."""
        return sorted(self.project.regions, key=lambda region: region.range)

    def wait(self, step: str, is_so: Callable[[], object]) -> None:
        """Let the window live until something is so."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            if time.monotonic() > deadline:
                raise StepFailed(f"{step} never came; told: {self.told}")
            self.application.processEvents()
            time.sleep(0.002)

    def settle(self) -> None:
        """Let events arrive that have no outcome to wait for."""
        deadline = time.monotonic() + 0.03
        while time.monotonic() < deadline:
            self.application.processEvents()
            time.sleep(0.002)

    def give_keyboard(self, window: QWidget) -> None:
        """Give a window the keyboard, as a window manager does with what was opened last."""
        self.wait("the window", window.isVisible)
        self.settle()
        self.keyboard.focus(int(window.winId()))
        self.wait("the focus", window.isActiveWindow)

    def press(self, key: str, step: str, is_so: Callable[[], object]) -> None:
        """Press a key and wait for what it leads to."""
        self.keyboard.press(key)
        self.wait(f"{step} ({key})", is_so)

    def other_than(self, before: Project) -> Callable[[], bool]:
        """Return what says whether the project is another one now."""
        return lambda: self.project != before

    def point(self, samples: int, *, from_top_px: int | None = None) -> tuple[int, int]:
        """Return where on the screen a sample of the first lane lies.

        Args:
            samples: of the timeline.
            from_top_px: below the lane's upper edge; None is in its lower part.
        """
        canvas = self.workspace.canvas
        row = next(row for row in canvas.layout_now.rows if row.lane_id is not None)
        below = row.height_px - 12 if from_top_px is None else from_top_px
        x = canvas.layout_now.header_px + round(canvas.scale.x_of(samples))
        place = canvas.mapToGlobal(QPoint(x, row.top_px + below))
        return place.x(), place.y()


def mend_all(user: XUser) -> None:
    """Find gaps, take them over and have them mended."""
    commands = user.workspace.region_commands
    user.press("Ctrl+Shift+G", "the list of gaps", lambda: commands.dialog is not None)
    assert commands.dialog is not None
    user.give_keyboard(commands.dialog)
    user.press(
        "Return",
        "mending",
        lambda: user.regions and all(one.status is RegionStatus.REVIEW for one in user.regions),
    )
    user.give_keyboard(user.desk.window)


def audition(user: XUser) -> None:
    """Click a region, play around it, make another take, hear and choose it."""
    region = user.regions[0]
    middle = (region.range.start_samples + region.range.end_samples) // 2
    user.mouse.click(*user.point(middle, from_top_px=12))
    user.wait("the region selected", lambda: user.workspace.selection.region_id == region.id)
    transport = user.workspace.transport
    user.press("/", "playing around", lambda: transport.is_playing)
    user.press("K", "standing", lambda: not transport.is_playing)
    user.press("Ctrl+R", "another take", lambda: len(user.regions[0].takes) == 2)
    heard = user.workspace.sound.audition
    before = heard.chosen
    user.press("T", "the next take", lambda: heard.current not in (None, before))
    wanted = heard.current
    user.press("Ctrl+Shift+T", "the choice", lambda: heard.chosen == wanted)
    assert wanted is not None
    chosen = {segment.take_id for segment in user.regions[0].comp}
    if chosen != {wanted.id}:
        raise StepFailed("the project holds another choice than the user's")


def extend(user: XUser) -> None:
    """Mark by mouse from the film's end to where the sound stops, and have it go on there."""
    clips = [clip for lane in user.project.tracks[0].lanes for clip in lane.clips]
    sound_end = max(clip.end_samples for clip in clips)
    end = user.workspace.document.times.end_samples
    selection = user.workspace.selection
    user.mouse.drag(user.point(end - 1), user.point(sound_end))
    user.wait("the marked time", lambda: selection.span is not None)
    count = len(user.regions)
    user.press("Shift+M", "a region", lambda: len(user.regions) == count + 1)
    if user.regions[-1].task is not Task.CONTINUE:
        raise StepFailed(f"the region at the end is to be {user.regions[-1].task}")
    user.press("Alt+Return", "its sound", lambda: all(one.takes for one in user.regions))


def export(user: XUser, out: Path) -> None:
    """Export through the dialog: type the file's name, Enter."""
    exports = user.desk.exports
    user.press("Ctrl+Shift+E", "the dialog", lambda: exports.dialog is not None)
    dialog = exports.dialog
    assert dialog is not None
    user.give_keyboard(dialog)
    field = dialog.form.file
    place = field.mapToGlobal(field.rect().center())
    user.mouse.click(place.x(), place.y())
    user.wait("the field's focus", field.hasFocus)
    user.press("Ctrl+A", "the name marked", field.hasSelectedText)
    user.press("Backspace", "an empty field", partial(_is_typed, field, ""))
    for letter in str(out):
        user.press(letter, "typing", partial(_is_typed, field, field.text() + letter))
    user.press("Return", "the film", lambda: dialog.run is not None and dialog.run.is_over)
    if not out.is_file():
        raise StepFailed(f"{out} wasn't written: {dialog.run.error if dialog.run else ''}")
    user.press("Escape", "the dialog's end", lambda: exports.dialog is None)
    user.give_keyboard(user.desk.window)


def _is_typed(field: QLineEdit, text: str) -> bool:
    return field.text() == text


def undo_and_redo(user: XUser, first: Project) -> dict[str, object]:
    """Take everything back and make it again; say whether both are as they were."""
    document = user.workspace.document
    last, steps = user.project, 0
    while document.label_of_undo:
        user.press("Ctrl+Z", "undo", user.other_than(user.project))
        steps += 1
    is_first = user.project == first
    while document.label_of_redo:
        user.press("Ctrl+Shift+Z", "redo", user.other_than(user.project))
    return {"steps": steps, "undone": is_first, "redone": user.project == last}


def main() -> int:
    """Go the way; the film and where the finished one goes are the arguments."""
    film, out = Path(sys.argv[1]), Path(sys.argv[2])
    application = make_application()
    desk = Desk(application, player=Player(device="null"))
    user = XUser(application, desk)
    try:
        desk.show()
        user.give_keyboard(desk.window)
        desk.open(film)
        user.wait("the film", lambda: desk.workspace is not None)
        user.wait("the pictures", lambda: not desk.desktop.background.tasks)
        first = user.project
        mend_all(user)
        audition(user)
        extend(user)
        export(user, out)
        found = undo_and_redo(user, first)
        found["regions"] = [
            (one.range.start_samples, one.range.end_samples) for one in user.regions
        ]
        found["rate_hz"] = user.project.rate_hz
        found["told"] = user.told
        user.press("Ctrl+Q", "the end", lambda: not desk.window.isVisible())
        sys.stdout.write(json.dumps(found))
    except StepFailed as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    finally:
        desk.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
