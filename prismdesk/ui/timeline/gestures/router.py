"""Decides which gesture a press begins, and what the pointer shows while it hovers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from prismdesk.project.lookup import clip_of, region_of
from prismdesk.ui.timeline.gestures.clip_gestures import (
    FadeClip,
    GainOfClip,
    MoveClips,
    SlipClip,
    TrimClip,
)
from prismdesk.ui.timeline.gestures.hands import START_PX, Gesture, Hands
from prismdesk.ui.timeline.gestures.marking import MarkTime, Seek
from prismdesk.ui.timeline.gestures.region_gestures import (
    MoveMarker,
    MoveRegion,
    ResizeRegion,
    SwipeComp,
)
from prismdesk.ui.timeline.hit import Hit, HitKind, hit_at
from prismdesk.ui.timeline.pointer import Hover, Pointer

if TYPE_CHECKING:
    from collections.abc import Callable

_Shape = Qt.CursorShape
_SHAPES = {
    HitKind.CLIP_START: _Shape.SizeHorCursor,
    HitKind.CLIP_END: _Shape.SizeHorCursor,
    HitKind.REGION_START: _Shape.SizeHorCursor,
    HitKind.REGION_END: _Shape.SizeHorCursor,
    HitKind.FADE_IN: _Shape.CrossCursor,
    HitKind.FADE_OUT: _Shape.CrossCursor,
    HitKind.CLIP_GAIN: _Shape.SizeVerCursor,
    HitKind.CLIP_HEADER: _Shape.OpenHandCursor,
    HitKind.REGION_HEADER: _Shape.OpenHandCursor,
    HitKind.MARKER: _Shape.OpenHandCursor,
    HitKind.LANE: _Shape.IBeamCursor,
}
_SLIP = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class GestureRouter:
    """One gesture at a time, chosen by what lies under the press.

    Args:
        hands: the means of all gestures.
        open_menu: shows the menu of what was hit, where the pointer is.
        open_takes: opens the takes of a region that is clicked twice.
    """

    def __init__(
        self,
        hands: Hands,
        *,
        open_menu: Callable[[Hit, Pointer], object],
        open_takes: Callable[[], object],
    ) -> None:
        self.hands = hands
        self._open_menu = open_menu
        self._open_takes = open_takes
        self._gesture: Gesture | None = None
        self._waiting: Callable[[], Gesture] | None = None
        self._pressed: Pointer | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a gesture is under way."""
        return self._gesture is not None

    def press(self, pointer: Pointer) -> None:
        """Pick what was hit and make ready for a drag; the right button cancels or asks."""
        if self._gesture is not None:
            self.cancel()
            return
        hit = self._hit(pointer)
        if pointer.button is Qt.MouseButton.RightButton:
            self._pick(hit, pointer)
            self._open_menu(hit, pointer)
            return
        if pointer.button is not Qt.MouseButton.LeftButton:
            return
        self._pick(hit, pointer)
        self._pressed = pointer
        begin = self._gesture_of(hit, pointer)
        if hit.kind in (HitKind.RULER, HitKind.PICTURE, HitKind.LANE, HitKind.NOTHING):
            self._gesture = begin() if begin else None
        else:
            # A click only picks: things move once the pointer has gone some way.
            self._waiting = begin

    def move(self, pointer: Pointer) -> None:
        """Go on with the gesture, or begin it once the pointer has gone some way."""
        if self._gesture is None and self._waiting is not None and self._pressed is not None:
            far_px = max(
                abs(pointer.x_px - self._pressed.x_px), abs(pointer.y_px - self._pressed.y_px)
            )
            if far_px < START_PX:
                return
            self._gesture, self._waiting = self._waiting(), None
        if self._gesture is not None:
            self._gesture.move(pointer)

    def release(self, pointer: Pointer) -> None:
        """End the gesture: what is seen becomes true."""
        gesture, self._gesture, self._waiting = self._gesture, None, None
        if gesture is not None:
            gesture.finish(pointer)

    def double_click(self, pointer: Pointer) -> None:
        """Open the takes of a region; mark the time of a clip."""
        hit = self._hit(pointer)
        if hit.region_id is not None:
            self.hands.selection.select_region(hit.region_id)
            self._open_takes()
        elif hit.clip_id is not None and hit.lane_id is not None:
            span = clip_of(self.hands.project, hit.clip_id).range
            self.hands.selection.set_span(span, (hit.lane_id,))

    def cancel(self) -> None:
        """End the gesture as if it had never begun."""
        gesture, self._gesture, self._waiting = self._gesture, None, None
        if gesture is not None:
            gesture.cancel()

    def hover(self, pointer: Pointer) -> Hover:
        """Return the shape for what lies under the pointer, and the figure a drag would change."""
        hit = self._hit(pointer)
        return Hover(_SHAPES.get(hit.kind, _Shape.ArrowCursor), self._figure(hit))

    def _hit(self, pointer: Pointer) -> Hit:
        selection = self.hands.selection
        selected: set[str] = set(selection.clip_ids)
        if selection.region_id is not None:
            selected.add(selection.region_id)
        surface = self.hands.surface
        return hit_at(
            self.hands.project, surface.layout_now, surface.scale, pointer, selected=selected
        )

    def _pick(self, hit: Hit, pointer: Pointer) -> None:
        selection = self.hands.selection
        adds = bool(pointer.modifiers & Qt.KeyboardModifier.ControlModifier)
        extends = bool(pointer.modifiers & Qt.KeyboardModifier.ShiftModifier)
        if hit.kind is HitKind.MARKER:
            selection.select_marker(hit.marker_id)
        elif hit.region_id is not None:
            selection.select_region(hit.region_id)
        elif hit.clip_id is not None and hit.kind is not HitKind.LANE:
            if adds and not pointer.modifiers & Qt.KeyboardModifier.AltModifier:
                selection.toggle_clip(hit.clip_id)
            elif hit.clip_id not in selection.clip_ids:
                selection.select_clips([hit.clip_id], add=extends)
        elif hit.kind is HitKind.LANE and not extends:
            selection.select_clips([hit.clip_id] if hit.clip_id else [])

    def _gesture_of(self, hit: Hit, pointer: Pointer) -> Callable[[], Gesture] | None:
        hands, kind = self.hands, hit.kind
        if kind in (HitKind.RULER, HitKind.PICTURE):
            return lambda: Seek(hands, pointer)
        if kind is HitKind.MARKER and hit.marker_id is not None:
            marker_id = hit.marker_id
            return lambda: MoveMarker(hands, marker_id)
        if kind is HitKind.TAKE and hit.region_id is not None and hit.take_id is not None:
            return self._swipe(hit, pointer)
        if hit.region_id is not None and kind is not HitKind.LANE:
            return self._region_gesture(hit, pointer)
        if hit.clip_id is not None and hit.region_id is None:
            clip_gesture = self._clip_gesture(hit, pointer)
            if clip_gesture is not None:
                return clip_gesture
        return lambda: MarkTime(hands, pointer)

    def _swipe(self, hit: Hit, pointer: Pointer) -> Callable[[], Gesture] | None:
        region_id, take_id = hit.region_id, hit.take_id
        if region_id is None or take_id is None:
            return None
        return lambda: SwipeComp(self.hands, region_id, take_id, pointer)

    def _region_gesture(self, hit: Hit, pointer: Pointer) -> Callable[[], Gesture] | None:
        region_id = hit.region_id
        if region_id is None:
            return None
        if hit.kind is HitKind.REGION_HEADER:
            return lambda: MoveRegion(self.hands, region_id, pointer)
        is_start = hit.kind is HitKind.REGION_START
        return lambda: ResizeRegion(self.hands, region_id, is_start=is_start)

    def _clip_gesture(self, hit: Hit, pointer: Pointer) -> Callable[[], Gesture] | None:
        hands, clip_id, kind = self.hands, hit.clip_id, hit.kind
        if clip_id is None:
            return None
        if pointer.modifiers & _SLIP == _SLIP:
            return lambda: SlipClip(hands, clip_id, pointer)
        if kind is HitKind.CLIP_HEADER:
            return lambda: MoveClips(hands, clip_id, pointer)
        if kind in (HitKind.CLIP_START, HitKind.CLIP_END):
            return lambda: TrimClip(hands, clip_id, is_start=kind is HitKind.CLIP_START)
        if kind in (HitKind.FADE_IN, HitKind.FADE_OUT):
            return lambda: FadeClip(hands, clip_id, is_in=kind is HitKind.FADE_IN)
        if kind is HitKind.CLIP_GAIN:
            return lambda: GainOfClip(hands, clip_id, pointer)
        return None

    def _figure(self, hit: Hit) -> str:
        times = self.hands.document.times
        if hit.clip_id is not None and hit.kind is not HitKind.LANE and hit.region_id is None:
            clip = clip_of(self.hands.project, hit.clip_id)
            return {
                HitKind.CLIP_START: times.timecode(clip.start_samples),
                HitKind.CLIP_END: times.timecode(clip.end_samples),
                HitKind.FADE_IN: f"fade {times.length_words(clip.fade_in.length_samples)}",
                HitKind.FADE_OUT: f"fade {times.length_words(clip.fade_out.length_samples)}",
                HitKind.CLIP_GAIN: f"{clip.gain_db:+.1f} dB".replace("-", "−"),
            }.get(hit.kind, "")
        if hit.region_id is not None and hit.kind in (HitKind.REGION_START, HitKind.REGION_END):
            span = region_of(self.hands.project, hit.region_id).range
            is_start = hit.kind is HitKind.REGION_START
            return times.timecode(span.start_samples if is_start else span.end_samples)
        return ""
