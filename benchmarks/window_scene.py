"""What the window is measured with: films, a project of 500 clips, a window without a device."""

from __future__ import annotations

import subprocess
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QTimer

from prismdesk.app import Desk, make_application
from prismdesk.playback.player import Player
from prismdesk.progress import never_cancelled
from prismdesk.project.ids import ClipId, LaneId, RegionId, TrackId
from prismdesk.project.model import Clip, Lane, Region, Task, Track
from prismdesk.project.timebase import SampleRange
from prismdesk.session.demo import sample_film_in
from prismdesk.session.opening import create_session
from prismdesk.session.preferences import PreferencesFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prismdesk.project.model import Project

_TRACKS = 8


class Quiet:
    """Shows no progress."""

    def begin(self, task: str) -> None:
        """Take the name of a part."""

    def __call__(self, fraction: float) -> None:
        """Take the share that is done."""


def sample_film(folder: Path) -> Path:
    """Return the sample film; it is drawn where it never was before."""
    return sample_film_in(folder, Quiet(), never_cancelled)


def long_film(path: Path, seconds: int) -> Path:
    """Write a film that needs a proxy: a keyframe every 250 pictures, stereo sound, with ffmpeg."""
    picture = f"testsrc2=size=1280x720:rate=24:duration={seconds},noise=alls=8:allf=t"
    sound = f"anoisesrc=r=48000:a=0.1:duration={seconds},pan=stereo|c0=c0|c1=c0"
    command = (
        *("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", picture),
        *("-f", "lavfi", "-i", sound, "-pix_fmt", "yuv420p", "-c:v", "libx264"),
        *("-preset", "ultrafast", "-g", "250", "-sc_threshold", "0", "-c:a", "aac"),
    )
    subprocess.run([*command, str(path)], check=True)
    return path


def write_project(film: Path, folder: Path, *, clips: int, regions: int) -> Path:
    """Make a project of a film whose sound lies in many clips on eight tracks; return its file."""
    with create_session(film, folder) as session:
        session.store.apply(
            "Many clips", lambda project: many_clips(project, clips=clips, regions=regions)
        )
        session.store.save()
        return session.store.path


def many_clips(project: Project, *, clips: int, regions: int) -> Project:
    """Return the project with other tracks: clips end to end, regions over them."""
    first = project.tracks[0]
    whole = first.lanes[0].clips[0]
    each = whole.length_samples // -(-clips // _TRACKS)
    numbers = [range(track, clips, _TRACKS) for track in range(_TRACKS)]
    tracks = tuple(_track(first, whole, track, list(of)) for track, of in enumerate(numbers))
    spans = [(number % _TRACKS, number // _TRACKS * each) for number in range(regions)]
    return replace(
        project,
        tracks=tracks,
        regions=tuple(
            Region(
                id=RegionId(f"region-{number}"),
                name=f"Region {number}",
                track_id=TrackId(f"track-{track}"),
                lane_ids=(LaneId(f"lane-{track}"),),
                range=SampleRange(start + each // 4, start + each // 2),
                task=Task.INPAINT,
            )
            for number, (track, start) in enumerate(spans)
        ),
    )


def _track(like: Track, whole: Clip, track: int, numbers: list[int]) -> Track:
    each = whole.length_samples // len(numbers)
    lane = Lane(
        id=LaneId(f"lane-{track}"),
        clips=tuple(
            replace(
                whole,
                id=ClipId(f"clip-{number}"),
                start_samples=place * each,
                source_start_samples=place * each,
                length_samples=each * 9 // 10,
            )
            for place, number in enumerate(numbers)
        ),
    )
    return replace(like, id=TrackId(f"track-{track}"), name=f"Track {track + 1}", lanes=(lane,))


def open_desk(folder: Path) -> Desk:
    """Return a window that is shown, with preferences of its own and no device for sound."""
    preferences = PreferencesFile(folder / "preferences.json")
    desk = Desk(make_application(), player=Player(device="null"), preferences=preferences)
    desk.show()
    return desk


def run_loop(seconds: float) -> None:
    """Let the event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def run_until(is_so: Callable[[], bool], *, limit_seconds: float = 120) -> float:
    """Let the event loop run until something is so; return after how many seconds."""
    began = time.perf_counter()
    loop = QEventLoop()
    timer = QTimer()
    timer.timeout.connect(lambda: loop.quit() if is_so() else None)
    timer.start(20)
    QTimer.singleShot(round(limit_seconds * 1000), loop, loop.quit)
    loop.exec()
    timer.stop()
    if not is_so():
        raise RuntimeError(f"it didn't happen within {limit_seconds} s")
    return time.perf_counter() - began
