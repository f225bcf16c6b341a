"""Time: whole samples, rational frame rates, timecode, and the conversions between them.

Every stored position is a whole number of samples at the project's rate. Picture rates are
``Fraction`` (24000/1001 is not 23.976). Ranges are half open. Each conversion says how it
rounds; where it must, it rounds once, from exact integers.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from prismdesk.project.errors import TimecodeError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, order=True)
class SampleRange:
    """A half-open stretch of time [start, end) in samples.

    Raises:
        ValueError: the end lies before the start.
    """

    start_samples: int
    end_samples: int

    def __post_init__(self) -> None:
        if self.end_samples < self.start_samples:
            raise ValueError(f"range ends at {self.end_samples}, before {self.start_samples}")

    @property
    def length_samples(self) -> int:
        """Number of samples inside."""
        return self.end_samples - self.start_samples

    def is_empty(self) -> bool:
        """Whether it holds no sample."""
        return self.end_samples == self.start_samples

    def contains(self, position_samples: int) -> bool:
        """Whether the sample at the position lies inside (the end does not)."""
        return self.start_samples <= position_samples < self.end_samples

    def overlaps(self, other: SampleRange) -> bool:
        """Whether at least one sample lies in both."""
        return max(self.start_samples, other.start_samples) < min(
            self.end_samples, other.end_samples
        )

    def intersection(self, other: SampleRange) -> SampleRange | None:
        """Return what lies in both, or None if nothing does."""
        if not self.overlaps(other):
            return None
        return SampleRange(
            max(self.start_samples, other.start_samples), min(self.end_samples, other.end_samples)
        )

    def shifted(self, by_samples: int) -> SampleRange:
        """Return the same length, later by ``by_samples`` (earlier if negative)."""
        return SampleRange(self.start_samples + by_samples, self.end_samples + by_samples)


FRAME_RATES: Mapping[str, Fraction] = MappingProxyType(
    {
        "23.976": Fraction(24000, 1001),
        "24": Fraction(24),
        "25": Fraction(25),
        "29.97": Fraction(30000, 1001),
        "30": Fraction(30),
        "48": Fraction(48),
        "50": Fraction(50),
        "59.94": Fraction(60000, 1001),
        "60": Fraction(60),
    }
)
"""The rates of the trade by the names people use. Every other positive Fraction works as well."""


def _round_half_up(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))


def _check_rates(rate_hz: int, frame_rate: Fraction | None = None) -> None:
    if rate_hz <= 0:
        raise ValueError(f"sample rate must be positive, not {rate_hz}")
    if frame_rate is not None and frame_rate <= 0:
        raise ValueError(f"frame rate must be positive, not {frame_rate}")


def frames_to_samples(frames: int, *, rate_hz: int, frame_rate: Fraction) -> int:
    """Return the sample at which a frame begins.

    Rounded once, half up, from exact integers: ``floor(frames * rate_hz / frame_rate + 1/2)``.

    Args:
        frames: frames since sample 0; may be negative.
        rate_hz: samples per second, positive.
        frame_rate: frames per second, positive.

    Raises:
        ValueError: a rate is not positive.
    """
    _check_rates(rate_hz, frame_rate)
    return _round_half_up(frames * rate_hz / frame_rate)


def samples_to_frames(samples: int, *, rate_hz: int, frame_rate: Fraction) -> int:
    """Return the frame that a sample belongs to: the last that begins at or before it.

    Rounds down on the grid that ``frames_to_samples`` draws, so that a frame's first sample
    belongs to that frame although the exact start lies up to half a sample later; going to
    samples and back gives the same frame for every frame rate up to the sample rate.

    Raises:
        ValueError: a rate is not positive.
    """
    _check_rates(rate_hz, frame_rate)
    return math.ceil(Fraction(2 * samples + 1, 2) * frame_rate / rate_hz) - 1


def seconds_to_samples(seconds: Fraction | Decimal | int, *, rate_hz: int) -> int:
    """Return the sample nearest to a time, rounded once, half up, from the exact value.

    Raises:
        ValueError: the rate is not positive, or the time is not finite.
    """
    _check_rates(rate_hz)
    if isinstance(seconds, Decimal) and not seconds.is_finite():
        raise ValueError(f"time must be finite, not {seconds}")
    return _round_half_up(Fraction(seconds) * rate_hz)


def nominal_fps(frame_rate: Fraction) -> int:
    """Return how many frame numbers a timecode second has: the rate, rounded half up, at least 1.

    23.976 counts 24, 29.97 counts 30, 2500/83 (30.12) counts 30.

    Raises:
        ValueError: the rate is not positive.
    """
    _check_rates(1, frame_rate)
    return max(1, _round_half_up(frame_rate))


def supports_drop_frame(frame_rate: Fraction) -> bool:
    """Whether drop-frame timecode is defined: 30000/1001, 60000/1001, and rates next to them.

    A rate counts as next to them when it lies nearer to ``n * 1000/1001`` than to ``n``, n being
    a multiple of 30: files say 2997/100 and mean 30000/1001.
    """
    nominal = nominal_fps(frame_rate)
    ntsc = Fraction(nominal * 1000, 1001)
    return nominal % 30 == 0 and abs(frame_rate - ntsc) < (nominal - ntsc) / 2


@dataclass(frozen=True, slots=True)
class _Count:
    """How frame numbers run: per second, and how many labels are skipped each minute.

    Drop frame (SMPTE ST 12-1) skips labels, not frames: ;00 and ;01 (at 60: ;00 to ;03) of every
    minute except each tenth.
    """

    fps: int
    dropped: int

    @property
    def frames_per_minute(self) -> int:
        return 60 * self.fps - self.dropped

    @property
    def frames_per_ten_minutes(self) -> int:
        return 600 * self.fps - 9 * self.dropped

    @property
    def frames_per_day(self) -> int:
        return 144 * self.frames_per_ten_minutes

    def label_number(self, frames: int) -> int:
        """Return the frame's number counted with the skipped labels."""
        tens, rest = divmod(frames, self.frames_per_ten_minutes)
        minutes = max(0, rest - self.dropped) // self.frames_per_minute
        return frames + self.dropped * (9 * tens + minutes)

    def frames(self, label_number: int) -> int:
        """Undo ``label_number``; the label must not be a skipped one."""
        minutes = label_number // (60 * self.fps)
        return label_number - self.dropped * (minutes - minutes // 10)


def _count(frame_rate: Fraction, *, drop_frame: bool) -> _Count:
    fps = nominal_fps(frame_rate)
    return _Count(fps, fps // 15 if drop_frame else 0)


def frames_to_timecode(frames: int, *, frame_rate: Fraction, drop_frame: bool) -> str:
    """Return the timecode label of a frame, e.g. ``01:00:03:12``, with ``;`` for drop frame.

    Labels run for 24 hours and start again: the frame after ``23:59:59:29`` is ``00:00:00:00``,
    and frame -1 is the last of the day. Exact; nothing is rounded.

    Args:
        frames: frames since label 00:00:00:00.
        frame_rate: frames per second, positive; labels count ``nominal_fps`` to the second.
        drop_frame: count drop frame; see ``supports_drop_frame``.

    Raises:
        ValueError: the rate is not positive, or drop frame is not defined for it.
    """
    if drop_frame and not supports_drop_frame(frame_rate):
        raise ValueError(f"drop-frame timecode is not defined at {frame_rate} frames per second")
    count = _count(frame_rate, drop_frame=drop_frame)
    seconds, frame = divmod(count.label_number(frames % count.frames_per_day), count.fps)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    width = max(2, len(str(count.fps - 1)))
    separator = ";" if drop_frame else ":"
    return f"{hour:02}:{minute:02}:{second:02}{separator}{frame:0{width}}"


_TIMECODE = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})([:;,])(\d{1,4})", re.ASCII)


def is_drop_frame_timecode(text: str) -> bool:
    """Whether a timecode is written as drop frame: ``;`` or ``,`` before the frames."""
    return ";" in text or "," in text


def timecode_to_frames(text: str, *, frame_rate: Fraction) -> int:
    """Return the frames since label 00:00:00:00, from 0 to a day less one frame.

    ``;`` or ``,`` before the frames means drop frame. Exact; nothing is rounded.

    Args:
        text: ``HH:MM:SS:FF``, spaces around it allowed.
        frame_rate: frames per second, positive.

    Raises:
        TimecodeError: it is no timecode, a field is too large, the label is one that drop frame
            skips, or drop frame is not defined at the rate.
        ValueError: the rate is not positive.
    """
    match = _TIMECODE.fullmatch(text.strip())
    if match is None:
        raise TimecodeError(
            f'"{text}" is no timecode; write hours:minutes:seconds:frames such as 01:00:03:12, '
            "with ; before the frames for drop frame."
        )
    hour, minute, second, frame = (int(match[group]) for group in (1, 2, 3, 5))
    drop_frame = is_drop_frame_timecode(match[4])
    if drop_frame and not supports_drop_frame(frame_rate):
        raise TimecodeError(
            f'"{text}" is drop-frame timecode, which exists at 29.97 and 59.94 frames per second '
            f"only, not at {_rate_name(frame_rate)}; write : before the frames."
        )
    count = _count(frame_rate, drop_frame=drop_frame)
    for value, limit, name in (
        (hour, 24, "hours"),
        (minute, 60, "minutes"),
        (second, 60, "seconds"),
        (frame, count.fps, "frames"),
    ):
        if value >= limit:
            at_rate = f" at {_rate_name(frame_rate)} frames per second" if name == "frames" else ""
            raise TimecodeError(f'"{text}" has {value} {name}; they end at {limit - 1}{at_rate}.')
    if drop_frame and second == 0 and minute % 10 != 0 and frame < count.dropped:
        raise TimecodeError(
            f'"{text}" does not exist: drop-frame timecode skips the first {count.dropped} frame '
            f"numbers of this minute; the minute begins at "
            f"{hour:02}:{minute:02}:00;{count.dropped:02}."
        )
    return count.frames(((hour * 60 + minute) * 60 + second) * count.fps + frame)


def samples_to_timecode(
    samples: int, *, rate_hz: int, frame_rate: Fraction, drop_frame: bool, start_frame: int = 0
) -> str:
    """Return the label of the frame that a sample belongs to (see ``samples_to_frames``).

    Args:
        samples: samples since the first picture.
        rate_hz: samples per second, positive.
        frame_rate: frames per second, positive.
        drop_frame: count drop frame.
        start_frame: the frame number, counted from 00:00:00:00, of the film's first picture.

    Raises:
        ValueError: as ``frames_to_timecode``.
    """
    frames = start_frame + samples_to_frames(samples, rate_hz=rate_hz, frame_rate=frame_rate)
    return frames_to_timecode(frames, frame_rate=frame_rate, drop_frame=drop_frame)


def _rate_name(frame_rate: Fraction) -> str:
    """Return the rate as people write it: 25, 23.976, 29.97."""
    return f"{float(frame_rate):.3f}".rstrip("0").rstrip(".")
