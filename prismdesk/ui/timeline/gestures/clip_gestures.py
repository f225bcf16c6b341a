"""Clips by hand: moved, trimmed, slipped, faded, made louder."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prismdesk.project.edits import (
    RippleMode,
    crossfade,
    move_clip,
    set_clip_fade_in,
    set_clip_fade_out,
    set_clip_gain,
    slip_clip,
    trim_clip_end,
    trim_clip_start,
)
from prismdesk.project.edits.lane_layout import neighbours_of
from prismdesk.project.edits.moving import move_clips
from prismdesk.project.lookup import clip_of, lane_of, lane_of_clip
from prismdesk.ui.timeline.gestures.edit_gesture import EditGesture
from prismdesk.ui.timeline.measures import (
    HIGHEST_LINE_DB,
    INSET_PX,
    LOWEST_LINE_DB,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.ids import ClipId, LaneId
    from prismdesk.project.model import Clip, Project
    from prismdesk.ui.timeline.gestures.hands import Hands
    from prismdesk.ui.timeline.pointer import Pointer

    Edit = Callable[[Project], Project]


def _name_of(hands: Hands, clip_id: ClipId) -> str:
    return clip_of(hands.project, clip_id).name or "clip"


class MoveClips(EditGesture):
    """Moves the selected clips by the same time, and up or down by the same number of lanes.

    Where one comes to lie over a neighbour's end, they are crossfaded over what they share.
    """

    def __init__(self, hands: Hands, clip_id: ClipId, pointer: Pointer) -> None:
        super().__init__(hands)
        self._before = hands.project
        self._grabbed = clip_of(hands.project, clip_id)
        self._grabbed_at = pointer.samples
        chosen = hands.selection.clip_ids
        self._clips = [
            clip_of(hands.project, one) for one in (chosen if clip_id in chosen else {clip_id})
        ]
        self._lanes: list[LaneId] = [row.lane_id for row in hands.lane_rows() if row.lane_id]
        self._lane_of = {clip.id: lane_of_clip(hands.project, clip.id).id for clip in self._clips}
        many = f"{len(self._clips)} clips"
        self.label = f"Move {many if len(self._clips) > 1 else _name_of(hands, clip_id)}"

    def edit_at(self, pointer: Pointer) -> tuple[Edit, str]:
        """Move so that what was taken hold of stays under the pointer."""
        grabbed = self._grabbed
        first = min(clip.start_samples for clip in self._clips)
        wanted = grabbed.start_samples + pointer.samples - self._grabbed_at
        wanted = max(wanted, grabbed.start_samples - first)
        start = self.hands.snapped_span(
            pointer, wanted, grabbed.length_samples, without={clip.id for clip in self._clips}
        ).samples
        by = max(start - grabbed.start_samples, -first)
        by_lanes = self._lanes_to(pointer)
        figure = self.hands.moved_words(grabbed.start_samples, grabbed.start_samples + by)
        figure += self._crossfade_words(by, by_lanes)
        return partial(self._moved, by_samples=by, by_lanes=by_lanes), figure

    def _crossfade_words(self, by_samples: int, by_lanes: int) -> str:
        """Return how long the crossfades of the grabbed clip become: "   crossfade 12 fr"."""
        if self.hands.switches.ripple is not RippleMode.OFF:
            return ""
        lane_id = self._lanes[self._lanes.index(self._lane_of[self._grabbed.id]) + by_lanes]
        span = self._grabbed.range.shifted(by_samples)
        shared = [
            span.intersection(clip.range)
            for clip in lane_of(self._before, lane_id).clips
            if clip.id not in self._lane_of
        ]
        times = self.hands.document.times
        return "".join(
            f"   crossfade {times.length_words(common.length_samples)}"
            for common in shared
            if common is not None
        )

    def _lanes_to(self, pointer: Pointer) -> int:
        row = pointer.row
        if row is None or row.lane_id not in self._lanes or row.lane_id is None:
            return 0
        by = self._lanes.index(row.lane_id) - self._lanes.index(self._lane_of[self._grabbed.id])
        places = [self._lanes.index(lane) for lane in self._lane_of.values()]
        return max(-min(places), min(by, len(self._lanes) - 1 - max(places)))

    def _moved(self, project: Project, *, by_samples: int, by_lanes: int) -> Project:
        ripple = self.hands.switches.ripple
        if by_lanes == 0 and ripple != ripple.OFF:
            earliest = min(self._clips, key=lambda clip: clip.start_samples)
            return move_clip(
                project, earliest.id, earliest.start_samples + by_samples, ripple=ripple
            )
        return move_clips(
            project, set(self._lane_of), by_samples, by_lanes=by_lanes, crossfades=True
        )


class TrimClip(EditGesture):
    """Drags one end of a clip over its source; it stops where the source or a neighbour does."""

    def __init__(self, hands: Hands, clip_id: ClipId, *, is_start: bool) -> None:
        super().__init__(hands)
        self._clip = clip_of(hands.project, clip_id)
        self._is_start = is_start
        self.label = f"Trim {_name_of(hands, clip_id)}"

    def edit_at(self, pointer: Pointer) -> tuple[Edit, str]:
        """Put the end under the pointer."""
        clip = self._clip
        to = self.hands.snapped(pointer, pointer.samples, without={clip.id}).samples
        trim = trim_clip_start if self._is_start else trim_clip_end
        edge = clip.start_samples if self._is_start else clip.end_samples
        ripple = self.hands.switches.ripple
        edit = partial(trim, clip_id=clip.id, to_samples=to, ripple=ripple, clamped=True)
        return edit, self.hands.moved_words(edge, to)


class SlipClip(EditGesture):
    """Drags the sound under a clip that stays where it is."""

    def __init__(self, hands: Hands, clip_id: ClipId, pointer: Pointer) -> None:
        super().__init__(hands)
        self._clip_id = clip_id
        self._grabbed_at = pointer.samples
        self.label = f"Slip {_name_of(hands, clip_id)}"

    def edit_at(self, pointer: Pointer) -> tuple[Edit, str]:
        """Take the sound along with the pointer."""
        by = self._grabbed_at - pointer.samples
        words = self.hands.document.times.length_words(-by)
        edit = partial(slip_clip, clip_id=self._clip_id, by_samples=by, clamped=True)
        return edit, f"slip {words}"


class FadeClip(EditGesture):
    """Drags the inner end of a fade; that of a crossfade makes it longer on both sides."""

    def __init__(self, hands: Hands, clip_id: ClipId, *, is_in: bool) -> None:
        super().__init__(hands)
        self._clip = clip_of(hands.project, clip_id)
        self._is_in = is_in
        around = neighbours_of(lane_of_clip(hands.project, clip_id), clip_id)
        self._crossed = (
            (around.earlier if around.crossfade_in_samples else None)
            if is_in
            else (around.later if around.crossfade_out_samples else None)
        )
        self.label = f"Fade {'in' if is_in else 'out'} {_name_of(hands, clip_id)}"

    def edit_at(self, pointer: Pointer) -> tuple[Edit, str]:
        """End the fade under the pointer."""
        clip = self._clip
        at = self.hands.snapped(pointer, pointer.samples).samples
        if self._crossed is not None:
            return self._crossfade_to(at, self._crossed)
        length = at - clip.start_samples if self._is_in else clip.end_samples - at
        length = max(0, min(length, clip.length_samples))
        fade = set_clip_fade_in if self._is_in else set_clip_fade_out
        edit = partial(fade, clip_id=clip.id, length_samples=length, clamped=True)
        return edit, f"fade {self.hands.document.times.length_words(length)}"

    def _crossfade_to(self, at_samples: int, other: Clip) -> tuple[Edit, str]:
        """Have a crossfade reach to a place, and as far on the other side of its middle."""
        earlier, later = (other, self._clip) if self._is_in else (self._clip, other)
        middle = (later.start_samples + earlier.end_samples) // 2
        length = max(0, 2 * (at_samples - middle if self._is_in else middle - at_samples))
        edit = partial(crossfade, earlier_id=earlier.id, later_id=later.id, length_samples=length)
        return edit, f"crossfade {self.hands.document.times.length_words(length)}"


class GainOfClip(EditGesture):
    """Drags a clip's gain line up and down; near 0 dB it catches."""

    def __init__(self, hands: Hands, clip_id: ClipId, pointer: Pointer) -> None:
        super().__init__(hands)
        self._clip = clip_of(hands.project, clip_id)
        self._grabbed_y_px = pointer.y_px
        row = pointer.row
        header_px = hands.surface.layout_now.measures.clip_header_px
        height = (row.height_px if row else 60) - 2 * INSET_PX - header_px - 1
        self._db_per_px = (HIGHEST_LINE_DB - LOWEST_LINE_DB) / max(1, height - 1)
        self.label = f"Gain of {_name_of(hands, clip_id)}"

    def edit_at(self, pointer: Pointer) -> tuple[Edit, str]:
        """Have the line under the pointer, in steps of 0.1 dB."""
        moved_db = (self._grabbed_y_px - pointer.y_px) * self._db_per_px
        gain_db = max(LOWEST_LINE_DB, min(self._clip.gain_db + moved_db, HIGHEST_LINE_DB))
        gain_db = 0.0 if abs(gain_db) < self._db_per_px / 2 else round(gain_db, 1)
        words = f"{gain_db:+.1f} dB".replace("-", "−")
        return partial(set_clip_gain, clip_id=self._clip.id, gain_db=gain_db), words
