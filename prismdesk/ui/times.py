"""Positions and lengths as the window writes and reads them. No Qt."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from prismdesk.project.errors import PositionError
from prismdesk.project.lookup import picture_of, project_end_samples
from prismdesk.project.positions import parse_position
from prismdesk.project.timebase import (
    frames_to_samples,
    frames_to_timecode,
    nominal_fps,
    samples_to_frames,
)

if TYPE_CHECKING:
    from prismdesk.project.model import Project

RATE_WITHOUT_PICTURE = Fraction(25)
_THIN_SPACE = "\u202f"


class RulerUnit(StrEnum):
    """What the ruler counts."""

    TIMECODE = "timecode"
    FRAMES = "frames"
    SECONDS = "seconds"
    SAMPLES = "samples"


class Times:
    """A project's way of counting: its rate, its film's frames and start timecode.

    A project without picture counts 25 frames a second from zero.
    """

    def __init__(self, project: Project) -> None:
        self._picture = picture_of(project)
        self.rate_hz = project.rate_hz
        self.frame_rate = self._picture.rate if self._picture else RATE_WITHOUT_PICTURE
        self.end_samples = max(project_end_samples(project), 1)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Times) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # compared, never a key

    def frame_at(self, samples: int) -> int:
        """Return the frame at a position, counted from the first picture."""
        return samples_to_frames(samples, rate_hz=self.rate_hz, frame_rate=self.frame_rate)

    def frame_start(self, frame: int) -> int:
        """Return the first sample of a frame."""
        return frames_to_samples(frame, rate_hz=self.rate_hz, frame_rate=self.frame_rate)

    def last_frame(self) -> int:
        """Return the last frame that begins before the end."""
        return self.frame_at(self.end_samples - 1)

    def timecode(self, samples: int) -> str:
        """Return the label of the frame at a position; the film's start timecode counts."""
        return self.frame_label(self.frame_at(samples))

    def frame_label(self, frame: int) -> str:
        """Return the timecode of a frame counted from the first picture."""
        start = self._picture.start_frame if self._picture else 0
        drop_frame = bool(self._picture and self._picture.is_drop_frame)
        return frames_to_timecode(start + frame, frame_rate=self.frame_rate, drop_frame=drop_frame)

    def format(self, samples: int, unit: RulerUnit) -> str:
        """Return a position in a unit: 01:00:03:12, frame 1 234, 51.480 s, 2 470 000."""
        if unit is RulerUnit.TIMECODE:
            return self.timecode(samples)
        if unit is RulerUnit.FRAMES:
            return f"{self.frame_at(samples):,}".replace(",", _THIN_SPACE)
        if unit is RulerUnit.SECONDS:
            return f"{samples / self.rate_hz:.3f} s"
        return f"{samples:,}".replace(",", _THIN_SPACE)

    def length_words(self, samples: int) -> str:
        """Return a length as "3 s 06 fr"; under a frame as milliseconds."""
        sign = "−" if samples < 0 else ""
        samples = abs(samples)
        frames = samples_to_frames(samples, rate_hz=self.rate_hz, frame_rate=self.frame_rate)
        if frames == 0:
            return f"{sign}{samples * 1000 / self.rate_hz:.1f} ms"
        seconds, rest = divmod(frames, nominal_fps(self.frame_rate))
        minutes, seconds = divmod(seconds, 60)
        words = f"{minutes} min " if minutes else ""
        words += f"{seconds} s " if seconds or minutes else ""
        return f"{sign}{words}{rest:02} fr"

    def length_timecode(self, samples: int) -> str:
        """Return a length as a timecode that counts from zero."""
        return frames_to_timecode(
            self.frame_at(max(0, samples)), frame_rate=self.frame_rate, drop_frame=False
        )

    def parse(self, text: str, *, relative_to: int) -> int:
        """Return the sample that a typed position names.

        ``+12`` and ``-12`` are frames from ``relative_to``; ``+00:00:02:00`` and ``+1.5s`` go by
        that length. Else as ``positions.parse_position``; digits alone are frames of the film's
        timecode from the right, as in ``1000312`` for 01:00:03:12.

        Raises:
            PositionError: the text is no position, or lies before the film's start.
        """
        typed = text.strip()
        if typed[:1] in ("+", "-", "−"):
            by_samples = self._length(typed[1:].strip())
            there = relative_to + (by_samples if typed[0] == "+" else -by_samples)
            if there < 0:
                raise PositionError(f"“{typed}” goes to before the film's start.")
            return there
        if typed.isascii() and typed.isdigit() and len(typed) <= 8:
            digits = typed.rjust(8, "0")
            parts = [digits[index : index + 2] for index in range(0, 8, 2)]
            drop = bool(self._picture and self._picture.is_drop_frame)
            typed = ":".join(parts[:3]) + (";" if drop else ":") + parts[3]
        return parse_position(typed, rate_hz=self.rate_hz, picture=self._picture)

    def _length(self, typed: str) -> int:
        if typed.isascii() and typed.isdigit():
            return self.frame_start(int(typed[:9]))
        if ":" in typed or ";" in typed:
            parts = [int(part) for part in typed.replace(";", ":").split(":") if part.isdigit()]
            if len(parts) != len(typed.replace(";", ":").split(":")) or len(parts) > 4:
                raise PositionError(f"“{typed}” is no length; write frames, 00:00:02:00 or 1.5s.")
            hours, minutes, seconds, frames = [0] * (4 - len(parts)) + parts
            whole_seconds = (hours * 60 + minutes) * 60 + seconds
            return self.frame_start(whole_seconds * nominal_fps(self.frame_rate) + frames)
        return parse_position(typed, rate_hz=self.rate_hz, picture=self._picture)
