"""What is selected is copied, pasted, taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.project.edits import (
    RippleMode,
    delete_clip,
    lift,
    remove_marker,
    remove_region,
    ripple_delete,
)
from prismdesk.project.edits.pasting import Copied, copy_clips, copy_span, paste
from prismdesk.project.errors import EditError
from prismdesk.project.lookup import clips_of, marker_of, region_of
from prismdesk.ui.commands.clip_commands import named

if TYPE_CHECKING:
    from prismdesk.project.model import Project
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.meant import Meant
    from prismdesk.ui.timeline.gestures.hands import Switches

_NOTHING = "Select something, or mark a time"
_NO_SOUND = "Select clips, or mark a time"


class ClipboardCommands:
    """Binds cut, copy, paste, delete and select all.

    Args:
        meant: what is selected.
        desktop: actions and messages.
        switches: ripple, shared with the gestures.
    """

    def __init__(self, meant: Meant, desktop: Desktop, switches: Switches) -> None:
        self._meant = meant
        self._document = meant.document
        self._selection = meant.selection
        self._desktop = desktop
        self._switches = switches
        self._copied: Copied | None = None

    def bind_actions(self) -> None:
        """Give the commands to their keys and menus."""
        bind = self._desktop.actions.bind
        bind("edit.copy", self.copy, enabled=self._has_sound)
        bind("edit.cut", self.cut, enabled=self._has_sound)
        bind("edit.paste", self.paste, enabled=self._can_paste)
        bind("edit.delete", self.delete, enabled=self._has_something)
        bind("edit.ripple_delete", self.ripple_delete, enabled=self._has_sound)
        bind("edit.select_all", self.select_all)

    def copy(self) -> bool:
        """Keep the selected clips, or what lies in the marked time; say whether there was any."""
        project, selection = self._document.project, self._selection
        try:
            if selection.clip_ids:
                self._copied = copy_clips(project, selection.clip_ids)
            elif selection.span is not None:
                self._copied = copy_span(project, selection.span, self._meant.lane_ids())
            else:
                return False
        except EditError as error:
            self._desktop.messages.error(error)
            return False
        return True

    def cut(self) -> None:
        """Keep what is selected, and take it away."""
        if self.copy():
            self._delete_sound("Cut")

    def paste(self) -> None:
        """Lay what was copied at the playhead, on the selected lane or the first."""
        copied, here = self._copied, self._meant.here
        lane_id = self._meant.lane_id()
        if copied is None or lane_id is None:
            return
        before = {clip.id for clip in clips_of(self._document.project)}
        count = len(copied.clips)
        label = f"Paste {count} clips" if count > 1 else f"Paste {copied.clips[0].clip.name}"
        if self._document.apply(label.rstrip(), lambda p: paste(p, copied, here, lane_id)):
            after = {clip.id for clip in clips_of(self._document.project)}
            self._selection.select_clips(after - before)
            self._meant.transport.move_to(here + copied.length_samples)

    def delete(self) -> None:
        """Take away what is picked: clips, region or marker; else what lies in the marked time."""
        selection, project = self._selection, self._document.project
        if selection.region_id is not None:
            region = region_of(project, selection.region_id)
            self._document.apply(
                f"Remove {region.name or 'region'}", lambda p: remove_region(p, region.id)
            )
        elif selection.marker_id is not None:
            marker = marker_of(project, selection.marker_id)
            self._document.apply(
                f"Remove marker {marker.name}".rstrip(), lambda p: remove_marker(p, marker.id)
            )
        else:
            self._delete_sound("Delete")

    def ripple_delete(self) -> None:
        """Take what is selected out with its time; what follows moves up.

        With ripple off or on one track, the tracks of what is selected close; with ripple on all
        tracks, all do.
        """
        mode = self._switches.ripple
        mode = RippleMode.TRACK if mode is RippleMode.OFF else mode
        if self._selection.clip_ids:
            self._delete_clips("Ripple delete", mode)
        elif self._selection.span is not None:
            span = self._selection.span
            tracks = self._meant.track_ids() if mode is RippleMode.TRACK else [None]

            def remove(project: Project) -> Project:
                for track_id in tracks:
                    project = ripple_delete(project, span, mode=mode, track_id=track_id)
                return project

            if self._document.apply("Ripple delete the marked time", remove):
                self._selection.set_span(None)

    def select_all(self) -> None:
        """Select every clip."""
        self._selection.select_clips(clip.id for clip in clips_of(self._document.project))

    def _delete_sound(self, verb: str) -> None:
        if self._selection.clip_ids:
            self._delete_clips(verb, self._switches.ripple)
        elif self._selection.span is not None:
            span, lanes = self._selection.span, self._meant.lane_ids()
            self._document.apply(f"{verb} the marked time", lambda p: lift(p, span, lane_ids=lanes))

    def _delete_clips(self, verb: str, ripple: RippleMode) -> None:
        # From the back, so that what moves up has been dealt with; a ripple of all tracks may cut
        # away another selected clip before its turn.
        clips = sorted(
            self._meant.selected_clips(), key=lambda clip: clip.start_samples, reverse=True
        )

        def delete(project: Project) -> Project:
            for clip in clips:
                if any(clip.id == left.id for left in clips_of(project)):
                    project = delete_clip(project, clip.id, ripple=ripple)
            return project

        self._document.apply(f"{verb} {named(clips)}", delete)

    def _can_paste(self) -> bool | str:
        if self._copied is None:
            return "Copy something first"
        return self._meant.lane_id() is not None or "Add a track first"

    def _has_sound(self) -> bool | str:
        return bool(self._selection.clip_ids or self._selection.span) or _NO_SOUND

    def _has_something(self) -> bool | str:
        selection = self._selection
        has = bool(selection.clip_ids or selection.span)
        has = has or selection.region_id is not None or selection.marker_id is not None
        return has or _NOTHING
