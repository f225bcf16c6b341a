"""Where decoded sound lies: positions from timestamps, without drift and without jitter."""

from __future__ import annotations

from fractions import Fraction

JITTER_SECONDS = Fraction(1, 500)
"""Timestamps this far from where the sound goes on anyway are rounding, not gaps."""

_LONGEST_SILENCE_SECONDS = 1800
_LONGEST_STEP_BACK_SECONDS = 10
_MOST_SILENCE_SECONDS = 6 * 3600
_AS_IT_IS = (0, 0)


class SoundClock:
    """Decides for each decoded frame how much silence goes before it and how much of it is cut.

    A position is always that of the timestamp, never of the last position plus a difference, so
    nothing adds up: a frame that lies within the jitter (2 ms, or 1.5 ticks of a coarser clock) of
    the end of the sound before it follows without a gap; one that lies later leaves a gap of
    silence; one that lies earlier loses its beginning. Frames without timestamps follow on.
    Jumps that no film has (over half an hour ahead, over 10 s back) are taken as a clock that was
    set anew: the sound goes on, and ``jumps`` counts them.

    Args:
        rate_hz: of the samples.
        time_base: seconds per tick of the timestamps.
        origin_seconds: the time of position 0; what lies before is cut.
        floor_samples: position before which nothing is wanted.
    """

    def __init__(
        self,
        *,
        rate_hz: int,
        time_base: Fraction,
        origin_seconds: Fraction,
        floor_samples: int = 0,
    ) -> None:
        # (pts * scale - offset) // divisor is the nearest sample, in exact integers
        divisor = time_base.denominator * origin_seconds.denominator
        self._scale = 2 * time_base.numerator * rate_hz * origin_seconds.denominator
        self._offset = 2 * origin_seconds.numerator * rate_hz * time_base.denominator - divisor
        self._divisor = 2 * divisor
        self._jitter = int(max(JITTER_SECONDS, time_base * Fraction(3, 2)) * rate_hz)
        self._rate_hz = rate_hz
        self._floor = floor_samples
        self._cursor: int | None = None
        self._shift = 0
        self._silence = 0
        self.start_samples: int | None = None
        self.jumps = 0
        self.gaps = 0

    def place(self, pts: int | None, samples: int) -> tuple[int, int]:
        """Return (samples of silence to put before, samples to cut from its start)."""
        cursor = self._cursor
        if cursor is not None and cursor >= self._floor:
            # The usual case, asked for every frame of a film: it follows what came before.
            ahead = 0 if pts is None else self._position(pts) + self._shift - cursor
            if -self._jitter <= ahead <= self._jitter:
                self._cursor = cursor + samples
                return _AS_IT_IS
        if pts is None:
            target = self._cursor if self._cursor is not None else self._floor
        else:
            target = self._position(pts) + self._shift
        if self._cursor is None:
            return self._place_first(target, samples)
        ahead = target - self._cursor
        begin = self._cursor
        if abs(ahead) > self._jitter:
            if self._is_jump(ahead):
                self._shift -= ahead
                self.jumps += 1
            else:
                begin = target
                self.gaps += ahead > 0
        return self._lay(begin, samples)

    def _position(self, pts: int) -> int:
        return (pts * self._scale - self._offset) // self._divisor

    def _is_jump(self, ahead: int) -> bool:
        return (
            ahead > _LONGEST_SILENCE_SECONDS * self._rate_hz
            or ahead < -_LONGEST_STEP_BACK_SECONDS * self._rate_hz
            or ahead + self._silence > _MOST_SILENCE_SECONDS * self._rate_hz
        )

    def _place_first(self, target: int, samples: int) -> tuple[int, int]:
        if abs(target - self._floor) > _LONGEST_SILENCE_SECONDS * self._rate_hz:
            self._shift = self._floor - target
            self.jumps += 1
            target = self._floor
        self.start_samples = target
        self._cursor = self._floor
        if target < self._floor:
            self._cursor = target
        return self._lay(target, samples)

    def _lay(self, begin: int, samples: int) -> tuple[int, int]:
        """Put a frame at ``begin`` after what is there already, and move on."""
        assert self._cursor is not None
        there = max(self._cursor, self._floor)
        silence = max(0, begin - there)
        cut = min(samples, max(0, there - begin))
        self._cursor = max(self._cursor, begin + samples)
        self._silence += silence
        return silence, cut
