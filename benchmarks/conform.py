"""Conforming a film's sound with its peaks, against ffmpeg decoding the same sound to a WAV.

    python -m benchmarks.conform [--minutes 10] [--rounds 5] [--film FILM]

Without ``--film`` it makes a film: small H.264 picture, AAC stereo at 48 kHz with tones, noise
and pauses. Rounds alternate; each starts with an empty cache. The budget is a ratio of 1.25.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from prismdesk.media.cache import MediaCache
from prismdesk.media.conform import conform
from prismdesk.media.content_key import content_key
from prismdesk.media.probe import probe

if TYPE_CHECKING:
    from collections.abc import Callable

BUDGET = 1.25

_TONES = "0.2*sin(2*PI*220*t)*(1+sin(t))/2+0.1*sin(2*PI*(330+20*sin(0.3*t))*t)"


def main() -> int:
    """Run the rounds and print the ratio; exit 1 where the budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--film", type=Path)
    options = parser.parse_args()
    if shutil.which("ffmpeg") is None:
        print("ffmpeg is missing; install it (apt install ffmpeg).")
        return 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        film = options.film or make_film(folder / "film.mp4", options.minutes)
        return compare(film, folder, options.rounds)


def make_film(path: Path, minutes: float) -> Path:
    """Write the film to measure with."""
    seconds = str(minutes * 60)
    sound = f"aevalsrc='{_TONES}|{_TONES}':s=48000:d={seconds}"
    noise = f"anoisesrc=r=48000:c=pink:a=0.2:d={seconds}"
    picture = f"testsrc=size=320x180:rate=25:duration={seconds}"
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-y"),
            *("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-f", "lavfi", "-i", noise),
            *("-filter_complex", "[1:a][2:a]amix=inputs=2:duration=first[a]"),
            *("-map", "0:v", "-map", "[a]", "-c:v", "libx264", "-preset", "ultrafast"),
            *("-c:a", "aac", "-b:a", "192k", "-ac", "2", str(path)),
        ],
        check=True,
    )
    return path


def compare(film: Path, folder: Path, rounds: int) -> int:
    """Alternate both ways and print times, their ratio and the budget."""
    info = probe(film)
    key = content_key(film)

    def theirs() -> None:
        subprocess.run(
            [
                *("ffmpeg", "-v", "error", "-y", "-i", str(film), "-vn"),
                *("-c:a", "pcm_f32le", str(folder / "out.wav")),
            ],
            check=True,
        )

    def ours() -> None:
        conform(
            film,
            info.sounds[0].stream_index,
            cache=MediaCache(folder / "cache"),
            content_key=key,
            rate_hz=info.sounds[0].rate_hz,
            origin_seconds=info.origin_seconds,
        )

    their_times: list[Measured] = []
    our_times: list[Measured] = []
    for number in range(rounds + 1):
        their_time, our_time = measure(theirs), measure(ours)
        MediaCache(folder / "cache").clear()
        (folder / "out.wav").unlink()
        if number == 0:
            continue  # the first round warms the disk cache
        their_times.append(their_time)
        our_times.append(our_time)
        print(f"round {number}: conform + peaks {our_time}, ffmpeg {their_time}")
    ratio = median(t.wall for t in our_times) / median(t.wall for t in their_times)
    cpu_ratio = median(t.cpu for t in our_times) / median(t.cpu for t in their_times)
    print(
        f"film of {float(info.duration_seconds):.0f} s: ratio {ratio:.2f} of the medians "
        f"(processor time {cpu_ratio:.2f}), budget {BUDGET}"
    )
    return 0 if ratio <= BUDGET else 1


class Measured(NamedTuple):
    """Seconds on the clock, and of processor time in this and the called program."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.3f} s (processor {self.cpu:.3f} s)"


def measure(work: Callable[[], None]) -> Measured:
    """Do the work once and time it."""
    wall, cpu = time.perf_counter(), _processor_seconds()
    work()
    return Measured(time.perf_counter() - wall, _processor_seconds() - cpu)


def _processor_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    sys.exit(main())
