"""Playback: what mixing and the callback cost, how soon it starts, how steady the position is.

    python -m benchmarks.playback [--tracks 8] [--rounds 5] [--seconds 60] [--device NAME]

Costs are processor time of this process, numpy's products in one thread: mixing in small blocks
with the sound of each track against ``mix_blocks``, and against real time at several speeds.
Then the project is played on the device (the system's default; "null" for none): the time from
``play`` until it is heard, and, for ``--seconds``, under-runs and by how much the position's
steps differ from the clock's, while the project is edited twice a second and a thread of Python
is busy, as a window is. Budgets: heard within 60 ms; callback under a hundredth of a core; no
under-run.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in the program; before numpy comes

import numpy as np

from benchmarks.export import WavSounds, make_sound
from prismdesk.media.mixdown import Mixer, mix_blocks
from prismdesk.playback.course import Course
from prismdesk.playback.feeder import BLOCK_SAMPLES
from prismdesk.playback.player import Player
from prismdesk.playback.ring import Ring
from prismdesk.playback.tape import Tape
from prismdesk.project.ids import BusId, ClipId, LaneId, MediaId, ProjectId, TrackId
from prismdesk.project.model import (
    Bus,
    BusKind,
    ChannelLayout,
    Clip,
    Lane,
    Media,
    Project,
    SoundStream,
    Track,
)
from prismdesk.project.timebase import SampleRange

START_BUDGET_SECONDS = 0.06
CALLBACK_BUDGET = 0.01

_RATE_HZ = 48000
_MINUTES = 3
_PULL_FRAMES = 480
_SPEEDS = (1.0, -1.0, 0.25, 2.0, 8.0, 16.0)


def main() -> int:
    """Measure all and print it; exit 1 where a budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--device", default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sound.wav"
        make_sound(path, _MINUTES, seed=1)
        sounds = WavSounds({"film": path})
        project = make_project(options.tracks)
        compare_mixing(project, sounds, options.rounds)
        measure_speeds(project, sounds)
        is_met = measure_callback(options.rounds)
        is_met &= measure_device(project, sounds, options.device, options.seconds)
    return 0 if is_met else 1


def make_project(tracks: int) -> Project:
    """Return tracks at -12 dB that all play the whole film, each from another place."""
    length = _MINUTES * 60 * _RATE_HZ
    bus = Bus(id=BusId("fx"), name="FX", kind=BusKind.EFFECTS)
    sound = SoundStream(
        stream_index=0,
        layout=ChannelLayout.STEREO,
        native_rate_hz=_RATE_HZ,
        native_bits=24,
        start_samples=0,
        length_samples=length,
    )
    film = Media(
        id=MediaId("film"), path="film.wav", content_key="film", size_bytes=1, sounds=(sound,)
    )
    return Project(
        id=ProjectId("p"),
        name="Film",
        rate_hz=_RATE_HZ,
        layout=ChannelLayout.STEREO,
        media=(film,),
        buses=(bus,),
        tracks=tuple(_track(number, bus, length) for number in range(tracks)),
    )


def _track(number: int, bus: Bus, length: int) -> Track:
    clip = Clip(
        id=ClipId(f"{number}"),
        media_id=MediaId("film"),
        stream_index=0,
        start_samples=0,
        source_start_samples=number * 1000,
        length_samples=length,
    )
    return Track(
        id=TrackId(f"{number}"),
        name=f"{number}",
        layout=ChannelLayout.STEREO,
        bus_id=bus.id,
        lanes=(Lane(id=LaneId(f"{number}"), clips=(clip,)),),
        gain_db=-12.0,
    )


def compare_mixing(project: Project, sounds: WavSounds, rounds: int) -> None:
    """Print the processor time of mixing for playback as a ratio to ``mix_blocks``."""
    seconds = 60
    end = seconds * _RATE_HZ
    for_playback, for_export = [], []
    mixer = Mixer(project, sounds)
    for number in range(rounds + 1):
        start = time.process_time()
        for first in range(0, end, BLOCK_SAMPLES):
            mixer.read_with_tracks(SampleRange(first, first + BLOCK_SAMPLES))
        middle = time.process_time()
        for _ in mix_blocks(project, sounds, SampleRange(0, end)):
            pass
        if number:
            for_playback.append(middle - start)
            for_export.append(time.process_time() - middle)
    ours, theirs = median(for_playback), median(for_export)
    print(
        f"mixing {len(project.tracks)} stereo tracks in blocks of {BLOCK_SAMPLES} with the sound "
        f"of each: {seconds / ours:.0f} x real time; ratio to mix_blocks {ours / theirs:.2f}"
    )


def measure_speeds(project: Project, sounds: WavSounds) -> None:
    """Print the share of a core that rendering takes at several speeds."""
    seconds = 5
    mixer = Mixer(project, sounds)
    for speed in _SPEEDS:
        middle = _MINUTES * 30.0 * _RATE_HZ
        course = Course(
            Tape(mixer, None),
            middle,
            speed,
            target_speed=speed,
            bounds=(None, None),
            rate_hz=_RATE_HZ,
        )
        start = time.process_time()
        for _ in range(0, seconds * _RATE_HZ, BLOCK_SAMPLES):
            course.render(BLOCK_SAMPLES)
        share = (time.process_time() - start) / seconds
        print(f"rendering at speed {speed:g}: {share:.1%} of a core")


def measure_callback(rounds: int) -> bool:
    """Print the share of a core that the callback's own work takes."""
    seconds = 20
    ring = Ring(_RATE_HZ, 2)
    out = np.zeros((_PULL_FRAMES, 2), np.float32)
    frames = np.ones((_PULL_FRAMES, 2), np.float32)
    shares = []
    for _ in range(rounds):
        spent = 0.0
        for _ in range(0, seconds * _RATE_HZ, _PULL_FRAMES):
            ring.write_from(ring.write_index, frames)
            start = time.perf_counter()
            ring.pull(out, start)
            spent += time.perf_counter() - start
        shares.append(spent / seconds)
    share = median(shares)
    print(
        f"callback every {_PULL_FRAMES / _RATE_HZ * 1000:g} ms: {share:.3%} of a core, "
        f"budget {CALLBACK_BUDGET:.0%}"
    )
    return share <= CALLBACK_BUDGET


def measure_device(project: Project, sounds: WavSounds, device: str | None, seconds: float) -> bool:
    """Play on a device; print starts, under-runs and the position's jitter."""
    player = Player(device=device)
    player.load(project, sounds, end_samples=_MINUTES * 60 * _RATE_HZ)
    time.sleep(2.0)  # until the device is open
    starts = [_start_seconds(player) for _ in range(20)]
    under_runs, jitter = _play_busily(player, project, sounds, seconds)
    output = player.output()
    player.close()
    print(
        f"on {output.name} (latency {output.latency_seconds * 1000:.0f} ms): heard "
        f"{median(starts) * 1000:.0f} ms after play, at most {max(starts) * 1000:.0f} ms, budget "
        f"{START_BUDGET_SECONDS * 1000:.0f}; {under_runs} under-runs in {seconds:g} s of edits; "
        f"between looks at 60 Hz the position errs by {np.median(jitter) * 1000:.2f} ms (median), "
        f"{np.percentile(jitter, 95) * 1000:.2f} ms (95 %)"
    )
    if output.trouble:
        print(output.trouble)
    return median(starts) <= START_BUDGET_SECONDS and under_runs == 0


def _start_seconds(player: Player) -> float:
    """Return the time from ``play`` until the sound at the position is heard."""
    began = time.perf_counter()
    player.play()
    before = player.state().position_samples
    while True:
        state = player.state()
        now = time.perf_counter()
        if state.position_samples > before:
            break
        time.sleep(0.0002)
    started = now - (state.position_samples - before) / _RATE_HZ
    time.sleep(0.1)
    player.stop()
    time.sleep(0.2)
    return started - began


def _play_busily(
    player: Player, project: Project, sounds: WavSounds, seconds: float
) -> tuple[int, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Play, edit and keep Python busy; return under-runs and the position's jitter, seconds."""
    is_over = threading.Event()
    busy = threading.Thread(target=_spin, args=(is_over,))
    busy.start()
    before = player.output().under_runs
    player.seek(0)
    player.play()
    time.sleep(1.0)
    times, places = [], []
    began = time.perf_counter()
    edits = 0
    while (now := time.perf_counter()) < began + seconds:
        times.append(now)
        places.append(player.state().position_samples / _RATE_HZ)
        if now > began + edits * 0.5:
            edits += 1
            quieter = replace(project.tracks[0], gain_db=-12.0 - edits % 2)
            edited = replace(project, tracks=(quieter, *project.tracks[1:]))
            player.load(edited, sounds, end_samples=_MINUTES * 60 * _RATE_HZ)
        time.sleep(1 / 60)
    is_over.set()
    busy.join()
    under_runs = player.output().under_runs - before
    player.stop()
    return under_runs, np.abs(np.diff(places) - np.diff(times))


def _spin(is_over: threading.Event) -> None:
    """Hold the interpreter as a window that paints does: 8 ms of every 16."""
    while not is_over.wait(0.008):
        until = time.perf_counter() + 0.008
        while time.perf_counter() < until:
            pass


if __name__ == "__main__":
    sys.exit(main())
