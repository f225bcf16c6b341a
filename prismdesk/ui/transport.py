"""The playhead: where picture, timeline and sound are, and the keys that move it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from prismdesk.playback.player import Player
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection

SHUTTLE_SPEEDS = (1.0, 2.0, 4.0, 8.0)
SLOW_SPEED = 0.25
_POLL_MS = 16


class Transport(QObject):
    """One position, always inside the film, that follows the player while it plays.

    The player leads: while it plays, its position is polled at screen rate and told as ``moved``.

    ``moved`` carries the position in samples; ``playing_changed`` whether it plays;
    ``state_changed`` follows when speed or loop are others.

    Args:
        document: gives the film's length and frames.
        selection: the marked time is what a loop goes round.
        player: plays; it holds the document's project already, and is closed by who made it.
        parent: owns it.
    """

    moved = Signal(object)
    playing_changed = Signal(bool)
    state_changed = Signal()

    def __init__(
        self,
        document: Document,
        selection: Selection,
        player: Player,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.player = player
        self._document = document
        self._selection = selection
        self._position_samples = 0
        self._is_playing = False
        self._speed = 0.0
        self._is_looping = False
        self._loop: SampleRange | None = None
        self._holds_k = False
        self._return_to: int | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._poll)
        selection.changed.connect(self._loop_the_marked_time)

    @property
    def position_samples(self) -> int:
        """Where it stands: what is heard now while playing."""
        return self._position_samples

    @property
    def is_playing(self) -> bool:
        """Whether it moves by itself, at whatever speed."""
        return self._is_playing

    @property
    def speed(self) -> float:
        """1.0 is normal, negative is backwards, 0.0 stands still."""
        return self._speed

    @property
    def is_looping(self) -> bool:
        """Whether the marked time is played round and round."""
        return self._is_looping

    def move_to(self, samples: int, *, scrub: bool = False) -> None:
        """Go to a sample, or to the nearest place inside the film.

        Args:
            samples: where to.
            scrub: let a grain of sound be heard there, if nothing plays.
        """
        samples = max(0, min(samples, self._document.times.end_samples - 1))
        if scrub and not self._is_playing:
            self.player.scrub(samples)
        else:
            self.player.seek(samples)
        self._set_position(samples)

    def play(self, speed: float = 1.0) -> None:
        """Play from where it stands; from the start if it stands at the end."""
        if speed > 0 and self._position_samples >= self._document.times.end_samples - 1:
            self.move_to(0)
        self.player.play(speed)
        self._begin(speed)

    def stop(self) -> None:
        """Stand still here."""
        self.player.stop()
        self._end()

    def toggle_play(self) -> None:
        """Play, or stop if it plays."""
        if self._is_playing:
            self.stop()
        else:
            self.play()

    def shuttle_forward(self) -> None:
        """L: forward, faster with each press; slowly while K is held."""
        self._shuttle(1)

    def shuttle_back(self) -> None:
        """J: backward, faster with each press; slowly while K is held."""
        self._shuttle(-1)

    def shuttle_stop(self) -> None:
        """K: stop."""
        self.stop()

    def hold_k(self, is_held: bool) -> None:
        """Note that K is down or up: J and L go slowly while it is."""
        self._holds_k = is_held
        if not is_held and self._is_playing and abs(self._speed) == SLOW_SPEED:
            self.stop()

    def step_frames(self, frames: int) -> None:
        """Move by whole frames, to the beginning of one."""
        times = self._document.times
        here = times.frame_at(self._position_samples)
        if frames < 0 and self._position_samples > times.frame_start(here):
            # Inside a frame, the first step back goes to where it begins.
            frames += 1
        there = max(0, min(here + frames, times.last_frame()))
        self.move_to(times.frame_start(there), scrub=True)

    def step_seconds(self, seconds: int) -> None:
        """Move by whole seconds."""
        self.move_to(self._position_samples + seconds * self._document.times.rate_hz, scrub=True)

    def go_to_start(self) -> None:
        """Move to the first frame."""
        self.move_to(0)

    def go_to_end(self) -> None:
        """Move to the last frame."""
        times = self._document.times
        self.move_to(times.frame_start(times.last_frame()))

    def play_around(self, span: SampleRange, pre_roll_samples: int, post_roll_samples: int) -> None:
        """Play a stretch with what is around it, then go back to where it stood."""
        start = max(0, span.start_samples - pre_roll_samples)
        end = min(self._document.times.end_samples, span.end_samples + post_roll_samples)
        if end <= start:
            return
        back = self._position_samples if self._return_to is None else self._return_to
        self._return_to = back
        self.player.play_span(SampleRange(start, end), then_return_to=back)
        self._begin(1.0)

    def set_looping(self, is_looping: bool) -> None:
        """Go round the marked time, or the whole film if none is marked."""
        self._is_looping = is_looping
        self._loop_the_marked_time()
        self.state_changed.emit()

    def set_loop_span(self, span: SampleRange | None) -> None:
        """Go round a stretch that isn't the marked time; None goes back to that."""
        self._loop = span
        self._is_looping = span is not None or self._is_looping
        self._loop_the_marked_time()
        self.state_changed.emit()

    def loop_again(self) -> None:
        """Tell the player what it goes round, after it played something else."""
        self._loop_the_marked_time()

    def keep_inside(self) -> None:
        """Come back into a film that has become shorter."""
        last = self._document.times.end_samples - 1
        if self._position_samples > last:
            self.move_to(last)

    def close(self) -> None:
        """Stop, and ask the player nothing more."""
        self._timer.stop()
        self.player.stop()

    def _shuttle(self, direction: int) -> None:
        if self._holds_k:
            speed = SLOW_SPEED * direction
        elif self._is_playing and self._speed * direction > 0:
            faster = [known for known in SHUTTLE_SPEEDS if known > abs(self._speed)]
            speed = direction * (faster[0] if faster else SHUTTLE_SPEEDS[-1])
        else:
            speed = direction * SHUTTLE_SPEEDS[0]
        self.player.shuttle(speed)
        self._begin(speed)

    def _begin(self, speed: float) -> None:
        was_playing, self._is_playing = self._is_playing, True
        self._speed = speed
        self._timer.start()
        if not was_playing:
            self.playing_changed.emit(True)
        self.state_changed.emit()

    def _end(self) -> None:
        was_playing, self._is_playing = self._is_playing, False
        self._speed = 0.0
        self._timer.stop()
        if self._return_to is not None:
            back, self._return_to = self._return_to, None
            self.move_to(back)
        if was_playing:
            self.playing_changed.emit(False)
        self.state_changed.emit()

    def _poll(self) -> None:
        state = self.player.state()
        self._set_position(
            max(0, min(state.position_samples, self._document.times.end_samples - 1))
        )
        if not state.is_playing:
            self._end()

    def _set_position(self, samples: int) -> None:
        if samples != self._position_samples:
            self._position_samples = samples
            self.moved.emit(samples)

    def _loop_the_marked_time(self) -> None:
        whole = SampleRange(0, self._document.times.end_samples)
        span = self._loop or self._selection.span or whole
        self.player.set_loop(span if self._is_looping else None)
