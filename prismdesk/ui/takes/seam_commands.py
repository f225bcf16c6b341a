"""Shifting seams and nudging takes, on their keys and in the Takes menu."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prismdesk.project.edits import SeamEnd, nudge_take, shift_seam
from prismdesk.project.edits.seams import milliseconds, seam_shift_samples
from prismdesk.project.lookup import take_of
from prismdesk.session.onset_readings import markers_near

if TYPE_CHECKING:
    from prismdesk.project.ids import RegionId, TakeId
    from prismdesk.project.model import Region, Take
    from prismdesk.session.onset_readings import OnsetReading
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.takes.audition import Audition
    from prismdesk.ui.takes.seam_watch import SeamWatch

_NO_MARKER = "No marker lies in the region or half a second beside it."
_NO_ONSET = "No sound begins clearly in the take, so there is nothing to put on the marker."


class SeamCommands:
    """Shifts the seams of the selected region, and nudges the take that is heard in it.

    Each is one step of the history, and heard at once while it plays.

    Args:
        document: the project.
        selection: a selected marker is the one that is meant.
        audition: which region and take.
        watch: where onsets lie to markers.
        desktop: actions.
    """

    def __init__(
        self,
        document: Document,
        selection: Selection,
        audition: Audition,
        watch: SeamWatch,
        desktop: Desktop,
    ) -> None:
        self._document = document
        self._selection = selection
        self._audition = audition
        self._watch = watch
        self._desktop = desktop

    def bind_actions(self) -> None:
        """Give the commands to their keys and menu."""
        bind = self._desktop.actions.bind
        for action_id, end, by_ms in (
            ("takes.seam_in_earlier", SeamEnd.IN, -1),
            ("takes.seam_in_later", SeamEnd.IN, 1),
            ("takes.seam_out_earlier", SeamEnd.OUT, -1),
            ("takes.seam_out_later", SeamEnd.OUT, 1),
        ):
            bind(action_id, partial(self.shift_by, end, by_ms), enabled=self._has_seams)
        for action_id, by_frames in (("takes.nudge_earlier", -1), ("takes.nudge_later", 1)):
            bind(action_id, partial(self.nudge_frames, by_frames), enabled=self._has_take)
        for action_id, by_ms in (("takes.nudge_earlier_ms", -1), ("takes.nudge_later_ms", 1)):
            bind(action_id, partial(self.nudge_ms, by_ms), enabled=self._has_take)
        bind("takes.nudge_to_marker", self.nudge_to_marker, enabled=self._can_fit)

    def shift(self, region_id: RegionId, end: SeamEnd, shift_samples: int) -> bool:
        """Put a seam so much later than where its take was made to join; say whether it is."""
        words = milliseconds(shift_samples, self._document.times.rate_hz)
        return self._document.apply(
            f"Shift the {end.value} seam to {words}",
            lambda p: shift_seam(p, region_id, end, shift_samples),
        )

    def shift_by(self, end: SeamEnd, by_ms: int) -> None:
        """Shift a seam of the selected region on or back."""
        region = self._audition.region
        if region is not None:
            by_samples = round(by_ms * self._document.times.rate_hz / 1000)
            self.shift(region.id, end, seam_shift_samples(region, end) + by_samples)

    def nudge(self, take_id: TakeId, by_samples: int) -> bool:
        """Move a take inside its region; say whether it was."""
        name = take_of(self._document.project, take_id).name
        words = milliseconds(by_samples, self._document.times.rate_hz)
        return self._document.apply(
            f"Nudge {name} by {words}", lambda p: nudge_take(p, take_id, by_samples)
        )

    def nudge_frames(self, frames: int) -> None:
        """Move the take that is heard by frames of the picture."""
        times = self._document.times
        self._nudge_current(round(frames * times.rate_hz / times.frame_rate))

    def nudge_ms(self, by_ms: int) -> None:
        """Move the take that is heard by milliseconds."""
        self._nudge_current(round(by_ms * self._document.times.rate_hz / 1000))

    def nudge_to_marker(self) -> None:
        """Move the take so that its onset falls on the marker."""
        reading = self.reading()
        if reading is not None and reading.late_samples:
            self.nudge(reading.take_id, -reading.late_samples)

    def reading(self, take_id: TakeId | None = None) -> OnsetReading | None:
        """Return how the onset lies to the marker that is meant: the selected one, else the first.

        Args:
            take_id: as with this take, None as the region is heard.
        """
        report = self._watch.report(take_id)
        readings = () if report is None else report.onsets
        wanted = self._selection.marker_id
        chosen = [one for one in readings if one.marker.id == wanted]
        return next(iter((*chosen, *readings)), None)

    def has_marker(self) -> bool:
        """Whether a marker lies in or near the selected region."""
        region = self._audition.region
        return region is not None and bool(markers_near(self._document.project, region))

    def why_not_shift(self, take: Take, region: Region) -> str:
        """Say in a sentence why a take's seams can't be shifted; empty if they can."""
        if any(segment.take_id == take.id for segment in region.comp):
            return ""
        return "The take isn't heard; choose it to shift its seams."

    def _nudge_current(self, by_samples: int) -> None:
        take = self._audition.current
        if take is not None:
            self.nudge(take.id, by_samples)

    def _has_seams(self) -> bool | str:
        region = self._audition.region
        if region is None:
            return "Select a region."
        return bool(region.comp) or "No take is heard in the region, so it has no seams."

    def _has_take(self) -> bool | str:
        if self._audition.region is None:
            return "Select a region."
        return self._audition.current is not None or "No take is chosen in the selected region."

    def _can_fit(self) -> bool | str:
        if self._audition.region is None:
            return "Select a region."
        reading = self.reading()
        if reading is None:
            if self._watch.report() is None:
                return "The take's onsets are not measured yet."
            return _NO_ONSET if self.has_marker() else _NO_MARKER
        return bool(reading.late_samples) or "The onset lies on the marker."
