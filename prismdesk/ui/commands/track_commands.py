"""The Track menu: add, name, remove, mute and solo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from prismdesk.project.edits import (
    add_track,
    mute_track,
    remove_track,
    rename_track,
    solo_track,
)
from prismdesk.project.lookup import track_of_lane
from prismdesk.ui.meant import selected_lane
from prismdesk.ui.timeline.line_popup import LinePopup
from prismdesk.ui.track_dialog import TrackDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from prismdesk.project.model import Project, Track
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection

_NO_TRACK = "Select something on the track first"


class TrackCommands:
    """Binds the Track menu; it is about the track of what is selected, or the only one.

    Args:
        document: the project.
        selection: tells which track is meant.
        desktop: actions, messages and look.
        window: parent of dialogs.
    """

    def __init__(
        self, document: Document, selection: Selection, desktop: Desktop, window: QWidget
    ) -> None:
        self._document = document
        self._selection = selection
        self._desktop = desktop
        self._window = window
        self.dialog: TrackDialog | None = None
        self.popup: LinePopup | None = None

    def bind_actions(self) -> None:
        """Give the commands to their keys and menus."""
        bind = self._desktop.actions.bind
        bind("track.add", self.ask_for_track)
        bind("track.rename", self.ask_for_name, enabled=self._has_track)
        bind("track.remove", self.remove, enabled=self._has_track)
        bind(
            "track.mute",
            self.toggle_mute,
            enabled=self._has_track,
            checked=lambda: (track := self._track()) is not None and track.is_muted,
        )
        bind(
            "track.solo",
            self.toggle_solo,
            enabled=self._has_track,
            checked=lambda: (track := self._track()) is not None and track.is_soloed,
        )

    def ask_for_track(self) -> None:
        """Ask for name, channels and bus of a new track."""
        self.dialog = TrackDialog(self._document.project, self._add, self._window)
        self.dialog.destroyed.connect(self._forget_dialog)
        self.dialog.open()

    def ask_for_name(self) -> None:
        """Let the track be named."""
        track = self._track()
        if track is None:
            return

        def rename(name: str) -> None:
            if name and name != track.name:
                self._document.apply(
                    f"Rename {track.name}", lambda p: rename_track(p, track.id, name)
                )

        self.popup = LinePopup("Name of the track", rename, text=track.name, parent=self._window)
        self.popup.destroyed.connect(self._forget_popup)
        middle = self._window.rect().center() - QPoint(self.popup.sizeHint().width() // 2, 0)
        self.popup.show_at(self._window.mapToGlobal(middle))

    def remove(self) -> None:
        """Take the track away, say what went with it, and offer it back."""
        track = self._track()
        if track is None:
            return
        project = self._document.project
        clips = sum(len(lane.clips) for lane in track.lanes)
        regions = sum(region.track_id == track.id for region in project.regions)
        if not self._document.apply(f"Remove {track.name}", lambda p: remove_track(p, track.id)):
            return
        if clips or regions:
            self._desktop.messages.tell(
                f"{track.name} is removed.",
                f"With it went {_counted(clips, 'clip')} and {_counted(regions, 'region')}; "
                "what they were made from stays on disk.",
                buttons=[("Undo", lambda: self._desktop.actions.trigger("edit.undo"))],
            )

    def toggle_mute(self) -> None:
        """Silence the track, or have it heard again."""
        track = self._track()
        if track is not None:
            verb = "Unmute" if track.is_muted else "Mute"
            self._document.apply(
                f"{verb} {track.name}", lambda p: mute_track(p, track.id, not track.is_muted)
            )

    def toggle_solo(self) -> None:
        """Hear the track alone with others that are soloed, or all again."""
        track = self._track()
        if track is not None:
            verb = "Unsolo" if track.is_soloed else "Solo"
            self._document.apply(
                f"{verb} {track.name}", lambda p: solo_track(p, track.id, not track.is_soloed)
            )

    def _add(self, track: Track) -> None:
        """Put a track below the one that is meant, and have it be the one meant."""
        now = self._track()
        ids = [one.id for one in self._document.project.tracks]
        index = len(ids) if now is None else ids.index(now.id) + 1

        def add(project: Project) -> Project:
            return add_track(project, track, index=index)

        if self._document.apply(f"Add {track.name}", add):
            self._selection.select_clips(())
            self._selection.set_span(self._selection.span, [track.lanes[0].id])

    def _track(self) -> Track | None:
        project = self._document.project
        lane_id = selected_lane(project, self._selection)
        if lane_id is not None:
            return track_of_lane(project, lane_id)
        return project.tracks[0] if len(project.tracks) == 1 else None

    def _has_track(self) -> bool | str:
        if not self._document.project.tracks:
            return "The project has no track yet"
        return self._track() is not None or _NO_TRACK

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _forget_popup(self) -> None:
        self.popup = None


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'s' * (count != 1)}"
