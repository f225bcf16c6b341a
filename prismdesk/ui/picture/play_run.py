"""Which pictures to decode while playing: all that will be seen, none that are over."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import TYPE_CHECKING

from prismdesk.errors import Cancelled

if TYPE_CHECKING:
    from prismdesk.media.picture_reader import PictureReader
    from prismdesk.media.picture_walk import Picture
    from prismdesk.progress import IsCancelled

_SCREEN_SECONDS = Fraction(1, 70)
"""Pictures nearer to each other than the screen shows them are passed over."""

_FAR_BEHIND_SECONDS = Fraction(1, 2)
_LONGEST_SEARCH_SECONDS = 0.4


class PlayRun:
    """One stretch of playing in one direction; gives one picture after the other.

    Args:
        reader: of the film or its proxy.
        is_stale: says when the stretch is over.
    """

    def __init__(self, reader: PictureReader, is_stale: IsCancelled) -> None:
        self.reader = reader
        self._is_stale = is_stale
        self._last: Picture | None = None

    def next_picture(self, now: Fraction, speed: float) -> Picture | None:
        """Return the picture to be shown after the last one, None at the film's end.

        Args:
            now: the playback position, seconds from the first picture.
            speed: 1 is normal, negative is backwards.

        Raises:
            Cancelled: the stretch is over.
        """
        step = max(self.reader.clock, _SCREEN_SECONDS * Fraction(abs(speed)).limit_denominator(64))
        if self._last is None:
            picture: Picture | None = self._reach(now)
        elif speed < 0:
            picture = self._before(self._last, now, step)
        else:
            picture = self._after(self._last, now, step)
        self._last = picture or self._last
        return picture

    def _before(self, last: Picture, now: Fraction, step: Fraction) -> Picture | None:
        if last.seconds <= 0:
            return None
        picture = self._reach(max(Fraction(0), min(last.seconds - step, now)))
        return picture if picture.seconds < last.seconds else None

    def _after(self, last: Picture, now: Fraction, step: Fraction) -> Picture | None:
        if now > last.seconds + _FAR_BEHIND_SECONDS:
            picture: Picture | None = self._reach(now)
            if picture is not None and picture.seconds > last.seconds:
                return picture
        picture = self.reader.after(last)
        seen_from = max(last.seconds + step, now)
        give_up = time.monotonic() + _LONGEST_SEARCH_SECONDS
        while picture is not None and time.monotonic() < give_up:
            if self._is_stale():
                raise Cancelled
            following = self.reader.following_of(picture)
            if following is None or following.seconds > seen_from:
                break
            picture = self.reader.after(picture)
        return picture

    def _reach(self, seconds: Fraction) -> Picture:
        """Return the picture at a time, or how far one comes in reasonable time."""
        give_up = time.monotonic() + _LONGEST_SEARCH_SECONDS
        try:
            return self.reader.at(
                seconds, cancelled=lambda: self._is_stale() or time.monotonic() > give_up
            )
        except Cancelled:
            if self._is_stale():
                raise
            return self.reader.reached
