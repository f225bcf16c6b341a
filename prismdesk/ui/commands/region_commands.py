"""What is done with regions as a list: found, made from cuts and markers, gone through, proved."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from prismdesk.media.region_proof import RegionProof, prove_region
from prismdesk.media.sounds import SoundLibrary
from prismdesk.project.edits import (
    add_region,
    remove_region,
    set_region_status,
    split_region,
)
from prismdesk.project.ids import RegionId, new_id
from prismdesk.project.lookup import region_of, track_of, track_of_lane
from prismdesk.project.model import Region, RegionStatus, Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.mending import gap_regions, with_regions
from prismdesk.session.replacing import AMBIENCE
from prismdesk.session.scanning import scan_track
from prismdesk.ui.messages import MessageKind
from prismdesk.ui.spotting.gaps_dialog import GapsDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from prismdesk.media.gaps import Gap
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.project.model import Project, Track
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.spotting.proof import Proofs
    from prismdesk.ui.transport import Transport

_NEXT_STATUS = {
    RegionStatus.OPEN: RegionStatus.REVIEW,
    RegionStatus.REVIEW: RegionStatus.DONE,
    RegionStatus.DONE: RegionStatus.OPEN,
}


class MakesRegions(Protocol):
    """Queues regions."""

    def make(self, region_id: RegionId, task: Task | None = None) -> bool:
        """Queue a region; say whether it was."""


class RegionCommands:
    """Binds the actions of the Region menu that concern more than making sound.

    Args:
        document: the project.
        selection: the region that commands are for.
        transport: goes to regions.
        desktop: actions, messages, long work.
        making: queues regions.
        proofs: keeps what null tests found.
        cuts: where shots begin, in samples, ascending; () while they aren't known.
        window: parent of dialogs.
    """

    def __init__(
        self,
        document: Document,
        selection: Selection,
        transport: Transport,
        desktop: Desktop,
        making: MakesRegions,
        proofs: Proofs,
        cuts: Callable[[], Sequence[int]],
        window: QWidget,
    ) -> None:
        self._document = document
        self._selection = selection
        self._transport = transport
        self._desktop = desktop
        self._making = making
        self._proofs = proofs
        self._cuts = cuts
        self._window = window
        self.dialog: GapsDialog | None = None

    def bind_actions(self) -> None:
        """Give the commands to their keys and menus."""
        bind = self._desktop.actions.bind
        bind("region.find_gaps", self.find_gaps, enabled=self._has_tracks)
        bind("region.mend_all", self.mend_all, enabled=self._has_open_regions)
        bind("region.from_shots", self.make_from_shots, enabled=self._has_cuts)
        bind("region.from_markers", self.make_from_markers, enabled=self._has_markers)
        bind("region.split_at_cuts", self.split_at_cuts, enabled=self._is_region_cut)
        bind("region.next", lambda: self.go_to_neighbour(1), enabled=self._has_regions)
        bind("region.previous", lambda: self.go_to_neighbour(-1), enabled=self._has_regions)
        bind("region.remove", self.remove, enabled=self._has_region)
        bind("region.status_next", self.next_status, enabled=self._has_region)
        bind("region.null_test", self.null_test, enabled=self._has_region)

    def find_gaps(self) -> None:
        """Scan the selected track, or the first one, and list what was found."""
        track = self._chosen_track()
        project, session = self._document.project, self._document.session

        def scan(progress: FractionDone, cancelled: IsCancelled) -> tuple[Gap, ...]:
            sounds = SoundLibrary(session.folder, session.cache, rate_hz=project.rate_hz)
            try:
                return scan_track(project, sounds, track.id, progress=progress, cancelled=cancelled)
            finally:
                sounds.close()

        self._desktop.background.run(
            f"Looking for gaps in {track.name}", scan, done=partial(self._show_gaps, track)
        )

    def mend_all(self) -> None:
        """Queue every region that is open and has no take."""
        count = sum(self._making.make(region.id) for region in self._open_regions())
        if count:
            self._desktop.messages.tell(
                f"{count} {'region is' if count == 1 else 'regions are'} queued.",
                "Go on working; each shows its progress where it lies.",
            )

    def make_from_shots(self) -> None:
        """Make a region of every shot, inside the marked time if some is marked."""
        edges = [0, *self._cuts(), self._document.times.end_samples]
        shots = [SampleRange(start, end) for start, end in pairwise(edges)]
        self._make_regions(shots, "Shot")

    def make_from_markers(self) -> None:
        """Make a region from each marker to the next one or the end of its shot."""
        inside = (
            marker
            for marker in self._document.project.markers
            if marker.position_samples < self._document.times.end_samples
        )
        markers = sorted(inside, key=lambda marker: marker.position_samples)
        ends = [*self._cuts(), self._document.times.end_samples]
        ends += [marker.position_samples for marker in markers]
        spans = [
            SampleRange(
                marker.position_samples, min(end for end in ends if end > marker.position_samples)
            )
            for marker in markers
        ]
        self._make_regions(spans, "Marker", [marker.name for marker in markers])

    def split_at_cuts(self) -> None:
        """Split the selected region at every cut inside it, as one step."""
        region = self._region()
        if region is None:
            return
        inside = [cut for cut in self._cuts() if _is_inside(cut, region.range)]

        def split(project: Project) -> Project:
            for cut in reversed(inside):
                project = split_region(project, region.id, cut)
            return project

        self._document.apply(f"Split {region.name} at {_counted(len(inside), 'cut')}", split)

    def go_to_neighbour(self, step: int) -> None:
        """Select the region after (1) or before (-1) the selected one or the playhead."""
        regions = sorted(self._document.project.regions, key=lambda region: region.range)
        ids = [region.id for region in regions]
        if self._selection.region_id in ids:
            place = (ids.index(self._selection.region_id) + step) % len(regions)
            chosen = regions[place]
        else:
            here = self._transport.position_samples
            later = [region for region in regions if region.range.start_samples >= here]
            earlier = [region for region in regions if region.range.start_samples < here]
            chosen = (later or regions)[0] if step > 0 else (earlier or regions)[-1]
        self._selection.select_region(chosen.id)
        self._transport.move_to(chosen.range.start_samples)

    def remove(self) -> None:
        """Remove the selected region; its takes stay on disk, and undo brings it back."""
        region = self._region()
        if region is not None and self._document.apply(
            f"Remove {region.name}", lambda project: remove_region(project, region.id)
        ):
            self._selection.select_region(None)

    def next_status(self) -> None:
        """Set the selected region from open to review to done, and round again."""
        region = self._region()
        if region is not None:
            status = _NEXT_STATUS.get(region.status, RegionStatus.OPEN)
            self._document.apply(
                f"Set {region.name} to {status}",
                lambda project: set_region_status(project, region.id, status),
            )

    def null_test(self) -> None:
        """Prove that the selected region changes nothing outside of it."""
        if self._selection.region_id is not None:
            self.prove(self._selection.region_id)

    def prove(self, region_id: RegionId, *, quiet: bool = False) -> None:
        """Test a region in the background; ``quiet`` shows no bar for it, and no failure."""
        project, session = self._document.project, self._document.session
        region = region_of(project, region_id)

        def prove(progress: FractionDone, cancelled: IsCancelled) -> RegionProof:
            sounds = SoundLibrary(session.folder, session.cache, rate_hz=project.rate_hz)
            try:
                return prove_region(
                    project, sounds, region.id, progress=progress, cancelled=cancelled
                )
            finally:
                sounds.close()

        # Nobody asked for a quiet one: where it fails, the badge goes on saying "not tested".
        failed = (lambda _: None) if quiet else None
        self._desktop.background.run(
            f"Null test of {region.name}", prove, done=self._proofs.add, failed=failed, quiet=quiet
        )

    def _show_gaps(self, track: Track, gaps: tuple[Gap, ...]) -> None:
        if not gaps:
            self._desktop.messages.tell(
                f"No gaps in {track.name}.",
                "No dropout, digital silence or click was found that is not marked already.",
                kind=MessageKind.GOOD,
            )
            return
        self.dialog = GapsDialog(
            gaps,
            times=self._document.times,
            theme=self._desktop.theme,
            listen=self._listen,
            accept_gaps=partial(self._accept, track),
            parent=self._window,
        )
        self.dialog.destroyed.connect(self._forget_dialog)
        self.dialog.show()

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _listen(self, gap: Gap) -> None:
        second = self._document.times.rate_hz
        self._transport.play_around(gap.range, second, second)

    def _accept(self, track: Track, gaps: tuple[Gap, ...], mend: bool) -> None:
        regions = gap_regions(
            gaps, track=track, end_samples=self._document.times.end_samples, engine=AMBIENCE
        )
        label = f"Mark {_counted(len(regions), 'gap')}"
        if not self._document.apply(label, lambda project: with_regions(project, regions)):
            return
        self._selection.select_region(regions[0].id)
        if mend:
            for region in regions:
                self._making.make(region.id)

    def _make_regions(
        self, spans: Sequence[SampleRange], word: str, names: Sequence[str] = ()
    ) -> None:
        track, marked = self._chosen_track(), self._selection.span
        taken = [r.range for r in self._document.project.regions if r.track_id == track.id]
        wanted = [
            (number, part)
            for number, span in enumerate(spans, 1)
            if (part := span if marked is None else span.intersection(marked)) is not None
            and not part.is_empty()
            and not any(part.overlaps(other) for other in taken)
        ]
        regions = [
            Region(
                id=RegionId(new_id("region")),
                track_id=track.id,
                lane_ids=(track.lanes[0].id,),
                range=part,
                task=Task.INPAINT,
                name=(names[number - 1] if names else "") or f"{word} {number}",
                engine=AMBIENCE,
            )
            for number, part in wanted
        ]
        if not regions:
            self._desktop.messages.tell(
                "No region was made.",
                f"Every {word.lower()} here has a region on {track.name} already.",
            )
            return

        def add(project: Project) -> Project:
            for region in regions:
                project = add_region(project, region)
            return project

        self._document.apply(f"Make {_counted(len(regions), 'region')} from {word.lower()}s", add)

    def _region(self) -> Region | None:
        region_id = self._selection.region_id
        return None if region_id is None else region_of(self._document.project, region_id)

    def _chosen_track(self) -> Track:
        project = self._document.project
        region = self._region()
        if region is not None:
            return track_of(project, region.track_id)
        for lane_id in self._selection.lane_ids:
            return track_of_lane(project, lane_id)
        return project.tracks[0]

    def _open_regions(self) -> tuple[Region, ...]:
        return tuple(
            region
            for region in self._document.project.regions
            if region.status is RegionStatus.OPEN and not region.takes
        )

    def _has_tracks(self) -> bool | str:
        return bool(self._document.project.tracks) or "The project has no sound yet"

    def _has_regions(self) -> bool | str:
        return bool(self._document.project.regions) or "There are no regions yet"

    def _has_region(self) -> bool | str:
        return self._selection.region_id is not None or "Select a region first"

    def _has_open_regions(self) -> bool | str:
        return bool(self._open_regions()) or "No region is open"

    def _has_markers(self) -> bool | str:
        project = self._document.project
        return bool(project.markers and project.tracks) or "There are no markers yet"

    def _has_cuts(self) -> bool | str:
        has = bool(self._cuts() and self._document.project.tracks)
        return has or "No shot cuts are known in this film"

    def _is_region_cut(self) -> bool | str:
        region = self._region()
        if region is None:
            return "Select a region first"
        crosses = any(_is_inside(cut, region.range) for cut in self._cuts())
        return crosses or "The region lies within one shot"


def _is_inside(cut_samples: int, span: SampleRange) -> bool:
    return span.start_samples < cut_samples < span.end_samples


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'s' * (count != 1)}"
