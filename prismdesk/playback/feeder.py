"""What the mixer thread does: turns wishes into courses, and keeps the ring filled.

Every wish (play, stop, an edited project, …) replaces what lies in the ring and wasn't delivered
yet, so that it is heard at once however much sound lies ready.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prismdesk.playback.course import Course, Run
from prismdesk.playback.tape import Tape
from prismdesk.playback.wrapping import entered, entered_in_reverse

if TYPE_CHECKING:
    from prismdesk.playback.gentle_mixer import GentleMixer
    from prismdesk.playback.output_line import OutputLine
    from prismdesk.playback.wrapping import Wrapping
    from prismdesk.project.timebase import SampleRange

AHEAD_SECONDS = 0.4
"""How much sound lies ready, against a computer that is busy elsewhere."""
BLOCK_SAMPLES = 1024
FASTEST = 16.0
GRAIN_SECONDS = 0.08
_SHORTEST_LOOP_SECONDS = 0.01


class Feeder:
    """Transport and mixing for one loaded project; all but the properties in one thread.

    Attributes:
        line: where the sound goes.

    Args:
        mixer: the project's mix.
        rate_hz: of the project.
        end_samples: where playback ends.
        line: where the sound goes.
    """

    def __init__(
        self, mixer: GentleMixer, *, rate_hz: int, end_samples: int, line: OutputLine
    ) -> None:
        self.line = line
        self._mixer = mixer
        self._rate_hz = rate_hz
        self._end_samples = end_samples
        self._course: Course | None = None
        self._ends_at: float | None = None
        self._loop: SampleRange | None = None
        self._span: SampleRange | None = None
        self._return_to: int | None = None

    @property
    def trouble(self) -> str:
        """The first sentence about a file that couldn't be read."""
        return self._mixer.trouble

    def is_playing(self, heard_index: float) -> bool:
        """Whether sound is on its way, as heard at a frame of the line."""
        return self._course_at(heard_index) is not None

    def load(self, mixer: GentleMixer, end_samples: int) -> None:
        """Play another state of the project from now on."""
        self._mixer = mixer
        self._end_samples = end_samples
        self._rerun()

    def play(self, speed: float) -> None:
        """Run from where the timeline stands, at once at this speed; 0 stops."""
        if speed == 0.0:
            self.stop()
            return
        self._forget_span()
        at = self.line.first_open_frame()
        self._run(at, self._position_at(at), _limited(speed), _limited(speed))

    def stop(self) -> None:
        """Fade what is heard, and stand where the fade ends."""
        self._forget_span()
        at = self.line.first_open_frame()
        self._course, self._ends_at = None, None
        self.line.ring.is_flowing = False
        if self.line.ring.write_index > at:
            self.line.fade_out(at)

    def shuttle(self, speed: float) -> None:
        """Go over to another speed by a ramp; to 0 and stand."""
        self._forget_span()
        at = self.line.first_open_frame()
        stretch = self.line.path.at(at)
        now = stretch.pace / self.line.pace if self._course_at(at) is not None else 0.0
        if now == 0.0 and speed == 0.0:
            self.stop()
            return
        self._run(at, stretch.position_at(at), now, _limited(speed))

    def seek(self, position: int) -> None:
        """Stand, or go on, at another place."""
        self._forget_span()
        at = self.line.first_open_frame()
        course = self._course_at(at)
        if course is None:
            self.stop()
        self.line.path.jump(float(position))
        if course is not None:
            self._run(at, float(position), course.speed, course.target_speed)

    def scrub(self, position: int) -> None:
        """Stand at another place and let a grain of it be heard; while playing, just go there."""
        self.seek(position)
        if self._course is not None:  # seeking has left none that is over
            return
        self.line.begin(self.line.first_open_frame())
        self.line.push(self._grain(position), None)
        self.line.finish(float(position))

    def set_loop(self, loop: SampleRange | None) -> None:
        """Play this stretch over and over once it is reached; loops under 10 ms don't count."""
        shortest = _SHORTEST_LOOP_SECONDS * self._rate_hz
        self._loop = loop if loop is not None and loop.length_samples >= shortest else None
        self._rerun()

    def play_span(self, span: SampleRange, return_to: int | None) -> None:
        """Play a stretch once, loop or not, then stand at its end or elsewhere."""
        self._span, self._return_to = span, return_to
        at = self.line.first_open_frame()
        self.line.path.jump(float(span.start_samples))
        self._run(at, float(span.start_samples), 1.0, 1.0)

    def switch(self, line: OutputLine, heard_index: float) -> None:
        """Go on in another line, which begins where the old one is heard, at that frame."""
        course = self._course_at(heard_index)
        self.line = line
        self._course, self._ends_at = None, None
        if course is not None:
            at = line.first_open_frame()
            position = self._whole(line.path.position_at(at), course.speed)
            self._run(at, position, course.speed, course.target_speed)

    def fill(self) -> None:
        """Render until enough lies ready, or the course ends."""
        course, line = self._course, self.line
        if course is None or self._ends_at is not None:
            return
        is_dry = line.ring.read_index >= line.ring.write_index
        if line.ring.is_flowing and is_dry and not line.is_joining:
            line.skip_to(line.first_open_frame())
        while not course.is_over and (line.is_joining or line.ahead_seconds < AHEAD_SECONDS):
            line.push(course.render(BLOCK_SAMPLES), course.tape.wrapping)
            line.ring.is_flowing = not line.is_joining
        if course.is_over:
            self._end(course)

    def _course_at(self, index: float) -> Course | None:
        """Return the course that a frame belongs to; None where it is over by then."""
        ends_at = self._ends_at
        return None if ends_at is not None and index >= ends_at else self._course

    def _end(self, course: Course) -> None:
        self.line.ring.is_flowing = False
        end = round(course.position) if self._return_to is None else self._return_to
        self.line.finish(float(end))
        self._ends_at = self.line.end_index

    def _run(self, at: int, position: float, speed: float, target_speed: float) -> None:
        position = self._whole(position, speed)
        wrapping = self._wrapping(position, speed or target_speed)
        self._ends_at = None
        self._course = Course(
            Tape(self._mixer, wrapping),
            position,
            speed,
            target_speed=target_speed,
            bounds=self._bounds(wrapping),
            rate_hz=self._rate_hz,
        )
        self.line.begin(at)
        self.fill()

    def _rerun(self) -> None:
        """Replace what lies ready by the same course through what has changed."""
        at = self.line.first_open_frame()
        course = self._course_at(at)
        if course is None:
            return
        stretch = self.line.path.at(at)
        speed = stretch.pace / self.line.pace or course.speed
        if abs(speed - course.speed) < _SAME_SPEED:
            speed = course.speed
        self._run(at, stretch.position_at(at), speed, course.target_speed)

    def _grain(self, position: int) -> Run:
        length = round(GRAIN_SECONDS * self._rate_hz)
        mixed = Tape(self._mixer, None).read(position, position + length)
        window = np.hanning(length + 2)[1:-1].astype(np.float32)
        return Run(mixed.mix * window, mixed.tracks, ((0, float(position), 0.0),))

    def _position_at(self, at: int) -> float:
        return self.line.path.position_at(at)

    def _whole(self, position: float, speed: float) -> float:
        """Return a whole position where the sound is to keep its bits."""
        return float(round(position)) if abs(speed) in (0.0, 1.0) else position

    def _wrapping(self, position: float, speed: float) -> Wrapping | None:
        if self._loop is None or self._span is not None:
            return None
        return (entered if speed > 0.0 else entered_in_reverse)(self._loop, position)

    def _bounds(self, wrapping: Wrapping | None) -> tuple[int | None, int | None]:
        if self._span is not None:
            return self._span.start_samples, self._span.end_samples
        if wrapping is None:
            return 0, self._end_samples
        return (
            None if wrapping.wraps_below else 0,
            None if wrapping.wraps_above else self._end_samples,
        )

    def _forget_span(self) -> None:
        self._span, self._return_to = None, None


_SAME_SPEED = 1e-9


def _limited(speed: float) -> float:
    return max(-FASTEST, min(FASTEST, speed))
