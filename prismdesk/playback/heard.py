"""Which frame is heard now, and which place of the timeline that is."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prismdesk.playback.wrapping import Wrapping

_JUMP_SECONDS = 0.1
_SETTLING_PULLS = 50
_SHARE = 0.02


class HeardClock:
    """Frame indices against the computer's clock, freed from the jitter of callbacks.

    A first-order loop: the prediction at the nominal rate is drawn a small share towards each
    new observation; the first ones are averaged, a jump is followed at once. A device that is
    100 ppm off makes an error of 100 ppm of the time between observations over the share: µs.

    Args:
        rate_hz: frames per second of the device.
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._anchor: tuple[float, float] | None = None
        self._seen: tuple[int, float] | None = None
        self._count = 0

    def observe(self, pull: tuple[int, float] | None) -> None:
        """Take in when a frame will be heard: (index, seconds). The same one counts once."""
        if pull is None or pull is self._seen:
            return
        self._seen = pull
        index, seconds = pull
        if self._anchor is None:
            self._anchor = (float(index), seconds)
            return
        error = index - self._predicted(seconds)
        self._count += 1
        if abs(error) > _JUMP_SECONDS * self._rate_hz:
            self._count = 0
            self._anchor = (float(index), seconds)
            return
        share = max(_SHARE, 1.0 / (1 + min(self._count, _SETTLING_PULLS)))
        self._anchor = (index - error * (1.0 - share), seconds)

    def index_at(self, seconds: float) -> float:
        """Return the index of the frame that is heard at a time; 0.0 before anything is known."""
        return 0.0 if self._anchor is None else self._predicted(seconds)

    def _predicted(self, seconds: float) -> float:
        anchor = self._anchor
        assert anchor is not None
        return anchor[0] + (seconds - anchor[1]) * self._rate_hz


@dataclass(frozen=True, slots=True)
class Stretch:
    """From a frame on, the timeline goes by at a steady pace.

    ``position`` is in timeline samples, unrolled where a loop is played (see ``Wrapping``);
    ``pace`` in timeline samples per frame of the device, 0 where the position holds.
    """

    index: float
    position: float
    pace: float
    wrapping: Wrapping | None = None

    def position_at(self, index: float) -> float:
        """Return the place of the timeline at a frame of this stretch."""
        position = self.unrolled_at(index)
        return position if self.wrapping is None else self.wrapping.wrapped(position)

    def unrolled_at(self, index: float) -> float:
        """Return the same, not wrapped into the loop."""
        if self.pace == 0.0:  # the index may be without bound
            return self.position
        return self.position + (index - self.index) * self.pace


class HeardPath:
    """Which place of the timeline each frame carries; written by the mixer, read by anyone."""

    def __init__(self, position: float) -> None:
        self._stretches: tuple[Stretch, ...] = (Stretch(0.0, position, 0.0),)

    def at(self, index: float) -> Stretch:
        """Return the stretch that a frame lies in; the first one for frames before it."""
        stretches = self._stretches
        found = bisect_right(stretches, index, key=_index_of) - 1
        return stretches[max(0, found)]

    def position_at(self, index: float) -> float:
        """Return the place of the timeline at a frame."""
        return self.at(index).position_at(index)

    def jump(self, position: float) -> None:
        """Forget the way here: the place is ``position`` until something follows."""
        self._stretches = (Stretch(float("-inf"), position, 0.0),)

    def go_on(self, stretch: Stretch, *, forget_before: float) -> None:
        """Let ``stretch`` begin at its index; what was to come after that is void."""
        kept = [old for old in self._stretches if old.index < stretch.index]
        if kept and _goes_on(kept[-1], stretch):
            stretch = kept.pop()
        while len(kept) > 1 and kept[1].index <= forget_before:
            del kept[0]
        self._stretches = (*kept, stretch)


def _index_of(stretch: Stretch) -> float:
    return stretch.index


def _goes_on(before: Stretch, after: Stretch) -> bool:
    """Whether the stretch is what the one before would say itself."""
    if before.pace != after.pace or before.wrapping != after.wrapping:
        return False
    return before.unrolled_at(after.index) == after.position
