"""Gestures that leave the project as it is: marking time, moving the playhead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from prismdesk.project.timebase import SampleRange
from prismdesk.ui.timeline.gestures.hands import START_PX

if TYPE_CHECKING:
    from prismdesk.ui.timeline.gestures.hands import Hands
    from prismdesk.ui.timeline.pointer import Pointer


class MarkTime:
    """Marks time over the lanes between where the button went down and the pointer.

    Clips that were picked are let go of, so that what follows is meant for the marked time.
    Without a drag it is a click: the marks go, and the playhead comes. With Shift the marked
    time grows to the pointer instead.
    """

    def __init__(self, hands: Hands, pointer: Pointer) -> None:
        self._hands = hands
        self._first = pointer
        self._before = (hands.selection.span, hands.selection.lane_ids)
        self._picked = hands.selection.clip_ids
        self._is_drag = False
        span = hands.selection.span
        self._extends = bool(pointer.modifiers & Qt.KeyboardModifier.ShiftModifier)
        anchor = hands.snapped(pointer, pointer.samples).samples
        if self._extends and span is not None:
            is_before = pointer.samples < (span.start_samples + span.end_samples) // 2
            anchor = span.end_samples if is_before else span.start_samples
        elif self._extends:
            anchor = hands.transport.position_samples
        self._anchor = anchor
        if self._extends:
            self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        """Mark to the pointer."""
        moved_px = abs(pointer.x_px - self._first.x_px)
        if not (self._is_drag or self._extends or moved_px >= START_PX):
            return
        self._is_drag = True
        if self._picked:
            self._hands.selection.select_clips(())
        there = self._hands.snapped(pointer, pointer.samples).samples
        there = min(there, max(self._hands.document.times.end_samples, self._anchor))
        first, last = sorted((self._anchor, there))
        rows = self._hands.surface.layout_now.lane_rows_between(self._first.y_px, pointer.y_px)
        span = SampleRange(first, last)
        self._hands.selection.set_span(span, [row.lane_id for row in rows if row.lane_id])
        times = self._hands.document.times
        self._hands.say(
            pointer,
            f"{times.timecode(first)} to {times.timecode(last)}   "
            f"{times.length_words(span.length_samples)}",
        )

    def finish(self, pointer: Pointer) -> None:
        """Leave the marks, or take a click for what it is."""
        if not self._is_drag:
            self._hands.selection.set_span(None, ())
            self._hands.transport.move_to(self._anchor)
        self._hands.rest()

    def cancel(self) -> None:
        """Have the marks that were there."""
        self._hands.selection.set_span(*self._before)
        if self._picked:
            self._hands.selection.select_clips(self._picked)
        self._hands.rest()


class Seek:
    """Takes the playhead along, with sound; it catches on edits and markers, not on frames."""

    def __init__(self, hands: Hands, pointer: Pointer) -> None:
        self._hands = hands
        self._before = hands.transport.position_samples
        self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        """Move the playhead to the pointer."""
        hands = self._hands
        self._hands.transport.move_to(hands.snapped(pointer, pointer.samples).samples, scrub=True)
        hands.say(pointer, hands.document.times.timecode(hands.transport.position_samples))

    def finish(self, pointer: Pointer) -> None:
        """Leave it there."""
        self._hands.rest()

    def cancel(self) -> None:
        """Go back to where it stood."""
        self._hands.transport.move_to(self._before)
        self._hands.rest()
