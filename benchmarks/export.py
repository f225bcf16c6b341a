"""Export of a 10-minute film with the picture copied, against ``ffmpeg`` doing the same.

Both mix two 24-bit stereo WAVs at unity and put the result, coded alike, beside the copied
picture of a 720p film. Runs alternate, each from a disk with nothing left to write; ratios of
the medians are printed. ``ffmpeg`` doesn't open its file again: the product's time is given
without and with its check. Budget (docs): writing at most 1.15 times ``ffmpeg``. Processor
seconds stand beside, since they change less with what else the machine does.

    python -m benchmarks.export [--minutes 10] [--runs 5] [--codec pcm24]
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np

from prismdesk.media.export import ExportRequest, SoundCodec, export_film
from prismdesk.media.export.film_export import WRITING_SHARE
from prismdesk.media.probe import picture_stream, probe
from prismdesk.media.wav import MappedWav, WavFormat, WavWriter, map_wav
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
    Take,
    Track,
)

RATE_HZ = 48000
BUDGET = 1.15
_FFMPEG_CODECS = {
    SoundCodec.PCM_24: ("pcm_s24le", ".mov"),
    SoundCodec.AAC: ("aac", ".mp4"),
    SoundCodec.FLAC: ("flac", ".mkv"),
}


class WavSounds:
    """The benchmark's two sounds, as conformed float WAVs."""

    def __init__(self, paths: dict[str, Path]) -> None:
        self._wavs = {name: map_wav(path) for name, path in paths.items()}

    def stream(self, media: Media, stream_index: int) -> MappedWav:
        """Return the sound of a media file; each has one."""
        del stream_index
        return self._wavs[media.id]

    def take(self, take: Take) -> MappedWav:
        """Refuse: the benchmark's project has no takes."""
        raise KeyError(take.id)


def make_film(path: Path, minutes: int) -> None:
    """Write a silent 720p film of about 8 Mbit/s."""
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=24:d=20",
         "-vf", "noise=alls=12:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2",
         "-b:v", "8M", str(path.with_suffix(".part.mp4"))],
        check=True,
    )  # fmt: skip
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-stream_loop", str(minutes * 3 - 1), "-i",
         str(path.with_suffix(".part.mp4")), "-c", "copy", str(path)],
        check=True,
    )  # fmt: skip


def make_sound(path: Path, minutes: int, seed: int) -> None:
    """Write stereo noise of 24-bit samples as float WAV (the product's cache) and as 24-bit."""
    rng = np.random.default_rng(seed)
    with (
        WavWriter(path, rate_hz=RATE_HZ, channels=2) as floats,
        WavWriter(
            path.with_suffix(".24.wav"),
            rate_hz=RATE_HZ,
            channels=2,
            sample_format=WavFormat.PCM_24,
        ) as integers,
    ):
        for _ in range(minutes * 60):
            block = (rng.integers(-(2**21), 2**21, (2, RATE_HZ)) / 2.0**23).astype(np.float32)
            floats.write(block)
            integers.write(block)


def make_project(film: Path, names: list[str], length: int) -> Project:
    """Return two tracks of one clip each."""
    bus = Bus(id=BusId("fx"), name="FX", kind=BusKind.EFFECTS)
    sound = SoundStream(
        stream_index=0,
        layout=ChannelLayout.STEREO,
        native_rate_hz=RATE_HZ,
        native_bits=24,
        start_samples=0,
        length_samples=length,
    )
    media = tuple(
        Media(id=MediaId(n), path=f"{n}.wav", content_key=n, size_bytes=1, sounds=(sound,))
        for n in names
    )
    picture = picture_stream(probe(film), RATE_HZ)
    tracks = tuple(
        Track(
            id=TrackId(n),
            name=n,
            layout=ChannelLayout.STEREO,
            bus_id=bus.id,
            lanes=(Lane(id=LaneId(n), clips=(_whole(n, length),)),),
        )
        for n in names
    )
    return Project(
        id=ProjectId("p"),
        name="Benchmark",
        rate_hz=RATE_HZ,
        layout=ChannelLayout.STEREO,
        media=(replace(media[0], picture=picture), *media[1:]),
        film_id=media[0].id,
        buses=(bus,),
        tracks=tracks,
    )


def _whole(name: str, length: int) -> Clip:
    return Clip(
        id=ClipId(name),
        media_id=MediaId(name),
        stream_index=0,
        start_samples=0,
        source_start_samples=0,
        length_samples=length,
    )


Times = tuple[float, float]
"""Seconds on the clock, and of processor time."""


def now(who: int = resource.RUSAGE_SELF) -> Times:
    """Return the clock, and the processor time used so far by this process or its children."""
    used = resource.getrusage(who)
    return time.perf_counter(), used.ru_utime + used.ru_stime


def since(start: Times, who: int = resource.RUSAGE_SELF) -> Times:
    """Return what has passed since ``start``."""
    clock, processor = now(who)
    return clock - start[0], processor - start[1]


def run_ours(request: ExportRequest) -> tuple[Times, Times]:
    """Export once; return the times for planning and writing, and for everything."""
    os.sync()
    written: list[Times] = []
    start = now()

    def note_end_of_writing(fraction: float) -> None:
        if fraction >= WRITING_SHARE and not written:
            written.append(since(start))

    export_film(request, progress=note_end_of_writing)
    return written[0], since(start)


def run_ffmpeg(film: Path, sounds: list[Path], out: Path, codec: str, bit_rate: str) -> Times:
    """Let ffmpeg mix the two and put them beside the copied picture; return seconds."""
    inputs = [part for sound in sounds for part in ("-i", str(sound.with_suffix(".24.wav")))]
    os.sync()
    start = now(resource.RUSAGE_CHILDREN)
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-i", str(film), *inputs, "-filter_complex",
         "[1:a][2:a]amix=inputs=2:normalize=0[m]", "-map", "0:v", "-map", "[m]", "-c:v", "copy",
         "-c:a", codec, "-b:a", bit_rate, str(out)],
        check=True,
    )  # fmt: skip
    return since(start, resource.RUSAGE_CHILDREN)


def _print_row(name: str, runs: list[Times], baseline: list[Times], note: str = "") -> None:
    clock, processor = (median(run[kind] for run in runs) for kind in (0, 1))
    ratios = [
        found / median(run[kind] for run in baseline)
        for kind, found in enumerate((clock, processor))
    ]
    print(
        f"{name:20}{clock:7.2f} s  ratio {ratios[0]:.2f} {note:10}"
        f"processor {processor:7.2f} s  ratio {ratios[1]:.2f}"
    )


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--codec", type=SoundCodec, default=SoundCodec.PCM_24)
    options = parser.parse_args()
    codec, suffix = _FFMPEG_CODECS[options.codec]
    folder = Path(tempfile.mkdtemp(prefix="prismdesk-export-"))
    try:
        film = folder / "film.mp4"
        make_film(film, options.minutes)
        sounds = {name: folder / f"{name}.wav" for name in ("one", "two")}
        for seed, path in enumerate(sounds.values()):
            make_sound(path, options.minutes, seed)
        project = make_project(film, list(sounds), options.minutes * 60 * RATE_HZ)
        request = ExportRequest(
            project=project,
            sounds=WavSounds(sounds),
            film_path=film,
            out=folder / f"ours{suffix}",
            codec=options.codec,
        )
        theirs: list[Times] = []
        writing: list[Times] = []
        whole: list[Times] = []
        for _ in range(options.runs):
            out = folder / f"theirs{suffix}"
            theirs.append(run_ffmpeg(film, list(sounds.values()), out, codec, "320k"))
            ours = run_ours(request)
            writing.append(ours[0])
            whole.append(ours[1])
        size_mb = film.stat().st_size / 1e6
        print(f"film of {options.minutes} min, {size_mb:.0f} MB, {options.codec}{suffix}")
        _print_row("ffmpeg", theirs, theirs)
        _print_row("export, written", writing, theirs, f"(<= {BUDGET})")
        _print_row("export, with check", whole, theirs)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
