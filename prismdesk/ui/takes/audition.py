"""Hearing takes against each other: what is heard may differ from what the project says."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from prismdesk.errors import WorkError
from prismdesk.project.edits import choose_take, clear_choice, set_take_gain
from prismdesk.project.lookup import region_of, take_of
from prismdesk.project.timebase import SampleRange
from prismdesk.session.listening import with_draft
from prismdesk.ui.takes.heard import Hear, Heard, auditioned, chosen_take_of
from prismdesk.ui.takes.level_watch import LevelWatch

if TYPE_CHECKING:
    from prismdesk.jobs.messages import HeardSoFar
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.project.changes import Changes
    from prismdesk.project.ids import RegionId, TakeId
    from prismdesk.project.model import Project, Region, Take
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.takes.levels import TakeLevels
    from prismdesk.ui.transport import Transport


class Audition(QObject):
    """What is heard of the selected region's takes. Writes nothing unless told to choose or keep.

    A is what the project says, B the take that was heard last beside it.

    ``changed`` follows whenever what is heard, or what is known of the takes, is another.

    Args:
        document: the project.
        selection: its region is the one compared.
        transport: its player hears the variant, and loops.
        desktop: long work.
        parent: owns it.
    """

    changed = Signal()

    def __init__(
        self,
        document: Document,
        selection: Selection,
        transport: Transport,
        desktop: Desktop,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._selection = selection
        self._transport = transport
        self._desktop = desktop
        self._region_id: RegionId | None = selection.region_id
        self._heard: Heard = Hear.AS_CHOSEN
        self._b_id: TakeId | None = None
        self._is_matched = desktop.preferences.now.level_match
        self._is_comping = False
        self._loop_roll_seconds: tuple[float, float] | None = None
        self._watch = LevelWatch(document, desktop, self)
        self._has_variant = False
        self._draft: tuple[JobSnapshot, HeardSoFar] | None = None
        selection.changed.connect(self._follow_selection)
        document.changed.connect(self._follow_document)
        document.history_changed.connect(lambda: self._watch.follow(self.region))
        self._watch.measured.connect(self._follow_levels)
        self._watch.follow(self.region)

    def close(self) -> None:
        """Give the player nothing any more."""
        self._selection.changed.disconnect(self._follow_selection)
        self._document.changed.disconnect(self._follow_document)
        self._watch.measured.disconnect(self._follow_levels)

    @property
    def region(self) -> Region | None:
        """The region whose takes are compared, None if none is selected."""
        regions = self._document.project.regions
        return next((region for region in regions if region.id == self._region_id), None)

    @property
    def heard(self) -> Heard:
        """What is heard in the region."""
        return self._heard

    @property
    def chosen(self) -> Take | None:
        """The take that the project has chosen; None for none or several."""
        return chosen_take_of(self.region) if self.region else None

    @property
    def current(self) -> Take | None:
        """The take that is heard now, which commands are for; None for none or several."""
        if self._heard is Hear.NO_TAKE or self.region is None:
            return None
        wanted = self._heard
        for take in self.region.takes:
            if take.id == wanted:
                return take
        return self.chosen

    @property
    def b_take(self) -> Take | None:
        """The take to hear against the chosen one: the last heard, else the next in the list."""
        region, chosen = self.region, self.chosen
        others = [take for take in region.takes if take != chosen] if region else []
        last = [take for take in others if take.id == self._b_id]
        if last or not others or chosen is None or region is None:
            return next(iter([*last, *others]), None)
        after = region.takes[region.takes.index(chosen) + 1 :]
        return after[0] if after else others[0]

    @property
    def is_b_heard(self) -> bool:
        """Whether something other than the project's choice is heard."""
        return self._heard is not Hear.AS_CHOSEN

    @property
    def levels(self) -> TakeLevels | None:
        """How loud the takes are, None until it is measured."""
        return self._watch.levels

    @property
    def is_level_matched(self) -> bool:
        """Whether the takes are heard at the chosen one's loudness."""
        return self._is_matched

    @property
    def is_comping(self) -> bool:
        """Whether a swipe over take rows puts a comp together."""
        return self._is_comping

    def set_comping(self, is_comping: bool) -> None:
        """Let swipes over take rows put a comp together, or not."""
        if is_comping != self._is_comping:
            self._is_comping = is_comping
            self.changed.emit()

    @property
    def loop_roll_seconds(self) -> tuple[float, float] | None:
        """Seconds before and after the region that a loop takes in; None if none goes round."""
        return self._loop_roll_seconds

    def gain_db(self, take_id: TakeId) -> float:
        """Return by how much level-matching changes a take, in dB; 0 while it is off."""
        return self._gains_db().get(take_id, 0.0)

    def hear(self, heard: Heard) -> None:
        """Hear a take, the lane without one, or what the project says."""
        chosen = self.chosen
        if chosen is not None and heard == chosen.id:
            heard = Hear.AS_CHOSEN
        if isinstance(heard, str) and self.region is not None:
            self._b_id = next((take.id for take in self.region.takes if take.id == heard), None)
        if heard != self._heard:
            self._heard = heard
            self._play_variant()
            self.changed.emit()

    def hear_draft(self, job: JobSnapshot | None, heard: HeardSoFar | None) -> None:
        """Hear what was heard of a running job in place of its region; None for what is made."""
        self._draft = (job, heard) if job is not None and heard is not None else None
        self._play_variant()

    def step(self, by: int) -> None:
        """Hear the next take in the list, or an earlier one; round at its ends."""
        region = self.region
        if region is None or not region.takes:
            return
        current = self.current
        if current is None:
            place = 0 if by > 0 else -1
        else:
            place = (region.takes.index(current) + by) % len(region.takes)
        self.hear(region.takes[place].id)

    def toggle_ab(self) -> None:
        """Go from what the project says to the other take, and back."""
        other = self.b_take
        if self.is_b_heard:
            self.hear(Hear.AS_CHOSEN)
        elif other is not None:
            self.hear(other.id)

    def choose(self, take_id: TakeId) -> bool:
        """Write the choice of a take into the project."""
        before = self.chosen
        name = take_of(self._document.project, take_id).name
        self._heard = Hear.AS_CHOSEN
        is_done = self._document.apply(f"Choose {name}", lambda p: choose_take(p, take_id))
        if before is not None and before.id != take_id:
            self._b_id = before.id
        self._play_variant()
        self.changed.emit()
        return is_done

    def choose_heard(self) -> None:
        """Write the choice of what is heard, a take or none, into the project."""
        if self._heard is Hear.NO_TAKE:
            self.choose_none()
        elif (take := self.current) is not None:
            self.choose(take.id)

    def choose_none(self) -> None:
        """Write into the project that the lane sounds as it was."""
        region = self.region
        if region is None:
            return
        if (chosen := self.chosen) is not None:
            self._b_id = chosen.id
        self._heard = Hear.AS_CHOSEN
        self._document.apply("Choose no take", lambda p: clear_choice(p, region.id))
        self._play_variant()
        self.changed.emit()

    def set_level_matched(self, is_matched: bool) -> None:
        """Hear all takes as loud as the chosen one, or as they are."""
        if is_matched == self._is_matched:
            return
        self._is_matched = is_matched
        with suppress(WorkError):
            # Not remembered, then; nothing else depends on it.
            self._desktop.preferences.change(level_match=is_matched)
        self._play_variant()
        self.changed.emit()

    def keep_levels(self) -> None:
        """Write the matching gains into the takes, as one step, and hear them from there."""
        region, gains = self.region, self._gains_db()
        if region is None or not any(gains.values()):
            return

        def keep(project: Project) -> Project:
            for take in region_of(project, region.id).takes:
                gain = round(take.gain_db + gains.get(take.id, 0.0), 2)
                project = set_take_gain(project, take.id, gain)
            return project

        self.set_level_matched(False)
        self._document.apply("Keep matched levels", keep)
        self._play_variant()
        self.changed.emit()

    def loop(self, roll_seconds: tuple[float, float] | None) -> None:
        """Go round the region with so much before and after it; None stops going round."""
        self._loop_roll_seconds = roll_seconds
        self._set_loop()
        if roll_seconds is None:
            self._transport.set_looping(False)
        self.changed.emit()

    def _set_loop(self) -> None:
        region, roll = self.region, self._loop_roll_seconds
        if region is None or roll is None:
            self._transport.set_loop_span(None)
            return
        rate_hz = self._document.times.rate_hz
        before, after = (round(seconds * rate_hz) for seconds in roll)
        start = max(0, region.range.start_samples - before)
        end = min(self._document.times.end_samples, region.range.end_samples + after)
        self._transport.set_loop_span(SampleRange(start, max(end, region.range.end_samples)))

    def _gains_db(self) -> dict[TakeId, float]:
        region, levels = self.region, self._watch.levels
        if not self._is_matched or region is None or levels is None:
            return {}
        reference = self.chosen or next(iter(region.takes), None)
        return levels.matching_gains_db(region, reference.id) if reference else {}

    def _play_variant(self) -> None:
        """Give the player what is to be heard, if it isn't what the project says."""
        gains = self._gains_db()
        wants_variant = (
            self._heard is not Hear.AS_CHOSEN or any(gains.values()) or self._draft is not None
        )
        if not (wants_variant or self._has_variant):
            return
        self._has_variant = wants_variant
        self.load_heard()

    def load_heard(self) -> None:
        """Give the player what is to be heard, after something else was."""
        gains = self._gains_db()
        project = self._document.project
        if self._region_id is not None:
            project = auditioned(project, self._region_id, self._heard, gains)
        if self._draft is not None:
            project = with_draft(project, *self._draft)
        self._transport.player.load(
            project, self._document.session.sounds, end_samples=self._document.times.end_samples
        )

    def _follow_selection(self) -> None:
        if self._selection.region_id == self._region_id:
            return
        self._heard, self._b_id, self._is_comping = Hear.AS_CHOSEN, None, False
        self._play_variant()
        self._region_id = self._selection.region_id
        if self._loop_roll_seconds is not None:
            self._set_loop()
        self._watch.follow(self.region)
        self._play_variant()
        self.changed.emit()

    def _follow_document(self, changes: Changes) -> None:
        region = self.region
        ids = {take.id for take in region.takes} if region else set()
        if isinstance(self._heard, str) and self._heard not in ids:
            self._heard = Hear.AS_CHOSEN
        if self._has_variant:
            # Who plays the project has given the player its new state.
            self._play_variant()
        if changes.takes.touched or self._region_id in changes.regions.touched:
            self._watch.follow(region)
            self.changed.emit()

    def _follow_levels(self) -> None:
        self._play_variant()
        self.changed.emit()
