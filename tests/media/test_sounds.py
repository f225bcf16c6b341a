from pathlib import Path

import numpy as np
import pytest

from prismdesk.media.cache import MediaCache
from prismdesk.media.errors import MediaError
from prismdesk.media.sounds import SoundLibrary
from prismdesk.media.wav import WavWriter
from prismdesk.project.ids import MediaId, TakeId
from prismdesk.project.model import Media, Provenance, Take, Task
from prismdesk.project.timebase import SampleRange

MEDIA = Media(id=MediaId("media-1"), path="film.mov", content_key="c1-5-abc", size_bytes=5)


def a_take_at(path: str) -> Take:
    provenance = Provenance(
        engine="e", engine_version="1", software_version="1", task=Task.INPAINT, seed=0
    )
    return Take(
        id=TakeId("take-1"),
        name="Take 1",
        path=path,
        content_key="",
        region=SampleRange(0, 10),
        head_samples=0,
        tail_samples=0,
        channels=1,
        seam_samples=0,
        created_utc="",
        provenance=provenance,
    )


def write(path: Path, value: float, *, rate_hz: int = 48000) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with WavWriter(path, rate_hz=rate_hz, channels=1) as writer:
        writer.write(np.full((1, 10), value, np.float32))


def conform_by_hand(cache: MediaCache, value: float, *, rate_hz: int = 48000) -> None:
    files = cache.sound_files(MEDIA.content_key, 1, rate_hz=rate_hz)
    write(files.wav_path, value, rate_hz=rate_hz)
    files.peaks_path.touch()
    files.facts_path.touch()


def test_streams_come_from_the_cache_and_takes_from_the_project(tmp_path: Path) -> None:
    cache = MediaCache(tmp_path / "cache")
    conform_by_hand(cache, 0.25)
    write(tmp_path / "takes" / "one.wav", 0.5)
    library = SoundLibrary(tmp_path, cache)
    assert library.stream(MEDIA, 1).read(0, 1) == 0.25
    assert library.take(a_take_at("takes/one.wav")).read(0, 1) == 0.5
    assert library.stream(MEDIA, 1) is library.stream(MEDIA, 1)
    library.close()


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    library = SoundLibrary(tmp_path, MediaCache(tmp_path / "cache"))
    with pytest.raises(MediaError, match=r"film\.mov"):
        library.stream(MEDIA, 1)
    with pytest.raises(MediaError, match=r"one\.wav"):
        library.take(a_take_at("takes/one.wav"))


def test_a_folder_that_is_gone_is_what_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "film"
    library = SoundLibrary(folder, MediaCache(folder / "cache"))
    with pytest.raises(MediaError, match=r"folder .*film isn't there any more"):
        library.stream(MEDIA, 1)


@pytest.mark.parametrize("path", ["../out.wav", "/etc/passwd", "takes/../../out.wav"])
def test_takes_outside_the_project_are_refused(tmp_path: Path, path: str) -> None:
    write(tmp_path / "out.wav", 0.5)
    folder = tmp_path / "project"
    folder.mkdir()
    library = SoundLibrary(folder, MediaCache(folder / "cache"))
    with pytest.raises(MediaError, match="outside the project"):
        library.take(a_take_at(path))


def test_the_rate_chooses_between_conformed_files(tmp_path: Path) -> None:
    cache = MediaCache(tmp_path / "cache")
    conform_by_hand(cache, 0.25)
    conform_by_hand(cache, 0.75, rate_hz=44100)
    assert SoundLibrary(tmp_path, cache, rate_hz=44100).stream(MEDIA, 1).read(0, 1) == 0.75
    with pytest.raises(MediaError, match="several rates"):
        SoundLibrary(tmp_path, cache).stream(MEDIA, 1)
