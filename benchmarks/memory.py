"""How much memory the window's process holds with a long film open.

    python -m benchmarks.memory [--minutes 120] [--film FILM]

A long, plain film (160 x 90 pixels, 24 a second, stereo PCM) is written by ffmpeg, opened in the
window, without a screen, and left until thumbnails, shots and proxy are made; then the timeline
is zoomed and scrolled through, and the film played from several places. After each step the
memory resident is printed: what is the process's own, and pages of files that it reads through
memory maps, which the system takes back when others need it. An empty window is the baseline.
Budget: 500 MB resident after everything.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in the program; before numpy comes

import psutil

from benchmarks.window_scene import open_desk, run_loop, run_until
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from prismdesk.ui.workspace import Workspace

BUDGET_MB = 500
_MB = 1_000_000
_OPENING_LIMIT_SECONDS = 1800
_PLACES = 8
_ZOOM_SECONDS = (7200, 600, 60, 5, 1)


def main() -> int:
    """Measure and print; exit 1 where the budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--film", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in ("CONFIG", "CACHE", "DATA", "STATE"):
            os.environ[f"XDG_{kind}_HOME"] = str(folder / kind.lower())
        film = options.film or write_film(folder / "long.mov", options.minutes)
        resident_mb = measure(film, folder)
    is_held = resident_mb <= BUDGET_MB
    print(f"budget {BUDGET_MB} MB: {'held' if is_held else 'MISSED'}")
    return 0 if is_held else 1


def write_film(path: Path, minutes: float) -> Path:
    """Write a long film whose picture changes and whose sound is noise."""
    length = f"duration={minutes * 60}"
    command = (
        *("ffmpeg", "-v", "error", "-y"),
        *("-f", "lavfi", "-i", f"testsrc=size=160x90:rate=24:{length}"),
        *("-f", "lavfi", "-i", f"anoisesrc=r=48000:a=0.1:{length},pan=stereo|c0=c0|c1=c0"),
        *("-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-g", "48"),
        *("-c:a", "pcm_s16le", str(path)),
    )
    subprocess.run(command, check=True)
    return path


def measure(film: Path, folder: Path) -> float:
    """Print the memory after each step; return what is resident at the end, in MB."""
    desk = open_desk(folder)
    try:
        run_loop(1.0)
        _told("empty window")
        desk.open(film)
        background = desk.desktop.background
        took = run_until(lambda: desk.workspace is not None, limit_seconds=_OPENING_LIMIT_SECONDS)
        _told(f"film opened (after {took:.0f} s)")
        took = run_until(lambda: not background.tasks, limit_seconds=_OPENING_LIMIT_SECONDS)
        _told(f"thumbnails, shots and proxy made (after {took:.0f} s)")
        workspace = desk.workspace
        assert workspace is not None
        scroll(workspace)
        _told("zoomed and scrolled through")
        play(workspace)
        return _told(f"played from {_PLACES} places")
    finally:
        desk.close()


def scroll(workspace: Workspace) -> None:
    """Go through the film at several zooms."""
    canvas, times = workspace.canvas, workspace.document.times
    for seconds in _ZOOM_SECONDS:
        length = min(seconds * times.rate_hz, times.end_samples)
        for place in range(_PLACES):
            start = (times.end_samples - length) * place // (_PLACES - 1)
            canvas.zoom_to(SampleRange(start, start + length))
            run_loop(0.3)
    canvas.zoom_to_film()


def play(workspace: Workspace) -> None:
    """Play for a while from places all over the film, and fast over much of it."""
    transport, end = workspace.transport, workspace.document.times.end_samples
    for place in range(_PLACES):
        transport.move_to(end * place // _PLACES)
        run_loop(0.3)
        transport.play()
        run_loop(3.0)
        transport.stop()
    transport.shuttle_forward()
    for _ in range(3):
        transport.shuttle_forward()
    run_loop(5.0)
    transport.stop()
    run_loop(1.0)


def _told(step: str) -> float:
    """Print what is resident now; return it in MB."""
    facts = psutil.Process().memory_full_info()
    resident = facts.rss / _MB
    shared = getattr(facts, "shared", 0) / _MB
    print(
        f"{step}: {resident:.0f} MB resident, {resident - shared:.0f} MB of them the process's own",
        flush=True,
    )
    return resident


if __name__ == "__main__":
    sys.exit(main())
