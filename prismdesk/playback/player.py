"""Playback as the window sees it: wishes go in, the state of this moment comes out."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.playback.mixer_thread import MixerThread

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.media.sounds import Sounds
    from prismdesk.playback.backend import AudioBackend, OutputDevice
    from prismdesk.playback.feeder import Feeder
    from prismdesk.playback.meters import MeterReading
    from prismdesk.project.ids import TrackId
    from prismdesk.project.model import Project
    from prismdesk.project.timebase import SampleRange

GREATEST_OFFSET_MS = 500.0


@dataclass(frozen=True, slots=True)
class PlayState:
    """One moment of playback.

    Attributes:
        position_samples: what is heard now, timeline samples at the project's rate; what the
            device holds back and the user's offset are taken off.
        speed: 1.0 normal, 0.0 standing, negative backwards; as heard now, ramps included.
        is_playing: whether playback is wished and goes on; true from ``play`` on, though the
            first sound is heard a little later, until the end is heard.
    """

    position_samples: int
    speed: float
    is_playing: bool


@dataclass(frozen=True, slots=True)
class OutputState:
    """The device at this moment.

    Attributes:
        name: of the device.
        rate_hz: it runs at.
        latency_seconds: from the program to the ear, as the system tells.
        under_runs: how often the device found no sound ready, or was served too late, since it
            was opened.
        is_null: whether nothing can be heard.
        trouble: what is wrong, for the user to read; "" if nothing is.
    """

    name: str
    rate_hz: int
    latency_seconds: float
    under_runs: int
    is_null: bool
    trouble: str


class Player:
    """Plays a project; every method may be called from the window's thread and returns at once.

    Threads start with the first ``load``. Without a device that can be opened it plays in
    silence, in time, and goes on trying.

    Args:
        device: name of the device; None for the system's default, "null" for none.
        backend: the sound system; PortAudio if None.
    """

    def __init__(self, *, device: str | None = None, backend: AudioBackend | None = None) -> None:
        self._thread = MixerThread(device, backend or _port_audio())
        self._offset_seconds = 0.0
        self._wished_playing = False
        self._wished_position: int | None = 0

    def load(self, project: Project, sounds: Sounds, *, end_samples: int) -> None:
        """Play this from now on, where playback stands or runs.

        Args:
            project: what is heard; its threads read it, and ``sounds``, from now on.
            sounds: where sound is read; any thread may ask it, as a ``SoundLibrary``.
            end_samples: where playback stops.
        """
        thread = self._thread
        thread.start()
        self._expect()
        thread.post(lambda: thread.load(project, sounds, end_samples))

    def unload(self) -> None:
        """Stop, and let go of the project and its sounds."""
        self._expect(is_playing=False, position=0)
        self._thread.post(self._thread.unload)

    def play(self, speed: float = 1.0) -> None:
        """Play from the position at this speed, backwards if negative; 16 is the fastest."""
        self._tell(lambda feeder: feeder.play(speed), is_playing=speed != 0.0)

    def stop(self) -> None:
        """Fade within 8 ms and stand."""
        self._tell(lambda feeder: feeder.stop(), is_playing=False)

    def shuttle(self, speed: float) -> None:
        """Go over to this speed within 150 ms, with sound on the way; to 0 and stand."""
        self._tell(lambda feeder: feeder.shuttle(speed))

    def seek(self, position_samples: int) -> None:
        """Stand, or play on, at another place."""
        position = max(0, position_samples)
        self._tell(lambda feeder: feeder.seek(position), position=position)

    def scrub(self, position_samples: int) -> None:
        """Stand at another place and let 80 ms from there be heard; while playing, go there."""
        position = max(0, position_samples)
        self._tell(lambda feeder: feeder.scrub(position), position=position)

    def set_loop(self, span: SampleRange | None) -> None:
        """Repeat a stretch whenever playback is in it or runs into it; None: don't."""
        self._tell(lambda feeder: feeder.set_loop(span))

    def play_span(self, span: SampleRange, *, then_return_to: int | None = None) -> None:
        """Play a stretch once, whatever the loop; stop at its end, or stand elsewhere then."""
        self._tell(
            lambda feeder: feeder.play_span(span, then_return_to),
            is_playing=True,
            position=span.start_samples,
        )

    def set_offset_ms(self, offset_ms: float) -> None:
        """Say by how much the sound comes later than the system tells; -500 to 500.

        The position, and with it the picture, is taken back by as much.
        """
        limited = max(-GREATEST_OFFSET_MS, min(GREATEST_OFFSET_MS, offset_ms))
        self._offset_seconds = limited / 1000.0

    def set_device(self, name: str | None) -> None:
        """Play on another device; None is the system's default, "null" silence in real time."""
        thread = self._thread
        self._expect()
        thread.post(lambda: thread.use_device(name))

    def state(self) -> PlayState:
        """Return what is heard now."""
        thread = self._thread
        is_pending = thread.done != thread.posted
        feeder = thread.feeder
        if feeder is None:
            is_playing = is_pending and self._wished_playing
            return PlayState(self._wished_position or 0, 0.0, is_playing=is_playing)
        line = feeder.line
        index = line.heard_at(time.perf_counter())
        shown = index - self._offset_seconds * line.rate_hz
        stretch = line.path.at(shown)
        position = stretch.position_at(shown)
        if is_pending and self._wished_position is not None:
            position = self._wished_position
        is_playing = self._wished_playing if is_pending else feeder.is_playing(index)
        return PlayState(max(0, round(position)), stretch.pace / line.pace, is_playing)

    def output(self) -> OutputState:
        """Return how the device is."""
        output, feeder = self._thread.output, self._thread.feeder
        if output is None or feeder is None:
            return OutputState("", 0, 0.0, 0, is_null=True, trouble="")
        return OutputState(
            name=output.name,
            rate_hz=output.rate_hz,
            latency_seconds=output.latency_seconds,
            under_runs=feeder.line.ring.under_runs + output.under_runs,
            is_null=output.is_null,
            trouble=self._thread.trouble,
        )

    def meters(self) -> MeterReading:
        """Return the levels of what is heard now; the bars fall while nothing is."""
        return self._thread.meters.reading()

    def reset_meters(self) -> None:
        """Measure loudness and hold peaks from now on."""
        self._thread.meters.reset()

    def measure(self, track_id: TrackId | None) -> None:
        """Measure loudness and correlation of one track from now on; None: of the mix."""
        self._thread.meters.measure(track_id)

    def reset_clips(self) -> None:
        """Put out the lights that say that a channel clipped."""
        self._thread.meters.reset_clips()

    def close(self) -> None:
        """Stop, let go of the device and end the threads."""
        self._thread.close()

    def _tell(
        self,
        wish: Callable[[Feeder], None],
        *,
        is_playing: bool | None = None,
        position: int | None = None,
    ) -> None:
        if self._thread.is_running():
            self._expect(is_playing=is_playing, position=position)
            self._thread.tell(wish)

    def _expect(self, *, is_playing: bool | None = None, position: int | None = None) -> None:
        """Note what the next wish will lead to: the state tells that until it is carried out."""
        if self._thread.done == self._thread.posted:
            self._wished_position = None
            self._wished_playing = self.state().is_playing
        if is_playing is not None:
            self._wished_playing = is_playing
        if position is not None:
            self._wished_position = position


def list_devices(backend: AudioBackend | None = None) -> tuple[OutputDevice, ...]:
    """Return the devices there are; none where the sound system is missing. May take 0.1 s."""
    return (backend or _port_audio()).devices()


def _port_audio() -> AudioBackend:
    from prismdesk.playback.port_audio import PortAudioBackend

    return PortAudioBackend()
