from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from prismdesk.errors import Cancelled
from prismdesk.media import picture_walk
from prismdesk.media.container import open_media
from prismdesk.media.frame_pixels import FramePixels
from prismdesk.media.picture_walk import Picture, PictureWalk
from tests.media_files import PictureSpec, frame_number, make_film
from tests.real_media import real_film

if TYPE_CHECKING:
    from pathlib import Path

KINDS = [
    (".mp4", "libx264"),
    (".mkv", "libx264"),
    (".avi", "mpeg4"),
    (".ts", "mpeg2video"),
    (".m1v", "mpeg1video"),
]


def a_film(folder: Path, suffix: str = ".mp4", codec: str = "libx264", **fields: Any) -> Path:
    picture = PictureSpec(codec=codec, **({"frames": 100, "gop_frames": 30} | fields))
    kind = "mpeg1video" if suffix == ".m1v" else None
    return make_film(folder / f"a{suffix}", picture=picture, format=kind)


def number_of(picture: Picture) -> int:
    pixels = FramePixels(64, 48, crops=False, pixel_aspect=Fraction(1))
    return frame_number(pixels.convert(None, picture.frame))  # type: ignore[arg-type]  # no message


@pytest.mark.parametrize(("suffix", "codec"), KINDS)
def test_any_order_of_times_gives_the_picture_on_screen(
    tmp_path: Path, suffix: str, codec: str
) -> None:
    film = a_film(tmp_path, suffix, codec)
    order = np.random.default_rng(1).integers(0, 100, 40).tolist()
    with open_media(film) as container:
        walk = PictureWalk(film, container, far_ahead_seconds=0.5)
        seen = [number_of(walk.at(Fraction(n, 25) + Fraction(1, 100))) for n in order]
    assert seen == order


@pytest.mark.parametrize(("suffix", "codec"), KINDS)
def test_keyframe_is_never_after_the_time(tmp_path: Path, suffix: str, codec: str) -> None:
    film = a_film(tmp_path, suffix, codec)
    with open_media(film) as container:
        walk = PictureWalk(film, container)
        for n in (70, 20, 99, 0, 45):
            picture = walk.keyframe_at(Fraction(n, 25))
            assert picture.seconds <= Fraction(n, 25)
            assert number_of(walk.at(Fraction(n, 25))) == n


def test_keyframe_is_reached_without_decoding_what_lies_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = a_film(tmp_path, gop_frames=50, options=(("sc_threshold", "0"),))
    with open_media(film) as container:
        walk = PictureWalk(film, container)
        monkeypatch.setattr(picture_walk.PictureWalk, "step", None)
        assert walk.keyframe_at(Fraction(99, 25)).seconds == 2
        assert walk.keyframe_at(Fraction(40, 25)).seconds == 0


def test_passed_pictures_are_remembered_within_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = a_film(tmp_path)
    with open_media(film) as container:
        walk = PictureWalk(film, container, remembered_bytes=10 * 64 * 48 * 3 // 2)
        assert number_of(walk.at(Fraction(25, 25))) == 25
        monkeypatch.setattr(picture_walk.PictureWalk, "_enter", None)
        assert [number_of(walk.at(Fraction(n, 25))) for n in (24, 15, 20)] == [24, 15, 20]
        assert number_of(walk.keyframe_at(Fraction(16, 25))) == 16
        monkeypatch.undo()
        assert number_of(walk.at(Fraction(14, 25))) == 14


def test_abandoned_search_leaves_the_walk_usable(tmp_path: Path) -> None:
    film = a_film(tmp_path)
    asked = 0

    def after_ten() -> bool:
        nonlocal asked
        asked += 1
        return asked > 10

    with open_media(film) as container:
        walk = PictureWalk(film, container)
        with pytest.raises(Cancelled):
            walk.at(Fraction(20, 25), cancelled=after_ten)
        assert number_of(walk.at(Fraction(20, 25))) == 20


@pytest.mark.real_media("pygame/blue.mpg")
def test_stream_without_any_times_can_be_walked_again() -> None:
    film = real_film("pygame/blue.mpg")
    with open_media(film) as container:
        walk = PictureWalk(film, container)
        assert not walk.is_timed
        last = walk.at(Fraction(100)).seconds
        assert last == 23 / walk.rate
        assert walk.at(Fraction(0)).seconds == 0
        assert walk.at(Fraction(100)).seconds == last


def test_steps_end_at_the_last_picture(tmp_path: Path) -> None:
    film = a_film(tmp_path, frames=5)
    with open_media(film) as container:
        walk = PictureWalk(film, container)
        seen = [number_of(walk.shown)]
        while (picture := walk.step()) is not None:
            seen.append(number_of(picture))
        assert walk.following is None
        assert number_of(walk.at(Fraction(1, 25))) == 1
    assert seen == [0, 1, 2, 3, 4]
