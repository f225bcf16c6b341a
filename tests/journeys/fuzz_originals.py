"""The sound files, films and projects that are damaged: small, and of every kind we read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.media.wav import BroadcastExtension, WavFormat, WavWriter
from prismdesk.project.store.project_store import ProjectStore
from tests.builders import a_clip, a_lane, a_marker, a_project, a_region, a_take, a_track
from tests.media_files import PictureSpec, SoundSpec, make_film, noise
from tests.real_media import FILES, RealMediaMissing, real_film

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Project

RATE_HZ = 48_000
MAX_REAL_BYTES = 2 * 2**20


@dataclass(frozen=True, slots=True)
class Original:
    """Something sound: a file, or a project's folder with the files in it that get damaged."""

    name: str
    kind: str
    path: Path
    files: tuple[str, ...] = ()


def make_originals(folder: Path, *, with_real_films: bool = False) -> tuple[Original, ...]:
    """Make the originals, kinds mixed so that few rounds meet every kind."""
    folder.mkdir(parents=True, exist_ok=True)
    films = _films(folder)
    if with_real_films:
        films += _real_films()
    wavs = _wavs(folder)
    films += [replace(wav, kind="film") for wav in wavs]
    projects = _projects(folder)
    longest = max(len(films), len(projects), len(wavs))
    columns = (films, projects, wavs)
    return tuple(column[row % len(column)] for row in range(longest) for column in columns)


def _films(folder: Path) -> list[Original]:
    picture = PictureSpec(frames=24, gop_frames=6)
    clean = noise(2, RATE_HZ)
    aac = SoundSpec(audio=clean)
    pcm = SoundSpec(audio=(clean * 2**31).astype(np.int32), codec="pcm_s24le")
    surround = SoundSpec(audio=noise(6, RATE_HZ // 2), layout="5.1", codec="flac")
    late = SoundSpec(audio=clean, codec="libopus", start_seconds=Fraction(1, 4))
    h264 = PictureSpec(frames=24, gop_frames=6, codec="libx264", timecode="01:00:00:00")
    mpeg2 = PictureSpec(frames=24, gop_frames=6, codec="mpeg2video")
    uneven = PictureSpec(
        frames=24, codec="libx264", times=[Fraction(n * n + 24 * n, 1200) for n in range(24)]
    )
    specs: dict[str, tuple[PictureSpec, tuple[SoundSpec, ...]]] = {
        "aac.mp4": (h264, (aac,)),
        "pcm.mov": (picture, (pcm, aac)),
        "surround.mkv": (picture, (surround,)),
        "late.mkv": (h264, (late,)),
        "programme.mpg": (mpeg2, (SoundSpec(audio=clean, codec="mp2"),)),
        "uneven.mp4": (uneven, (aac,)),
        "silent.mov": (picture, ()),
        "riff.avi": (picture, (SoundSpec(audio=clean, codec="mp2"),)),
    }
    return [
        Original(name, "film", make_film(folder / name, picture=spec, sounds=sounds))
        for name, (spec, sounds) in specs.items()
    ]


def _real_films() -> list[Original]:
    found = []
    for name in FILES:
        try:
            path = real_film(name)
        except RealMediaMissing:
            continue
        if path.stat().st_size <= MAX_REAL_BYTES:
            found.append(Original(name, "film", path))
    return found


def _wavs(folder: Path) -> list[Original]:
    found = []
    for channels, sample_format in ((1, WavFormat.PCM_16), (2, WavFormat.FLOAT32)):
        path = folder / f"take-{channels}.wav"
        with WavWriter(
            path,
            rate_hz=RATE_HZ,
            channels=channels,
            sample_format=sample_format,
            bext=BroadcastExtension(description="A take"),
            ixml="<BWFXML><NOTE>made here</NOTE></BWFXML>",
        ) as writer:
            writer.write(noise(channels, RATE_HZ // 4))
        found.append(Original(path.name, "wav", path))
    return found


def _projects(folder: Path) -> list[Original]:
    with_history = folder / "with-history"
    with ProjectStore.create(with_history, "reel", _a_full_project()) as store:
        for number in range(12):
            store.apply(f"Rename {number}", partial(replace, name=f"Reel, cut {number}"))
            if number in (3, 7):
                store.undo()
            if number == 5:
                store.save()
    saved_only = folder / "saved-only"
    with ProjectStore.create(saved_only, "reel", _a_full_project()) as store:
        store.save()
    (saved_only / "reel.prismdesk.journal").unlink()
    file, journal = "reel.prismdesk", "reel.prismdesk.journal"
    return [
        Original("project", "project", with_history, (file, journal)),
        Original("project's journal", "journal", with_history, (journal,)),
        Original("project without journal", "project", saved_only, (file,)),
    ]


def _a_full_project() -> Project:
    """A project with something of every kind in it."""
    return a_project(
        tracks=(a_track("track-1", a_lane("lane-1", a_clip("clip-1", 0, 96_000))),),
        regions=(a_region(takes=(a_take(),)),),
        markers=(a_marker("marker-1", 4_800, name="door"),),
    )
