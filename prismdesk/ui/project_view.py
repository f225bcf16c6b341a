"""What the window shows of a project: the value itself, its sounds as waves, its times as words."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from prismdesk.errors import PrismDeskError
from prismdesk.project.lookup import media_of, picture_of, project_end_samples
from prismdesk.project.timebase import (
    frames_to_samples,
    frames_to_timecode,
    samples_to_frames,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.model import Clip, Lane, Project, Region, Take, Track
    from prismdesk.ui.waves import WaveSource

_RATE_WITHOUT_PICTURE = Fraction(25)


@dataclass(frozen=True, slots=True)
class Row:
    """One lane as the timeline lists it, from the top; ``number`` counts tracks from 1."""

    number: int
    track: Track
    lane: Lane


class ProjectView:
    """A project made ready for drawing; sounds are looked up once and kept.

    Args:
        project: what to show.
        stream_wave: gives the wave of a clip's sound, or raises ``PrismDeskError``.
        take_wave: gives the wave of a take, or raises ``PrismDeskError``.
    """

    def __init__(
        self,
        project: Project,
        *,
        stream_wave: Callable[[Clip], WaveSource],
        take_wave: Callable[[Take], WaveSource],
    ) -> None:
        self.project = project
        self.rows = tuple(
            Row(number, track, lane)
            for number, track in enumerate(project.tracks, start=1)
            for lane in track.lanes
        )
        self.end_samples = max(project_end_samples(project), 1)
        picture = picture_of(project)
        self.frame_rate = picture.rate if picture else _RATE_WITHOUT_PICTURE
        self._start_frame = picture.start_frame if picture else 0
        self._is_drop_frame = bool(picture and picture.is_drop_frame)
        self._stream_wave = stream_wave
        self._take_wave = take_wave
        self._waves: dict[str, WaveSource | None] = {}

    def timecode(self, samples: int) -> str:
        """Return the label of the frame at a position."""
        return self.frame_label(self.frame_at(samples))

    def frame_label(self, frame: int) -> str:
        """Return the timecode of a frame counted from the first picture."""
        return frames_to_timecode(
            self._start_frame + frame, frame_rate=self.frame_rate, drop_frame=self._is_drop_frame
        )

    def frame_at(self, samples: int) -> int:
        """Return the number of the frame at a position, counted from the first picture."""
        return samples_to_frames(samples, rate_hz=self.project.rate_hz, frame_rate=self.frame_rate)

    def frame_start(self, frame: int) -> int:
        """Return the first sample of a frame."""
        return frames_to_samples(frame, rate_hz=self.project.rate_hz, frame_rate=self.frame_rate)

    def last_frame(self) -> int:
        """Return the number of the last frame that begins before the end."""
        return self.frame_at(self.end_samples - 1)

    def regions_on(self, lane: Lane) -> tuple[Region, ...]:
        """Return the regions of a lane in the order they are laid over it."""
        return tuple(region for region in self.project.regions if lane.id in region.lane_ids)

    def clip_name(self, clip: Clip) -> str:
        """Return the clip's own name, else its file's."""
        return clip.name or media_of(self.project, clip.media_id).path.rpartition("/")[2]

    def wave_of_clip(self, clip: Clip) -> WaveSource | None:
        """Return the wave of a clip's sound, or None if its sound isn't to be had."""
        return self._kept(f"{clip.media_id}/{clip.stream_index}", lambda: self._stream_wave(clip))

    def wave_of_take(self, take: Take) -> WaveSource | None:
        """Return the wave of a take, or None if its file isn't to be had."""
        return self._kept(take.path, lambda: self._take_wave(take))

    def _kept(self, key: str, find: Callable[[], WaveSource]) -> WaveSource | None:
        if key not in self._waves:
            try:
                self._waves[key] = find()
            except PrismDeskError:
                self._waves[key] = None
        return self._waves[key]
