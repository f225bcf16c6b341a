from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from prismdesk.errors import Cancelled, InputError
from prismdesk.media.bext import BroadcastExtension
from prismdesk.media.cache import MediaCache
from prismdesk.media.sounds import SoundLibrary
from prismdesk.media.wav import WavWriter
from prismdesk.project.consistency import check_consistent
from prismdesk.project.model import BusKind, Project
from prismdesk.session.importing import (
    ReadSound,
    add_sound,
    empty_project,
    read_sound,
    sound_position,
)
from tests.builders import a_media, a_picture, a_project
from tests.media.export.films import noise_24, write_film

if TYPE_CHECKING:
    from pathlib import Path

NOON_SAMPLES = 12 * 3600 * 48_000


@pytest.fixture
def project() -> Project:
    return empty_project("Storm")


def write_wav(path: Path, length: int, *, rate_hz: int = 48_000, time_reference: int = 0) -> Path:
    bext = BroadcastExtension(time_reference_samples=time_reference)
    with WavWriter(path, rate_hz=rate_hz, channels=2, bext=bext) as writer:
        writer.write(noise_24(length))
    return path


@pytest.mark.parametrize("ending", ["wav", "aiff", "flac", "mp3"])
def test_a_sound_is_conformed_to_the_project_and_laid_on_a_new_track(
    ending: str, project: Project, tmp_path: Path
) -> None:
    path = tmp_path / f"door.{ending}"
    soundfile.write(path, noise_24(44_100).T, 44_100)

    sound = read_sound(path, project=project, folder=tmp_path)
    after = add_sound(project, sound, 1_000)

    check_consistent(after)
    track = after.tracks[-1]
    (clip,) = track.lanes[0].clips
    assert (track.name, clip.start_samples) == ("door", 1_000)
    assert abs(clip.length_samples - 48_000) <= (0 if ending != "mp3" else 3_000)
    assert after.media[0].path == f"door.{ending}"
    assert [bus.kind for bus in after.buses if bus.id == track.bus_id] == [BusKind.EFFECTS]
    library = SoundLibrary(tmp_path, MediaCache(tmp_path / "cache"), rate_hz=48_000)
    wav = library.stream(after.media[0], clip.stream_index)
    assert np.abs(wav.read(0, wav.length_samples)).max() > 0.3
    library.close()


def test_a_sound_that_is_there_already_is_used_again(project: Project, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "door.wav", 4_800)
    sound = read_sound(path, project=project, folder=tmp_path)

    twice = add_sound(add_sound(project, sound, 0), read_again(path, project, tmp_path), 9_600)

    check_consistent(twice)
    assert len(twice.media) == 1
    assert [track.lanes[0].clips[0].start_samples for track in twice.tracks[1:]] == [0, 9_600]


def read_again(path: Path, project: Project, folder: Path) -> ReadSound:
    return read_sound(path, project=project, folder=folder)


def test_a_time_reference_places_the_sound_in_the_film(tmp_path: Path) -> None:
    # 24 frames a second from 12:00:00:00.
    picture = a_picture(start_frame=12 * 3600 * 24)
    film = a_project(media=(a_media(picture=picture),))
    reference = (NOON_SAMPLES + 96_000) * 2
    path = write_wav(tmp_path / "pier.wav", 4_800, rate_hz=96_000, time_reference=reference)

    sound = read_sound(path, project=film, folder=tmp_path)

    assert sound.time_reference_samples == NOON_SAMPLES + 96_000
    assert sound_position(film, sound, 5) == 96_000


def test_a_time_outside_the_film_gives_way_to_the_playhead(tmp_path: Path) -> None:
    film = a_project()
    path = write_wav(tmp_path / "pier.wav", 4_800, time_reference=NOON_SAMPLES)

    sound = read_sound(path, project=film, folder=tmp_path)

    assert sound_position(film, sound, 5) == 5
    assert sound_position(film, replace(sound, time_reference_samples=None), 7) == 7


def test_a_film_without_sound_is_refused(project: Project, tmp_path: Path) -> None:
    film = write_film(tmp_path / "mute.mov")

    with pytest.raises(InputError, match=r"mute\.mov has no sound"):
        read_sound(film, project=project, folder=tmp_path)


def test_reading_can_be_cancelled(project: Project, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "door.wav", 480_000)

    with pytest.raises(Cancelled):
        read_sound(path, project=project, folder=tmp_path, cancelled=lambda: True)
