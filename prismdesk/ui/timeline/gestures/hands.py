"""What every gesture needs: the project, where the pointer snaps, and where to show figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPoint, Qt

from prismdesk.project.edits import RippleMode
from prismdesk.ui.timeline.snapping import Snapped, snap, snap_span, targets_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from prismdesk.project.model import Project
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.timeline.layout import Row, TimelineLayout
    from prismdesk.ui.timeline.pointer import Pointer
    from prismdesk.ui.timeline.timescale import Timescale
    from prismdesk.ui.transport import Transport

SNAP_PX = 8
"""How near, on the screen, a position catches."""
START_PX = 4
"""How far the pointer moves before a press becomes a drag."""


class Surface(Protocol):
    """What a gesture sees of the canvas."""

    @property
    def scale(self) -> Timescale:
        """What stretch of the film is shown."""

    @property
    def layout_now(self) -> TimelineLayout:
        """Which rows lie where."""

    def show_figure(self, text: str | None, at: QPoint) -> None:
        """Show a figure beside the pointer; None hides it."""

    def show_snap(self, samples: int | None) -> None:
        """Draw a line where a gesture snapped; None hides it."""


@dataclass(slots=True)
class Switches:
    """What the hand's way of working is: snapping, and what moves along."""

    snaps: bool = True
    ripple: RippleMode = RippleMode.OFF
    is_comping: bool = False


@dataclass(slots=True, kw_only=True)
class Hands:
    """The means of all gestures.

    Attributes:
        document: what is edited.
        selection: what is picked and marked.
        transport: the playhead.
        surface: where figures are shown.
        cuts: where shots begin, in samples.
        switches: snapping and ripple.
    """

    document: Document
    selection: Selection
    transport: Transport
    surface: Surface
    cuts: Callable[[], Sequence[int]] = tuple
    switches: Switches = field(default_factory=Switches)

    @property
    def project(self) -> Project:
        """The project as it stands."""
        return self.document.project

    def snapped(self, pointer: Pointer, samples: int, *, without: Collection[str] = ()) -> Snapped:
        """Return where a position comes to lie; Alt held suspends snapping."""
        if not self._snaps(pointer):
            return Snapped(max(0, samples))
        found = snap(
            samples,
            self.targets(without),
            within_samples=self.surface.scale.samples_of_px(SNAP_PX),
            times=self.document.times,
        )
        self.surface.show_snap(found.target_samples)
        return Snapped(max(0, found.samples), found.target_samples)

    def snapped_span(
        self,
        pointer: Pointer,
        start_samples: int,
        length_samples: int,
        *,
        without: Collection[str] = (),
    ) -> Snapped:
        """Return where a stretch comes to begin, whichever end catches."""
        if not self._snaps(pointer):
            return Snapped(max(0, start_samples))
        found = snap_span(
            start_samples,
            length_samples,
            self.targets(without),
            within_samples=self.surface.scale.samples_of_px(SNAP_PX),
            times=self.document.times,
        )
        self.surface.show_snap(found.target_samples)
        return Snapped(max(0, found.samples), found.target_samples)

    def targets(self, without: Collection[str] = ()) -> tuple[int, ...]:
        """Return the positions that catch, but for those of some things."""
        return targets_of(
            self.project,
            cuts=self.cuts(),
            playhead=self.transport.position_samples,
            marks=self.selection.span,
            without=without,
        )

    def say(self, pointer: Pointer, words: str) -> None:
        """Show a figure beside the pointer."""
        self.surface.show_figure(words, QPoint(pointer.x_px + 14, pointer.y_px + 18))

    def lane_rows(self) -> tuple[Row, ...]:
        """Return the rows of lanes, from the top."""
        return tuple(row for row in self.surface.layout_now.rows if row.lane_id is not None)

    def moved_words(self, from_samples: int, to_samples: int) -> str:
        """Return a position and how far it is from another: "01:00:02:00  +0 s 12 fr"."""
        times = self.document.times
        by = to_samples - from_samples
        sign = "+" if by > 0 else ""
        return f"{times.timecode(to_samples)}   {sign}{times.length_words(by)}"

    def rest(self) -> None:
        """Take figures and lines away."""
        self.surface.show_figure(None, QPoint())
        self.surface.show_snap(None)

    def _snaps(self, pointer: Pointer) -> bool:
        is_suspended = bool(pointer.modifiers & Qt.KeyboardModifier.AltModifier)
        if is_suspended or not self.switches.snaps:
            self.surface.show_snap(None)
            return False
        return True


class Gesture(Protocol):
    """One drag. Exactly one of ``finish`` and ``cancel`` ends it."""

    def move(self, pointer: Pointer) -> None:
        """The pointer went on."""

    def finish(self, pointer: Pointer) -> None:
        """The button came up: what is seen becomes true."""

    def cancel(self) -> None:
        """Nothing of it stays."""
