"""The ring between the mixer thread, which writes, and the device's callback, which reads.

Frames are counted from the opening of the output, silence included: the index of a frame is also
a time. The callback only copies and counts. There is no lock: each number has one writer, and a
number or a reference is replaced at once in CPython.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


class Ring:
    """Interleaved float32 frames (frames, channels) with absolute indices.

    Attributes:
        read_index: first frame that was not delivered yet; silence and under-runs count.
        write_index: end of what was written; at most ``read_index`` when there is nothing.
        is_flowing: whether the mixer promises to keep up, so that a lack is an under-run.
        under_runs: pulls that found too little while flowing.
        pull_frames: the largest pull so far.
        last_pull: index of the first frame of the last pull, and when it will be heard
            (seconds of ``time.perf_counter``); None before the first.

    Args:
        capacity_frames: what it holds.
        channels: of the device.
    """

    def __init__(self, capacity_frames: int, channels: int) -> None:
        self._frames = np.zeros((capacity_frames, channels), np.float32)
        self._capacity = capacity_frames
        self.read_index = 0
        self.write_index = 0
        self.is_flowing = False
        self.under_runs = 0
        self.pull_frames = 0
        self.last_pull: tuple[int, float] | None = None

    @property
    def capacity_frames(self) -> int:
        """Frames that fit."""
        return self._capacity

    @property
    def channels(self) -> int:
        """Channels of a frame."""
        return self._frames.shape[1]

    def pull(self, out: npt.NDArray[np.float32], heard_at_seconds: float) -> None:
        """Fill ``out`` (frames, channels): the callback's whole work."""
        wanted = len(out)
        first = self.read_index
        self.last_pull = (first, heard_at_seconds)
        ready = min(self.write_index - first, wanted)
        if ready < wanted:
            ready = max(0, ready)
            out[ready:] = 0.0
            if self.is_flowing:
                self.under_runs += 1
        if ready:
            place = first % self._capacity
            head = min(ready, self._capacity - place)
            out[:head] = self._frames[place : place + head]
            if head < ready:
                out[head:ready] = self._frames[: ready - head]
        if wanted > self.pull_frames:
            self.pull_frames = wanted
        self.read_index = first + wanted

    def peek(self, index: int, count: int) -> npt.NDArray[np.float32]:
        """Return a copy of written frames from ``index`` on; 0.0 past the end."""
        out = np.zeros((count, self.channels), np.float32)
        for there, here in self._places(index, max(0, min(count, self.write_index - index))):
            out[here] = self._frames[there]
        return out

    def write_from(self, index: int, frames: npt.NDArray[np.float32]) -> None:
        """Put frames at ``index`` and make them the end; what was written past them is void.

        A hole between the end so far and ``index`` becomes silence.
        """
        end = max(self.write_index, self.read_index)
        if index > end:
            for there, _ in self._places(end, index - end):
                self._frames[there] = 0.0
        for there, here in self._places(index, len(frames)):
            self._frames[there] = frames[here]
        self.write_index = index + len(frames)

    def _places(self, index: int, count: int) -> list[tuple[slice, slice]]:
        """Return where frames lie in the ring and in an array of ``count``: one or two parts."""
        place = index % self._capacity
        head = min(count, self._capacity - place)
        parts = [(slice(place, place + head), slice(0, head))]
        if head < count:
            parts.append((slice(0, count - head), slice(head, count)))
        return parts
