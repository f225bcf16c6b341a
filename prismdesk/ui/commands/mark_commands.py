"""Marks: in and out, markers, going to a place, and regions of the marked time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from prismdesk.project.edits import add_marker, add_region, rename_marker
from prismdesk.project.errors import PositionError
from prismdesk.project.ids import MarkerId, new_id
from prismdesk.project.lookup import marker_of, track_of
from prismdesk.project.model import Marker, Task
from prismdesk.session.new_regions import new_region
from prismdesk.ui.in_out import with_in_mark, with_out_mark
from prismdesk.ui.meant import Meant, span_of
from prismdesk.ui.messages import MessageKind
from prismdesk.ui.timeline.go_to import go_to_popup
from prismdesk.ui.timeline.line_popup import LinePopup

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from prismdesk.project.ids import RegionId, TrackId
    from prismdesk.project.model import Project, Region
    from prismdesk.project.timebase import SampleRange
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.times import Times
    from prismdesk.ui.transport import Transport


class MarkCommands:
    """Binds marks, markers, go to, and making a region.

    Args:
        document: the project.
        selection: holds the marked time.
        transport: the playhead.
        desktop: actions and messages.
        cuts: where shots begin, in samples; () while they aren't known.
        bar: popups are shown below it.
        made: told the region that was made and selected.
    """

    def __init__(
        self,
        document: Document,
        selection: Selection,
        transport: Transport,
        desktop: Desktop,
        cuts: Callable[[], Sequence[int]],
        bar: QWidget,
        made: Callable[[RegionId], object] = lambda _: None,
    ) -> None:
        self._document = document
        self._selection = selection
        self._transport = transport
        self._desktop = desktop
        self._cuts = cuts
        self._bar = bar
        self._made = made
        self._meant = Meant(document, selection, transport)
        self.popup: LinePopup | None = None

    def bind_actions(self) -> None:
        """Give the commands to their keys and menus."""
        bind = self._desktop.actions.bind
        bind("transport.mark_in", self.mark_in)
        bind("transport.mark_out", self.mark_out)
        bind(
            "transport.clear_marks",
            lambda: self._selection.set_span(None, ()),
            enabled=lambda: self._selection.span is not None or "No time is marked",
        )
        bind("transport.marker", self.add_marker)
        bind("transport.go_to", self.ask_where_to)
        bind("region.make", self.make_region, enabled=self._can_make_region)

    def mark_in(self) -> None:
        """Have the marked time begin at the playhead; also while playing."""
        self._mark(with_in_mark)

    def mark_out(self) -> None:
        """Have the marked time end at the playhead; also while playing."""
        self._mark(with_out_mark)

    def add_marker(self) -> None:
        """Put a marker at the playhead, also while playing; where one stands, ask for its name."""
        here = self._transport.position_samples
        for there in self._document.project.markers:
            if there.position_samples == here and not self._transport.is_playing:
                self.ask_for_marker_name(there.id)
                return
        marker = Marker(
            id=MarkerId(new_id("marker")),
            position_samples=here,
            name=_free_name(self._document.project),
        )
        made = self._document.apply(f"Add {marker.name}", lambda p: add_marker(p, marker))
        # A region that is worked on stays selected: its take can be put on the marker at once.
        if made and not self._transport.is_playing and self._selection.region_id is None:
            self._selection.select_marker(marker.id)

    def ask_for_marker_name(self, marker_id: MarkerId) -> None:
        """Let a marker be named."""
        before = marker_of(self._document.project, marker_id).name

        def rename(name: str) -> None:
            if name != before:
                self._document.apply(
                    f"Rename {before or 'marker'}", lambda p: rename_marker(p, marker_id, name)
                )

        self._show(LinePopup("Name of the marker", rename, text=before, parent=self._bar))

    def ask_where_to(self) -> None:
        """Let a position be typed, and go there."""
        self._show(go_to_popup(self._document, self._transport, self._bar))

    def make_region(self, task: Task | None = None) -> None:
        """Make a region of the marked time or the selected clips, and select it.

        Time that is marked over several tracks becomes a region on each.

        Args:
            task: what for; None takes what it is most likely for.
        """
        span = self._span()
        if span is None:
            return
        made: list[Region] = []

        def make(project: Project) -> Project:
            made.clear()
            lanes = self._meant.lane_ids() if self._selection.lane_ids else ()
            for track_id in self._track_ids():
                track = track_of(project, track_id)
                region = new_region(
                    project,
                    track,
                    lanes,
                    span,
                    task=task,
                    preferences=self._desktop.preferences.now,
                )
                project = add_region(project, region)
                made.append(region)
            return project

        count = len(self._track_ids())
        label = "Make region" if count == 1 else f"Make {count} regions"
        if self._document.apply(label, make):
            self._selection.select_region(made[0].id)
            self._tell_of_cut(made)
            self._made(made[0].id)

    def _mark(self, mark: Callable[[SampleRange | None, int, Times], SampleRange]) -> None:
        here = self._transport.position_samples
        try:
            self._selection.set_span(mark(self._selection.span, here, self._document.times))
        except PositionError as error:
            self._desktop.messages.tell(str(error))

    def _tell_of_cut(self, made: Sequence[Region]) -> None:
        span = made[0].range
        cuts = [cut for cut in self._cuts() if span.start_samples < cut < span.end_samples]
        if not cuts:
            return
        where = self._document.times.timecode(cuts[0])
        title = f"This range crosses a cut at {where}."
        if len(cuts) > 1:
            title = f"This range crosses {len(cuts)} cuts, the first at {where}."
        self._desktop.messages.tell(
            title,
            "Sound made across it smears two scenes. The region is made.",
            kind=MessageKind.WARNING,
            buttons=[("Split there", lambda: self._split(made))],
        )

    def _split(self, made: Sequence[Region]) -> None:
        there = {region.id for region in self._document.project.regions}
        for region in made:
            if region.id in there:
                self._selection.select_region(region.id)
                self._desktop.actions.trigger("region.split_at_cuts")

    def _span(self) -> SampleRange | None:
        return self._selection.span or span_of(self._meant.selected_clips())

    def _track_ids(self) -> list[TrackId]:
        """Return the tracks marked or with selected clips; without either, the first."""
        tracks = self._meant.track_ids()
        names_some = self._selection.lane_ids or self._selection.clip_ids
        return list(tracks if names_some else tracks[:1])

    def _can_make_region(self) -> bool | str:
        if not self._document.project.tracks:
            return "Add a track first"
        return self._span() is not None or "Mark a time, or select clips"

    def _show(self, popup: LinePopup) -> None:
        self.popup = popup
        popup.destroyed.connect(self._forget_popup)
        popup.adjustSize()
        popup.show_at(self._bar.mapToGlobal(QPoint(0, self._bar.height())))

    def _forget_popup(self) -> None:
        self.popup = None


def _free_name(project: Project) -> str:
    names = {marker.name for marker in project.markers}
    number = 1
    while f"Marker {number}" in names:
        number += 1
    return f"Marker {number}"
