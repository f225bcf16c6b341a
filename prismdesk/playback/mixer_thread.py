"""The mixer thread: carries out wishes, keeps the ring filled and the output open."""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from prismdesk.playback.backend import AudioBackend, Output, OutputTrouble
from prismdesk.playback.feeder import Feeder
from prismdesk.playback.gentle_mixer import GentleMixer
from prismdesk.playback.meters import MixMeters
from prismdesk.playback.null_backend import NULL_DEVICE, NullOutput
from prismdesk.playback.output_keeper import OutputKeeper, Wish
from prismdesk.playback.output_line import OutputLine
from prismdesk.project.model import ChannelLayout

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.media.sounds import Sounds
    from prismdesk.project.ids import TrackId
    from prismdesk.project.model import Project

DEVICE_IS_GONE = (
    "The sound device is gone. Picture plays on in time, without sound. "
    "It comes back by itself when the device does."
)
STALLED_SECONDS = 1.5
"""A device that takes nothing for so long is gone, whatever the system says."""
SWITCH_SECONDS = 0.001
"""How long Python code of one thread may keep the others waiting, the callback among them.

With Python's own 5 ms and a busy window, a device of 30 ms was served too late several times a
second where it is hardly ever with this (``benchmarks.playback``).
"""
_PERIOD_SECONDS = 0.01
_IDLE_PERIOD_SECONDS = 0.03


class MixerThread:
    """Owns the loaded project, the output and the meters.

    What it does is asked for by ``post``; the attributes may be read by any thread.

    Attributes:
        feeder: transport and mixing of the loaded project; None without one.
        output: the device in use; None without a project.
        meters: of what is heard.
        posted, done: how many wishes came, and how many were carried out.

    Args:
        device: name of the device; None for the system's default, "null" for none.
        backend: opens devices.
    """

    def __init__(self, device: str | None, backend: AudioBackend) -> None:
        self.feeder: Feeder | None = None
        self.output: Output | None = None
        self.meters = MixMeters(48000, ChannelLayout.STEREO, ())
        self.posted = 0
        self.done = 0
        self._device = device
        self._backend = backend
        self._wishes: deque[Callable[[], None]] = deque()
        self._keeper: OutputKeeper | None = None
        self._progress = (0, 0.0)
        self._project: Project | None = None
        self._metered_tracks: tuple[TrackId, ...] = ()
        self._wake = threading.Event()
        self._is_closing = False
        self._thread: threading.Thread | None = None

    @property
    def trouble(self) -> str:
        """What is wrong with the device or else with the sounds; "" if nothing is."""
        keeper, feeder = self._keeper, self.feeder
        trouble = keeper.trouble if keeper is not None else ""
        return trouble or (feeder.trouble if feeder is not None else "")

    def is_running(self) -> bool:
        """Whether it was started and not closed."""
        return self._thread is not None

    def start(self) -> None:
        """Begin to carry out wishes; once is enough."""
        if self._thread is None:
            sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_SECONDS))
            self._thread = threading.Thread(target=self._run, name="playback-mixer", daemon=True)
            self._thread.start()

    def post(self, wish: Callable[[], None]) -> None:
        """Carry out a wish soon, in the thread."""
        self.posted += 1
        self._wishes.append(wish)
        self._wake.set()

    def tell(self, wish: Callable[[Feeder], None]) -> None:
        """Tell the feeder something soon; without a project there is nothing to tell."""

        def told() -> None:
            if self.feeder is not None:
                wish(self.feeder)

        self.post(told)

    def close(self) -> None:
        """Let go of the device and end the thread."""
        self._is_closing = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def load(self, project: Project, sounds: Sounds, end_samples: int) -> None:
        """Play this from now on. Like the next two, to be posted."""
        mixer = GentleMixer(project, sounds)
        before, self._project = self._project, project
        self._fit_meters(before, project)
        feeder = self.feeder
        if feeder is not None and before is not None and _is_same_project(before, project):
            feeder.load(mixer, end_samples)
            return
        output = NullOutput(project.rate_hz, project.layout.channels)
        line = _line(project.rate_hz, project.layout, output, position=0.0)
        self.feeder = Feeder(mixer, rate_hz=project.rate_hz, end_samples=end_samples, line=line)
        self._replace_output(output, line)
        self.use_device(self._device)

    def unload(self) -> None:
        """Stop, and let go of project and device."""
        if self.feeder is not None:
            self.feeder.stop()
        self._let_go()
        self.feeder, self._project = None, None

    def use_device(self, name: str | None) -> None:
        """Play on another device."""
        self._device = name
        if self._project is None:
            return
        self._go_silent("")

    def _run(self) -> None:
        period_seconds = 0.0
        while not self._is_closing:
            self._wake.wait(period_seconds)
            self._wake.clear()
            while self._wishes:
                self._wishes.popleft()()
                self.done += 1
            self._tend_output()
            is_busy = self.feeder is not None and self._tend_sound(self.feeder)
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
            self.meters.add(mix, tracks)
        is_playing = feeder.is_playing(index)
        if not heard and not is_playing:
            self.meters.silence()
        return bool(heard) or is_playing

    def _fit_meters(self, before: Project | None, project: Project) -> None:
        track_ids = tuple(track.id for track in project.tracks)
        if before is None or not _is_same_project(before, project):
            self.meters = MixMeters(project.rate_hz, project.layout, track_ids)
        elif track_ids != self._metered_tracks:
            self.meters.set_tracks(track_ids)
        self._metered_tracks = track_ids

    def _go_silent(self, trouble: str) -> None:
        """Play on without a device, and wish for one unless none is wanted."""
        project, feeder = self._project, self.feeder
        assert project is not None
        assert feeder is not None
        self._kept().want(None, trouble=trouble)
        if self.output is None or not self.output.is_null:
            self._switch(NullOutput(project.rate_hz, project.layout.channels))
        wish = None
        if self._device != NULL_DEVICE:
            wish = Wish(self._device, project.rate_hz, project.layout.channels)
        self._kept().want(wish, trouble=trouble)

    def _tend_output(self) -> None:
        """Go over to a device that was opened; leave one that is gone."""
        if self.output is None or self._keeper is None:
            return
        offered = self._keeper.take()
        if offered is not None:
            self._try(offered)
        elif not self.output.is_null and (not self.output.is_alive() or self._is_stalled()):
            self._go_silent(DEVICE_IS_GONE)

    def _is_stalled(self) -> bool:
        assert self.feeder is not None
        now, index = time.perf_counter(), self.feeder.line.ring.read_index
        if index != self._progress[0]:
            self._progress = (index, now)
        return now - self._progress[1] > STALLED_SECONDS

    def _try(self, offered: Output) -> None:
        try:
            self._switch(offered)
        except OutputTrouble as error:
            self._go_silent(str(error))

    def _switch(self, output: Output) -> None:
        """Let an output take over from what is heard now."""
        project, feeder = self._project, self.feeder
        assert project is not None
        assert feeder is not None
        old = feeder.line
        heard_index = old.heard_at(time.perf_counter())
        position = old.path.position_at(heard_index)
        line = _line(project.rate_hz, project.layout, output, position=position)
        feeder.switch(line, heard_index)
        self._replace_output(output, line)

    def _replace_output(self, output: Output, line: OutputLine) -> None:
        old, self.output = self.output, output
        self._progress = (0, time.perf_counter())
        if old is not None:
            self._kept().discard(old)
        output.start(line.ring.pull)

    def _kept(self) -> OutputKeeper:
        if self._keeper is None:
            self._keeper = OutputKeeper(self._backend)
        return self._keeper

    def _let_go(self) -> None:
        if self.output is not None:
            self._kept().discard(self.output)
            self.output = None
        if self._keeper is not None:
            self._keeper.close()
            self._keeper = None


def _line(rate_hz: int, layout: ChannelLayout, output: Output, *, position: float) -> OutputLine:
    return OutputLine(
        rate_hz, layout, rate_hz=output.rate_hz, channels=output.channels, position=position
    )


def _is_same_project(one: Project, other: Project) -> bool:
    return (one.id, one.rate_hz, one.layout) == (other.id, other.rate_hz, other.layout)
