"""Playback as the window sees it: wishes go in, the state of this moment comes out."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.playback.backend import AudioBackend, Output, OutputDevice, OutputTrouble
from prismdesk.playback.feeder import Feeder
from prismdesk.playback.gentle_mixer import GentleMixer
from prismdesk.playback.meters import MeterReading, MixMeters
from prismdesk.playback.null_backend import NULL_DEVICE, NullOutput
from prismdesk.playback.output_keeper import OutputKeeper, Wish
from prismdesk.playback.output_line import OutputLine
from prismdesk.project.model import ChannelLayout

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.media.sounds import Sounds
    from prismdesk.project.ids import TrackId
    from prismdesk.project.model import Project
    from prismdesk.project.timebase import SampleRange

DEVICE_IS_GONE = (
    "The sound device is gone. Picture plays on in time, without sound. "
    "It comes back by itself when the device does."
)
GREATEST_OFFSET_MS = 500.0
_PERIOD_SECONDS = 0.01
_IDLE_PERIOD_SECONDS = 0.03


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
        under_runs: how often the device found no sound ready since it was opened.
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
        self._device = device
        self._backend = backend
        self._offset_seconds = 0.0
        self._wishes: deque[Callable[[], None]] = deque()
        self._wished = 0
        self._done = 0
        self._wished_playing = False
        self._wished_position: int | None = 0
        self._feeder: Feeder | None = None
        self._output: Output | None = None
        self._keeper: OutputKeeper | None = None
        self._project: Project | None = None
        self._metered_tracks: tuple[TrackId, ...] = ()
        self._meters = MixMeters(48000, ChannelLayout.STEREO, ())
        self._wake = threading.Event()
        self._is_closing = False
        self._thread: threading.Thread | None = None

    def load(self, project: Project, sounds: Sounds, *, end_samples: int) -> None:
        """Play this from now on, where playback stands or runs.

        Args:
            project: what is heard; its threads read it, and ``sounds``, from now on.
            sounds: where sound is read; for this player alone, unless any thread may ask it.
            end_samples: where playback stops.
        """
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._mix_until_closed, name="playback-mixer", daemon=True
            )
            self._thread.start()
        self._wish(lambda: self._load(project, sounds, end_samples))

    def unload(self) -> None:
        """Stop, and let go of the project and its sounds."""
        self._wish(self._unload, is_playing=False, position=0)

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
        self._wish(lambda: self._use_device(name))

    def state(self) -> PlayState:
        """Return what is heard now."""
        feeder = self._feeder
        is_pending = self._done != self._wished
        if feeder is None:
            return PlayState(self._wished_position or 0, 0.0, is_playing=False)
        line = feeder.line
        index = line.heard_at(time.perf_counter())
        stretch = line.path.at(index - self._offset_seconds * line.rate_hz)
        position = stretch.position_at(index - self._offset_seconds * line.rate_hz)
        if is_pending and self._wished_position is not None:
            position = self._wished_position
        is_playing = self._wished_playing if is_pending else feeder.is_playing(index)
        return PlayState(max(0, round(position)), stretch.pace / line.pace, is_playing)

    def output(self) -> OutputState:
        """Return how the device is."""
        output, feeder, keeper = self._output, self._feeder, self._keeper
        if output is None or feeder is None or keeper is None:
            return OutputState(self._device or "", 0, 0.0, 0, is_null=True, trouble="")
        return OutputState(
            name=output.name,
            rate_hz=output.rate_hz,
            latency_seconds=output.latency_seconds,
            under_runs=feeder.line.ring.under_runs,
            is_null=output.is_null,
            trouble=keeper.trouble or feeder.trouble,
        )

    def meters(self) -> MeterReading:
        """Return the levels of what is heard now; the bars fall while nothing is."""
        return self._meters.reading()

    def reset_meters(self) -> None:
        """Measure loudness and hold peaks from now on."""
        self._meters.reset()

    def close(self) -> None:
        """Stop, let go of the device and end the threads."""
        self._is_closing = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _tell(
        self,
        wish: Callable[[Feeder], None],
        *,
        is_playing: bool | None = None,
        position: int | None = None,
    ) -> None:
        """Have the mixer thread tell the feeder; without a project there is nothing to tell."""

        def tell() -> None:
            if self._feeder is not None:
                wish(self._feeder)

        self._wish(tell, is_playing=is_playing, position=position)

    def _wish(
        self,
        wish: Callable[[], None],
        *,
        is_playing: bool | None = None,
        position: int | None = None,
    ) -> None:
        """Queue a wish; until it is done, the state tells what it will lead to."""
        if self._thread is None:
            return
        if self._done == self._wished:
            self._wished_position = None
            self._wished_playing = self.state().is_playing
        if is_playing is not None:
            self._wished_playing = is_playing
        if position is not None:
            self._wished_position = position
        self._wished += 1
        self._wishes.append(wish)
        self._wake.set()

    # What follows runs in the mixer thread.

    def _mix_until_closed(self) -> None:
        period_seconds = 0.0
        while not self._is_closing:
            self._wake.wait(period_seconds)
            self._wake.clear()
            while self._wishes:
                self._wishes.popleft()()
                self._done += 1
            self._tend_output()
            is_busy = self._feeder is not None and self._tend_sound(self._feeder)
            period_seconds = _PERIOD_SECONDS if is_busy else _IDLE_PERIOD_SECONDS
        self._let_go()

    def _tend_sound(self, feeder: Feeder) -> bool:
        """Follow the device's clock, fill its ring, feed the meters; say if sound is under way."""
        line = feeder.line
        line.clock.observe(line.ring.last_pull)
        feeder.fill()
        index = line.heard_at(time.perf_counter())
        heard = line.take_heard(index)
        for mix, tracks in heard:
            self._meters.add(mix, tracks)
        is_playing = feeder.is_playing(index)
        if not heard and not is_playing:
            self._meters.silence()
        return bool(heard) or is_playing

    def _load(self, project: Project, sounds: Sounds, end_samples: int) -> None:
        mixer = GentleMixer(project, sounds)
        before, self._project = self._project, project
        self._fit_meters(before, project)
        feeder = self._feeder
        if feeder is not None and before is not None and _is_same_project(before, project):
            feeder.load(mixer, end_samples)
            return
        output = NullOutput(project.rate_hz, project.layout.channels)
        line = _line(project.rate_hz, project.layout, output, position=0.0)
        self._feeder = Feeder(mixer, rate_hz=project.rate_hz, end_samples=end_samples, line=line)
        self._replace_output(output, line)
        self._use_device(self._device)

    def _fit_meters(self, before: Project | None, project: Project) -> None:
        track_ids = tuple(track.id for track in project.tracks)
        is_same = before is not None and _is_same_project(before, project)
        if not is_same or track_ids != self._metered_tracks:
            self._metered_tracks = track_ids
            self._meters = MixMeters(project.rate_hz, project.layout, track_ids)

    def _unload(self) -> None:
        if self._feeder is not None:
            self._feeder.stop()
        self._let_go()
        self._feeder, self._project = None, None

    def _use_device(self, name: str | None) -> None:
        self._device = name
        if self._project is None:
            return
        self._go_silent("")

    def _go_silent(self, trouble: str) -> None:
        """Play on without a device, and wish for one unless none is wanted."""
        project, feeder = self._project, self._feeder
        assert project is not None
        assert feeder is not None
        if self._output is None or not self._output.is_null:
            self._switch(NullOutput(project.rate_hz, project.layout.channels))
        wish = None
        if self._device != NULL_DEVICE:
            wish = Wish(self._device, project.rate_hz, project.layout.channels)
        self._kept().want(wish, trouble=trouble)

    def _tend_output(self) -> None:
        """Go over to a device that was opened; leave one that is gone."""
        if self._output is None or self._keeper is None:
            return
        offered = self._keeper.take()
        if offered is not None:
            self._try(offered)
        elif not self._output.is_alive():
            self._go_silent(DEVICE_IS_GONE)

    def _try(self, offered: Output) -> None:
        try:
            self._switch(offered)
        except OutputTrouble as error:
            self._go_silent(str(error))

    def _switch(self, output: Output) -> None:
        """Let an output take over from what is heard now."""
        project, feeder = self._project, self._feeder
        assert project is not None
        assert feeder is not None
        old = feeder.line
        position = old.path.position_at(old.heard_at(time.perf_counter()))
        line = _line(project.rate_hz, project.layout, output, position=position)
        feeder.switch(line)
        self._replace_output(output, line)

    def _replace_output(self, output: Output, line: OutputLine) -> None:
        old, self._output = self._output, output
        if old is not None:
            self._kept().discard(old)
        output.start(line.ring.pull)

    def _kept(self) -> OutputKeeper:
        if self._keeper is None:
            self._keeper = OutputKeeper(self._backend or _port_audio())
        return self._keeper

    def _let_go(self) -> None:
        if self._output is not None:
            self._kept().discard(self._output)
            self._output = None
        if self._keeper is not None:
            self._keeper.close()
            self._keeper = None


def list_devices(backend: AudioBackend | None = None) -> tuple[OutputDevice, ...]:
    """Return the devices there are; none where the sound system is missing. May take 0.1 s."""
    return (backend or _port_audio()).devices()


def _port_audio() -> AudioBackend:
    from prismdesk.playback.port_audio import PortAudioBackend

    return PortAudioBackend()


def _line(rate_hz: int, layout: ChannelLayout, output: Output, *, position: float) -> OutputLine:
    return OutputLine(
        rate_hz, layout, rate_hz=output.rate_hz, channels=output.channels, position=position
    )


def _is_same_project(one: Project, other: Project) -> bool:
    return (one.id, one.rate_hz, one.layout) == (other.id, other.rate_hz, other.layout)
