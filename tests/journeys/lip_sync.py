"""How far picture and sound are apart in the window, and how soon a key is heard.

    python -m tests.journeys.lip_sync [--seconds 20] [--rate 24] [--film FILM]
                                      [--device NAME] [--sound-server]

A film of 24 pictures a second (or ``--film``) is opened in the window, without a screen, and
played on the system's default device, or on another, "null" for none. ``--sound-server`` starts
a PulseAudio of its own that plays into nothing in real time, and plays there. Each time a
picture is painted that wasn't the one before, the position that the player says is heard is
noted: it should lie where that picture begins, at most half a picture later or earlier
(95 %).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in the program; before numpy comes

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest

from prismdesk.app import Desk, make_application
from prismdesk.playback.player import Player
from tests.media_files import PictureSpec, SoundSpec, make_film, noise
from tests.playback.sound_server import sound_server

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from prismdesk.ui.workspace import Workspace

FILM_RATE = Fraction(24)
PATIENCE_SECONDS = 60.0
_STARTS = 10
_SETTLED_SECONDS = 1.0
"""What is painted in the first second isn't counted: that is the start's own figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LipSync:
    """What was measured.

    Attributes:
        device: what played.
        is_null: whether nothing can be heard there.
        trouble: what is wrong with it, "" if nothing is.
        latency_seconds: of the device, as it says.
        picture_seconds: how long a picture is shown.
        late_seconds: float64 (pictures painted,), what was heard less where the picture begins.
        dropped_pictures: of those that were due, never painted.
        under_runs: while it played.
        drift_seconds: what was heard at the end less what the clock says, counted from the
            first note.
        start_seconds: float64 (starts,), from the key to the first sound.
    """

    device: str
    is_null: bool
    trouble: str
    latency_seconds: float
    picture_seconds: float
    late_seconds: npt.NDArray[np.float64]
    dropped_pictures: int
    under_runs: int
    drift_seconds: float
    start_seconds: npt.NDArray[np.float64]

    def apart_seconds(self, percent: float) -> float:
        """Return a percentile of how far picture and sound are apart, either way."""
        return float(np.percentile(np.abs(self.late_seconds), percent))

    def words(self) -> str:
        """Return the figures as one paragraph."""
        starts = self.start_seconds * 1000
        return (
            f"on {self.device} (latency {self.latency_seconds * 1000:.0f} ms): "
            f"{len(self.late_seconds)} pictures of {self.picture_seconds * 1000:.1f} ms painted, "
            f"{self.dropped_pictures} dropped, {self.under_runs} under-runs; picture and sound "
            f"apart {self.apart_seconds(50) * 1000:.1f} ms (median), "
            f"{self.apart_seconds(95) * 1000:.1f} ms (95 %), "
            f"{self.apart_seconds(100) * 1000:.1f} ms (most); "
            f"drift {self.drift_seconds * 1000:.1f} ms; heard {np.median(starts):.0f} ms after "
            f"the key (median), at most {starts.max():.0f} ms"
        )


def make_test_film(folder: Path, seconds: float, rate: Fraction = FILM_RATE) -> Path:
    """Write a film of numbered pictures and noise."""
    picture = PictureSpec(
        rate=rate,
        frames=round(seconds * rate),
        width_px=960,
        height_px=540,
        codec="libx264",
        options=(("preset", "veryfast"),),
    )
    sound = SoundSpec(audio=noise(2, round(seconds * 48000), peak=0.1))
    return make_film(folder / "film.mp4", picture=picture, sounds=[sound])


def measure(film: Path, seconds: float, *, device: str | None = None) -> LipSync:
    """Open a film in the window and play it.

    Raises:
        TimeoutError: the film or the device wouldn't open.
    """
    desk = Desk(make_application(), player=Player(device=device))
    try:
        desk.window.resize(1600, 1000)
        desk.show()
        desk.open(film)
        _wait(lambda: desk.workspace is not None and not desk.desktop.background.tasks)
        workspace = desk.workspace
        assert workspace is not None
        player = workspace.transport.player
        _wait(lambda: player.output().name != "" and (device == "null" or _is_heard(player)))
        desk.window.activateWindow()
        _wait(desk.window.isActiveWindow)
        workspace.canvas.setFocus()
        return _measure_in(workspace, seconds)
    finally:
        desk.close()
        desk.window.deleteLater()


def _is_heard(player: Player) -> bool:
    """Whether there is a device, or there will be none."""
    output = player.output()
    return not output.is_null or output.trouble != ""


def _measure_in(workspace: Workspace, seconds: float) -> LipSync:
    player = workspace.transport.player
    starts = np.array([_start_seconds(workspace) for _ in range(_STARTS)])
    workspace.transport.move_to(0)
    _run_for(0.5)
    painted = _Painted(workspace)
    before = player.output().under_runs
    QTest.keyClick(workspace.canvas, Qt.Key.Key_Space)
    _run_for(_SETTLED_SECONDS)
    painted.notes.clear()
    began, first = time.perf_counter(), player.state().position_samples
    _run_for(seconds)
    ended, last = time.perf_counter(), player.state().position_samples
    painted.stop()
    rate_hz = workspace.document.project.rate_hz
    output = player.output()
    QTest.keyClick(workspace.canvas, Qt.Key.Key_Space)
    frames = np.array([frame for frame, _ in painted.notes])
    late = [heard - workspace.document.times.frame_start(frame) for frame, heard in painted.notes]
    return LipSync(
        device=output.name,
        is_null=output.is_null,
        trouble=output.trouble,
        latency_seconds=output.latency_seconds,
        picture_seconds=float(1 / workspace.document.times.frame_rate),
        late_seconds=np.array(late) / rate_hz,
        dropped_pictures=int(frames[-1] - frames[0] + 1 - len(np.unique(frames))),
        under_runs=output.under_runs - before,
        drift_seconds=(last - first) / rate_hz - (ended - began),
        start_seconds=starts,
    )


class _Painted(QObject):
    """Notes (frame, samples heard) whenever the picture's area paints another picture."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._last = ""
        self.notes: list[tuple[int, int]] = []
        workspace.viewer.surface.installEventFilter(self)

    def stop(self) -> None:
        """Note nothing more."""
        self._workspace.viewer.surface.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Look at what is painted, and let it be painted."""
        timecode = self._workspace.viewer.shown.timecode
        if event.type() is QEvent.Type.Paint and timecode and timecode != self._last:
            self._last = timecode
            times = self._workspace.document.times
            begins = times.parse(timecode, relative_to=0)
            heard = self._workspace.transport.player.state().position_samples
            self.notes.append((times.frame_at(begins), heard))
        return super().eventFilter(watched, event)


def _start_seconds(workspace: Workspace) -> float:
    """Return the time from the key that plays until sound of the film is heard."""
    player, rate_hz = workspace.transport.player, workspace.document.project.rate_hz
    workspace.transport.move_to(rate_hz)
    _run_for(0.3)
    before = player.state().position_samples
    began = time.perf_counter()
    QTest.keyClick(workspace.canvas, Qt.Key.Key_Space)
    _wait(lambda: player.state().position_samples > before, every_ms=1)
    now, position = time.perf_counter(), player.state().position_samples
    started = now - (position - before) / rate_hz
    _run_for(0.1)
    QTest.keyClick(workspace.canvas, Qt.Key.Key_Space)
    _run_for(0.2)
    return started - began


def _run_for(seconds: float) -> None:
    """Let the window live."""
    loop, timer = QEventLoop(), QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(loop.quit)
    timer.start(max(1, round(seconds * 1000)))
    loop.exec()


def _wait(is_so: Callable[[], bool], *, every_ms: int = 20) -> None:
    """Let the window live until something is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError("what was waited for never came")
        _run_for(every_ms / 1000)


def main() -> int:
    """Measure and print; 1 if picture and sound are more than half a picture apart."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rate", type=Fraction, default=FILM_RATE)
    parser.add_argument("--film", type=Path)
    parser.add_argument("--device")
    parser.add_argument("--sound-server", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name in ("CONFIG", "CACHE", "DATA", "STATE", "RUNTIME"):
            place = folder / name.lower()
            place.mkdir(mode=0o700)
            os.environ[f"XDG_{name}_{'DIR' if name == 'RUNTIME' else 'HOME'}"] = str(place)
        if options.sound_server:
            stack.enter_context(sound_server(folder, os.environ))
            time.sleep(1.0)
        film = options.film or make_test_film(folder, options.seconds + 3, options.rate)
        found = measure(film, options.seconds, device=options.device)
    sys.stdout.write(found.words() + "\n")
    return 0 if found.apart_seconds(95) < found.picture_seconds / 2 else 1


if __name__ == "__main__":
    sys.exit(main())
