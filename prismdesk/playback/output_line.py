"""The way of the sound from the project's rate and layout into one device's ring."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np
import soxr

from prismdesk.media.channels import downmix_matrix, layout_of
from prismdesk.media.lanes import apply_matrix
from prismdesk.playback.heard import HeardClock, HeardPath, Stretch
from prismdesk.playback.ring import Ring

if TYPE_CHECKING:
    import numpy.typing as npt

    from prismdesk.media.audio import AudioBlock
    from prismdesk.playback.course import Run
    from prismdesk.playback.wrapping import Wrapping
    from prismdesk.project.ids import TrackId
    from prismdesk.project.model import ChannelLayout

RING_SECONDS = 1.0
JOIN_SECONDS = 0.008
"""How long what was to come fades over into what comes instead."""
_HEADROOM_SECONDS = 0.005
_MOST_DOUBLINGS = 3
_GOOD_JOINS = 8
_SEARCH_FRAMES = 512
_NEARLY_WHOLE = 1e-6


class OutputLine:
    """Takes runs of a course, lays them into the ring, and knows where on the timeline each is.

    Not for several threads, except ``heard_at`` and what the ring and the path allow.

    Attributes:
        ring: what the device pulls from.
        path: which place of the timeline each frame carries.
        late_joins: how often the device had already taken frames that were to be replaced.

    Args:
        project_rate_hz: rate of the runs.
        layout: of the runs.
        rate_hz: of the device.
        channels: of the device.
        position: where on the timeline the silence before the first run lies.
    """

    def __init__(
        self,
        project_rate_hz: int,
        layout: ChannelLayout,
        *,
        rate_hz: int,
        channels: int,
        position: float,
    ) -> None:
        self.rate_hz = rate_hz
        self.ring = Ring(round(RING_SECONDS * rate_hz), channels)
        self.path = HeardPath(position)
        self.clock = HeardClock(rate_hz)
        self.late_joins = 0
        self._doublings = 0
        self._good_joins = 0
        self._layout = layout
        self._project_rate_hz = project_rate_hz
        self._join_frames = round(JOIN_SECONDS * rate_hz)
        self._matrix = device_matrix(layout, channels)
        self._converter: soxr.ResampleStream | None = None
        self._origin = 0
        self._pushed_samples = 0
        self._join_at: int | None = None
        self._head: list[npt.NDArray[np.float32]] = []
        self._metered: deque[tuple[float, AudioBlock, dict[TrackId, AudioBlock]]] = deque()

    @property
    def pace(self) -> float:
        """Project samples per frame of the device."""
        return self._project_rate_hz / self.rate_hz

    @property
    def end_index(self) -> float:
        """The frame after the last sample that was pushed."""
        return self._origin + self._pushed_samples / self.pace

    @property
    def ahead_seconds(self) -> float:
        """How much sound lies ready."""
        return (self.ring.write_index - self.ring.read_index) / self.rate_hz

    @property
    def is_joining(self) -> bool:
        """Whether too little was pushed since ``begin`` for any of it to be in the ring."""
        return self._join_at is not None

    def heard_at(self, seconds: float) -> float:
        """Return the index of the frame that is heard at a time; never one not yet delivered."""
        return min(self.clock.index_at(seconds), float(self.ring.read_index))

    def first_open_frame(self) -> int:
        """Return the first frame that can surely still be replaced.

        Where a device runs at another rate, the first that carries a whole sample, so that
        what replaces the sound continues it.
        """
        headroom = round(_HEADROOM_SECONDS * self.rate_hz) << self._doublings
        first = self.ring.read_index + self.ring.pull_frames + headroom
        stretch = self.path.at(first)
        if stretch.pace in (0.0, 1.0, -1.0) or abs(stretch.pace) != self.pace:
            return first
        candidates = stretch.position + (first - stretch.index + np.arange(_SEARCH_FRAMES)) * (
            stretch.pace
        )
        away = np.abs(candidates - np.rint(candidates))
        whole = np.flatnonzero(away < _NEARLY_WHOLE)
        return first + int(whole[0] if len(whole) else np.argmin(away))

    def begin(self, at: int) -> None:
        """Let the next runs replace all from frame ``at`` on, joined by a short crossfade."""
        self._converter = None
        if self.rate_hz != self._project_rate_hz:
            self._converter = soxr.ResampleStream(
                self._project_rate_hz,
                self.rate_hz,
                self.ring.channels,
                dtype="float32",
                quality="HQ",
            )
        self._origin, self._join_at, self._head = at, at, []
        self._pushed_samples = 0
        self._forget_meters_from(at)

    def push(self, run: Run, wrapping: Wrapping | None) -> None:
        """Append a run."""
        for sample, position, speed in run.paces:
            index = self._origin + (self._pushed_samples + sample) / self.pace
            self.path.go_on(
                Stretch(index, position, speed * self.pace, wrapping),
                forget_before=self.ring.read_index - self.rate_hz,
            )
        self._metered.append((self.end_index, run.mix, run.tracks))
        self._pushed_samples += run.mix.shape[1]
        self._append(self._converted(self._on_device(run.mix), is_last=False))

    def finish(self, position: float) -> None:
        """End the runs; the position holds afterwards."""
        rest = np.zeros((0, self.ring.channels), np.float32)
        self._append(self._converted(rest, is_last=True))
        if self._join_at is not None:
            self._head.append(np.zeros((self._join_frames, self.ring.channels), np.float32))
            self._join()
        self.path.go_on(Stretch(self.end_index, position, 0.0), forget_before=float("-inf"))

    def _note_join(self, *, is_late: bool) -> None:
        """Keep further from the device after being late, nearer again after doing well."""
        if is_late:
            self.late_joins += 1
            self._good_joins = 0
            self._doublings = min(_MOST_DOUBLINGS, self._doublings + 1)
            return
        self._good_joins += 1
        if self._good_joins >= _GOOD_JOINS and self._doublings:
            self._good_joins = 0
            self._doublings -= 1

    def fade_out(self, at: int) -> None:
        """Fade what lies ready from frame ``at`` on, and let nothing come after it."""
        fall = 1.0 - _rise(self._join_frames)
        tail = self.ring.peek(at, self._join_frames)
        end = at + self._join_frames
        held = self.path.position_at(end)
        self.ring.write_from(at, tail * fall[:, None])
        self._join_at, self._head = None, []
        self.path.go_on(Stretch(float(end), held, 0.0), forget_before=float("-inf"))
        self._forget_meters_from(end)

    def skip_to(self, index: int) -> None:
        """Go on at a later frame, after an under-run: the timeline waits meanwhile."""
        end = self.ring.write_index
        stretch = self.path.at(end)
        position = stretch.unrolled_at(end)
        self.path.go_on(
            Stretch(float(end), position, 0.0, stretch.wrapping), forget_before=float("-inf")
        )
        self.path.go_on(
            Stretch(float(index), position, stretch.pace, stretch.wrapping),
            forget_before=float("-inf"),
        )
        self.ring.write_from(index, np.zeros((0, self.ring.channels), np.float32))
        self._origin += index - end

    def take_heard(self, index: float) -> list[tuple[AudioBlock, dict[TrackId, AudioBlock]]]:
        """Return the sound of mix and tracks that has begun to be heard by a frame, once."""
        heard = []
        while self._metered and self._metered[0][0] <= index:
            _, mix, tracks = self._metered.popleft()
            heard.append((mix, tracks))
        return heard

    def _forget_meters_from(self, index: int) -> None:
        while self._metered and self._metered[-1][0] >= index:
            self._metered.pop()

    def _on_device(self, mix: AudioBlock) -> npt.NDArray[np.float32]:
        """Return frames (samples, channels of the device)."""
        if self._matrix is not None:
            mix = apply_matrix(self._matrix, mix)
        frames = np.zeros((mix.shape[1], self.ring.channels), np.float32)
        frames[:, : len(mix)] = mix.T
        return frames

    def _converted(
        self, frames: npt.NDArray[np.float32], *, is_last: bool
    ) -> npt.NDArray[np.float32]:
        if self._converter is None:
            return frames
        converted: npt.NDArray[np.float32] = self._converter.resample_chunk(frames, last=is_last)
        return converted

    def _append(self, frames: npt.NDArray[np.float32]) -> None:
        if self._join_at is None:
            self.ring.write_from(self.ring.write_index, frames)
            return
        self._head.append(frames)
        if sum(map(len, self._head)) >= self._join_frames:
            self._join()

    def _join(self) -> None:
        at = self._join_at
        assert at is not None
        frames = np.concatenate(self._head)
        count = min(self._join_frames, len(frames))
        old = self.ring.peek(at, count)
        # Written so that sound which the edit didn't touch keeps its bits.
        frames[:count] = old + (frames[:count] - old) * _rise(self._join_frames)[:count, None]
        self._join_at, self._head = None, []
        self._note_join(is_late=self.ring.read_index > at)
        self.ring.write_from(at, frames)


def device_matrix(layout: ChannelLayout, channels: int) -> npt.NDArray[np.float32] | None:
    """Return how a layout goes to a device of so many channels; None where it fits as it is.

    A device with more channels than the mix gets the mix on its first ones. A mono mix goes to
    both sides of any device with two or more.
    """
    if layout.channels == 1 and channels > 1:
        return downmix_matrix(layout, layout_of("", 2))
    if layout.channels <= channels:
        return None
    return downmix_matrix(layout, layout_of("", channels))


def _rise(length_frames: int) -> npt.NDArray[np.float32]:
    x = (np.arange(length_frames) + 0.5) / length_frames
    return (0.5 - 0.5 * np.cos(np.pi * x)).astype(np.float32)
