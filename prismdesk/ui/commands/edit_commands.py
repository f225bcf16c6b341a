"""The Edit menu: history, clips, clipboard, and the hand's way of working."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog

from prismdesk.project.edits import RippleMode, insert_silence
from prismdesk.ui.actions.table import spec_of
from prismdesk.ui.commands.clip_commands import ClipCommands
from prismdesk.ui.commands.clipboard_commands import ClipboardCommands
from prismdesk.ui.meant import Meant
from prismdesk.ui.timeline.snapping import targets_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.timeline.gestures.hands import Switches
    from prismdesk.ui.transport import Transport

_RIPPLE_WORDS = {
    RippleMode.OFF: "Ripple off",
    RippleMode.TRACK: "Ripple track",
    RippleMode.ALL: "Ripple all",
}
_IN_GESTURE = "Let go of what is being dragged first"


class EditCommands:
    """Binds the Edit menu and what goes from edit to edit.

    Args:
        document: what is edited.
        selection: what is meant.
        transport: the playhead.
        desktop: actions, messages and preferences.
        switches: snapping and ripple, shared with the gestures.
        cuts: where shots begin, in samples.
        window: parent of dialogs.
    """

    def __init__(
        self,
        document: Document,
        selection: Selection,
        transport: Transport,
        desktop: Desktop,
        switches: Switches,
        cuts: Callable[[], Sequence[int]],
        window: QWidget,
    ) -> None:
        self._document = document
        self._transport = transport
        self._desktop = desktop
        self._switches = switches
        self._cuts = cuts
        self._window = window
        self._meant = Meant(document, selection, transport)
        self.clips = ClipCommands(self._meant, desktop, switches)
        self.clipboard = ClipboardCommands(self._meant, desktop, switches)
        self.silence_dialog: QInputDialog | None = None
        switches.snaps = desktop.preferences.now.snap

    def bind_actions(self) -> None:
        """Give the commands to their keys and menus."""
        bind, document = self._desktop.actions.bind, self._document
        bind("edit.undo", document.undo, enabled=self._can_undo)
        bind("edit.redo", document.redo, enabled=self._can_redo)
        self.clips.bind_actions()
        self.clipboard.bind_actions()
        bind("edit.insert_silence", self.ask_for_silence)
        bind("edit.ripple_mode", self.next_ripple_mode)
        bind("edit.snap", self.toggle_snap, checked=lambda: self._switches.snaps)
        bind("transport.previous_edit", lambda: self.go_to_edit(-1))
        bind("transport.next_edit", lambda: self.go_to_edit(1))
        document.history_changed.connect(self._name_history)
        self._name_history()
        self._name_ripple_mode()

    def ask_for_silence(self) -> None:
        """Ask how much time to put in at the playhead."""
        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
        dialog.setWindowTitle("Insert silence")
        dialog.setLabelText("Seconds to insert at the playhead")
        dialog.setDoubleDecimals(3)
        dialog.setDoubleRange(0.001, 3600.0)
        dialog.setDoubleValue(1.0)
        dialog.doubleValueSelected.connect(self.insert_silence)
        dialog.destroyed.connect(self._forget_dialog)
        self.silence_dialog = dialog
        dialog.open()

    def insert_silence(self, seconds: float) -> None:
        """Put time in at the playhead; what follows moves on.

        On all tracks, or on the tracks meant while ripple is on one track.
        """
        here, times = self._transport.position_samples, self._document.times
        is_one = self._switches.ripple is RippleMode.TRACK
        mode = RippleMode.TRACK if is_one else RippleMode.ALL
        track_id = self._meant.track_id() if is_one else None
        length = max(1, round(seconds * times.rate_hz))
        self._document.apply(
            f"Insert {times.length_words(length)}",
            lambda p: insert_silence(p, here, length, mode=mode, track_id=track_id),
        )

    def next_ripple_mode(self) -> None:
        """Go from off to one track to all tracks."""
        modes = list(RippleMode)
        place = modes.index(self._switches.ripple)
        self._switches.ripple = modes[(place + 1) % len(modes)]
        self._name_ripple_mode()

    def toggle_snap(self) -> None:
        """Have gestures catch on edits and frames, or not."""
        self._switches.snaps = not self._switches.snaps
        self._desktop.preferences.change(snap=self._switches.snaps)

    def go_to_edit(self, step: int) -> None:
        """Go to the edge of a clip or region, marker or cut that comes next or before."""
        here = self._transport.position_samples
        targets = targets_of(self._document.project, cuts=self._cuts())
        last = self._document.times.end_samples - 1
        if step > 0:
            self._transport.move_to(next((t for t in targets if t > here), last))
        else:
            self._transport.move_to(next((t for t in reversed(targets) if t < here), 0))

    def _can_undo(self) -> bool | str:
        if self._document.in_gesture:
            return _IN_GESTURE
        return bool(self._document.label_of_undo) or "Nothing to undo"

    def _can_redo(self) -> bool | str:
        if self._document.in_gesture:
            return _IN_GESTURE
        return bool(self._document.label_of_redo) or "Nothing to redo"

    def _name_history(self) -> None:
        for action_id, label in (
            ("edit.undo", self._document.label_of_undo),
            ("edit.redo", self._document.label_of_redo),
        ):
            # An ampersand would underline the letter after it.
            words = f"{spec_of(action_id).name} {label or ''}".rstrip().replace("&", "&&")
            self._desktop.actions.action(action_id).setText(words)

    def _name_ripple_mode(self) -> None:
        self._desktop.actions.action("edit.ripple_mode").setText(
            _RIPPLE_WORDS[self._switches.ripple]
        )

    def _forget_dialog(self) -> None:
        self.silence_dialog = None
