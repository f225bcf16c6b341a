"""Clips by keyboard: split, trimmed, faded, muted, nudged."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prismdesk.project.edits import (
    RippleMode,
    crossfade,
    move_marker,
    move_region,
    mute_clip,
    set_clip_fade_in,
    set_clip_fade_out,
    split_clip,
    trim_clip_end,
    trim_clip_start,
)
from prismdesk.project.edits.moving import move_clips
from prismdesk.project.lookup import clips_of, lanes_of, marker_of, region_of
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prismdesk.project.ids import ClipId
    from prismdesk.project.model import Clip, Project
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.meant import Meant
    from prismdesk.ui.timeline.gestures.hands import Switches

CROSSFADE_SECONDS = 0.1
_NO_CLIP = "There are no clips yet"


class ClipCommands:
    """Binds what is done to clips, and the nudges.

    Args:
        meant: which clips.
        desktop: actions and messages.
        switches: ripple, shared with the gestures.
    """

    def __init__(self, meant: Meant, desktop: Desktop, switches: Switches) -> None:
        self._meant = meant
        self._document = meant.document
        self._selection = meant.selection
        self._desktop = desktop
        self._switches = switches

    def bind_actions(self) -> None:
        """Give the commands to their keys and menus."""
        bind = self._desktop.actions.bind
        for action_id, do in (
            ("edit.split", self.split),
            ("edit.trim_start", self.trim_start),
            ("edit.trim_end", self.trim_end),
            ("edit.fade_in", partial(self._fade, is_in=True)),
            ("edit.fade_out", partial(self._fade, is_in=False)),
            ("edit.crossfade", self.crossfade),
            ("edit.mute_clip", self.mute),
        ):
            bind(action_id, do, enabled=self._has_clips)
        for suffix, frames in (("", 1), ("_5", 5), ("_ms", 0)):
            bind(f"edit.nudge_left{suffix}", partial(self.nudge, -1, frames))
            bind(f"edit.nudge_right{suffix}", partial(self.nudge, 1, frames))

    def split(self) -> None:
        """Cut clips at the edges of the marked time, or without one at the playhead."""
        span = self._selection.span
        places = [self._meant.here] if span is None else [span.start_samples, span.end_samples]
        clips = [clip for clip in self._splittable() if any(_is_in(at, clip) for at in places)]
        if not clips:
            where = "The playhead is" if span is None else "The edges of the marked time are"
            self._desktop.messages.tell(f"{where} on no clip that could be split.")
            return

        def split(project: Project, clip: Clip) -> Project:
            # From the back, since the part before a cut keeps the clip's id.
            for at in sorted(places, reverse=True):
                if _is_in(at, clip):
                    project = split_clip(project, clip.id, at)
            return project

        self._apply_each(f"Split {named(clips)}", clips, split)

    def trim_start(self) -> None:
        """Have clips begin at the playhead."""
        here = self._meant.here
        self._trim(trim_clip_start, "start", lambda clip: here < clip.end_samples)

    def trim_end(self) -> None:
        """Have clips end at the playhead."""
        here = self._meant.here
        self._trim(trim_clip_end, "end", lambda clip: here > clip.start_samples)

    def _trim(
        self, trim: Callable[..., Project], end: str, is_possible: Callable[[Clip], bool]
    ) -> None:
        here, ripple = self._meant.here, self._switches.ripple
        clips = [clip for clip in self._meant.clips() if is_possible(clip)]
        if not clips:
            self._desktop.messages.tell(
                f"No clip's {end} can come to the playhead.",
                "Put the playhead on a clip, or select a clip that it lies inside of.",
            )
            return
        if ripple is RippleMode.ALL and len(clips) > 1:
            self._desktop.messages.tell(
                "With ripple on all tracks, one clip at a time is trimmed.",
                "Select one, or press Alt+P for another ripple.",
            )
            return
        self._apply_each(
            f"Trim {end} of {named(clips)}",
            clips,
            lambda p, c: trim(p, c.id, here, ripple=ripple, clamped=True),
        )

    def _fade(self, *, is_in: bool) -> None:
        here = self._meant.here
        clips = [clip for clip in self._meant.clips() if _is_in(here, clip)]
        if not clips:
            self._desktop.messages.tell("The playhead is on no clip that could be faded.")
            return

        def fade(project: Project, clip: Clip) -> Project:
            if is_in:
                length = here - clip.start_samples
                return set_clip_fade_in(project, clip.id, length, clamped=True)
            return set_clip_fade_out(project, clip.id, clip.end_samples - here, clamped=True)

        self._apply_each(f"Fade {'in' if is_in else 'out'} {named(clips)}", clips, fade)

    def crossfade(self) -> None:
        """Crossfade the selected clips that touch; of one clip, its join nearest the playhead."""
        joins = self._joins()
        if not joins:
            self._desktop.messages.tell(
                "No two clips touch here.", "Move them together, then crossfade them."
            )
            return
        length = round(CROSSFADE_SECONDS * self._document.times.rate_hz)

        def fade(project: Project) -> Project:
            for earlier, later in joins:
                project = crossfade(project, earlier, later, length)
            return project

        self._document.apply("Crossfade", fade)

    def mute(self) -> None:
        """Mute the clips, or let them be heard if all are mute."""
        clips = self._meant.clips()
        if not clips:
            self._desktop.messages.tell("The playhead is on no clip that could be muted.")
            return
        wanted = not all(clip.is_muted for clip in clips)
        verb = "Mute" if wanted else "Unmute"
        self._apply_each(f"{verb} {named(clips)}", clips, lambda p, c: mute_clip(p, c.id, wanted))

    def nudge(self, direction: int, frames: int) -> None:
        """Move what is selected; with nothing selected, the playhead.

        Args:
            direction: 1 on, -1 back.
            frames: how many; 0 is one millisecond.
        """
        selection, meant = self._selection, self._meant
        if selection.clip_ids:
            self._nudge_clips(direction, frames)
        elif selection.region_id is not None:
            region = region_of(self._document.project, selection.region_id)
            to = self._moved(region.range.start_samples, direction, frames)
            self._document.apply(
                f"Nudge {region.name or 'region'}", lambda p: move_region(p, region.id, to)
            )
        elif selection.marker_id is not None:
            marker = marker_of(self._document.project, selection.marker_id)
            to = self._moved(marker.position_samples, direction, frames)
            self._document.apply(
                f"Nudge marker {marker.name}".rstrip(), lambda p: move_marker(p, marker.id, to)
            )
        elif selection.span is not None:
            start = max(0, self._moved(selection.span.start_samples, direction, frames))
            selection.set_span(SampleRange(start, start + selection.span.length_samples))
        elif frames:
            meant.transport.step_frames(direction * frames)
        else:
            meant.transport.move_to(self._moved(meant.here, direction, 0), scrub=True)

    def _nudge_clips(self, direction: int, frames: int) -> None:
        clips = self._meant.selected_clips()
        first = min(clip.start_samples for clip in clips)
        by_samples = self._moved(first, direction, frames) - first
        ids = {clip.id for clip in clips}
        words = self._document.times.length_words(by_samples)
        self._document.apply(
            f"Nudge {named(clips)} {words}", lambda p: move_clips(p, ids, by_samples)
        )

    def _moved(self, samples: int, direction: int, frames: int) -> int:
        """Return a position by frames or a millisecond further; what was on a frame stays on one.

        At rates where frames aren't whole samples, steps of one rounded length would drift.
        """
        times = self._document.times
        if not frames:
            return samples + direction * max(1, times.rate_hz // 1000)
        frame = times.frame_at(samples)
        by_samples = times.frame_start(max(0, frame + direction * frames)) - times.frame_start(
            frame
        )
        return samples + (by_samples or direction * times.frame_start(frames))

    def _apply_each(
        self, label: str, clips: Sequence[Clip], edit: Callable[[Project, Clip], Project]
    ) -> None:
        def each(project: Project) -> Project:
            for clip in clips:
                project = edit(project, clip)
            return project

        self._document.apply(label, each)

    def _splittable(self) -> list[Clip]:
        if self._selection.span is None or self._selection.clip_ids:
            return self._meant.clips()
        lanes = self._meant.lane_ids()
        return [
            clip
            for lane in lanes_of(self._document.project)
            if lane.id in lanes
            for clip in lane.clips
        ]

    def _joins(self) -> list[tuple[ClipId, ClipId]]:
        chosen = {clip.id for clip in self._meant.clips()}
        found = [
            (earlier, later)
            for lane in lanes_of(self._document.project)
            for earlier, later in zip(lane.clips, lane.clips[1:], strict=False)
            if earlier.end_samples >= later.start_samples
        ]
        both = [(a.id, b.id) for a, b in found if a.id in chosen and b.id in chosen]
        if both:
            return both
        here = self._meant.here
        touching = [(a, b) for a, b in found if a.id in chosen or b.id in chosen]
        touching.sort(key=lambda pair: abs(pair[0].end_samples - here))
        return [(a.id, b.id) for a, b in touching[:1]]

    def _has_clips(self) -> bool | str:
        # Not whether one lies under the playhead, which moves on while keys are pressed.
        return any(True for _ in clips_of(self._document.project)) or _NO_CLIP


def named(clips: Sequence[Clip]) -> str:
    """Return what to call clips in the history."""
    return (clips[0].name or "clip") if len(clips) == 1 else f"{len(clips)} clips"


def _is_in(samples: int, clip: Clip) -> bool:
    return clip.start_samples < samples < clip.end_samples
