from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import pytest

from prismdesk.errors import Cancelled
from prismdesk.media.thumbnail_file import Thumbnails
from prismdesk.media.thumbnails import make_thumbnails, thumbnail_times
from tests.media_files import PictureSpec, frame_number, make_film, rotate_film

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

ALWAYS = (Fraction(0), Fraction(1000))


def a_film(folder: Path, **fields: Any) -> Path:
    values: dict[str, Any] = {"codec": "libx264", "frames": 150, "gop_frames": 50}
    values["options"] = (("sc_threshold", "0"),)
    return make_film(folder / "a.mp4", picture=PictureSpec(**(values | fields)))


def pixels_of(jpeg: bytes) -> npt.NDArray[np.uint8]:
    with av.open(io.BytesIO(jpeg), "r") as picture:
        frame: Any = next(picture.decode(video=0))
        pixels: npt.NDArray[np.uint8] = frame.to_ndarray(format="rgb24")
        return pixels


def numbers_at(thumbnails: Thumbnails, times: list[float]) -> list[int | None]:
    found = [thumbnails.nearest(Fraction(time), *ALWAYS) for time in times]
    return [None if t is None else frame_number(pixels_of(thumbnails.jpeg(t))) for t in found]


def test_exact_thumbnails_are_the_pictures_on_screen(tmp_path: Path) -> None:
    film, out = a_film(tmp_path), tmp_path / "thumbs"
    make_thumbnails(film, out, thumbnail_times(Fraction(6)), is_exact=True)
    assert numbers_at(Thumbnails(out), [0, 0.5, 1.0, 3.2, 5.5]) == [0, 12, 25, 75, 137]


def test_quick_thumbnails_are_keyframes(tmp_path: Path) -> None:
    film, out = a_film(tmp_path), tmp_path / "thumbs"
    make_thumbnails(film, out, thumbnail_times(Fraction(6)), is_exact=False)
    assert len(Thumbnails(out)) == 3
    assert numbers_at(Thumbnails(out), [0, 1.5, 2.0, 5.5]) == [0, 0, 50, 100]


def test_exact_ones_are_added_to_quick_ones_later(tmp_path: Path) -> None:
    film, out = a_film(tmp_path), tmp_path / "thumbs"
    times = thumbnail_times(Fraction(6))
    make_thumbnails(film, out, times, is_exact=False)
    seen = Thumbnails(out)
    make_thumbnails(film, out, times, is_exact=True)
    assert seen.refresh()
    assert len(seen) == 12
    assert not seen.refresh()
    assert numbers_at(seen, [4.5]) == [112]


def test_films_without_timestamps_are_walked_once(tmp_path: Path) -> None:
    picture = PictureSpec(codec="mpeg1video", frames=60)
    film = make_film(tmp_path / "a.m1v", picture=picture, format="mpeg1video")
    make_thumbnails(film, tmp_path / "t", thumbnail_times(Fraction(60, 25)), is_exact=False)
    assert numbers_at(Thumbnails(tmp_path / "t"), [0, 0.5, 1, 1.5]) == [0, 12, 25, 37]


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    film, out = a_film(tmp_path), tmp_path / "thumbs"
    make_thumbnails(film, out, thumbnail_times(Fraction(6)), is_exact=True)
    before = out.read_bytes()
    film.unlink()
    make_thumbnails(film, out, thumbnail_times(Fraction(6)), is_exact=False)
    assert out.read_bytes() == before


def test_stopped_work_is_taken_up(tmp_path: Path) -> None:
    film, out = a_film(tmp_path), tmp_path / "thumbs"
    times = thumbnail_times(Fraction(6))

    def when_four_are_there() -> bool:
        return out.exists() and len(Thumbnails(out)) >= 4

    with pytest.raises(Cancelled):
        make_thumbnails(film, out, times, is_exact=True, cancelled=when_four_are_there)
    kept = out.read_bytes()
    make_thumbnails(film, out, times, is_exact=True)
    assert out.read_bytes().startswith(kept)
    assert len(Thumbnails(out)) == 12


def test_torn_end_is_ignored_and_mended(tmp_path: Path) -> None:
    film, out = a_film(tmp_path), tmp_path / "thumbs"
    make_thumbnails(film, out, thumbnail_times(Fraction(6)), is_exact=True)
    whole = out.read_bytes()
    out.write_bytes(whole[:-5])
    assert len(Thumbnails(out)) == 11
    make_thumbnails(film, out, thumbnail_times(Fraction(6)), is_exact=True)
    assert len(Thumbnails(out)) == 12
    assert out.read_bytes() == whole


def test_foreign_file_is_replaced(tmp_path: Path) -> None:
    film, out = a_film(tmp_path), tmp_path / "thumbs"
    out.write_bytes(b"something else that is long enough for a record or two" * 9)
    assert len(Thumbnails(out)) == 0
    make_thumbnails(film, out, thumbnail_times(Fraction(6)), is_exact=True)
    assert len(Thumbnails(out)) == 12


def test_damaged_picture_is_not_shown(tmp_path: Path) -> None:
    film, out = a_film(tmp_path), tmp_path / "thumbs"
    make_thumbnails(film, out, thumbnail_times(Fraction(6)), is_exact=True)
    found = Thumbnails(out).nearest(Fraction(0), *ALWAYS)
    assert found is not None
    data = bytearray(out.read_bytes())
    data[found.offset + 40] ^= 255
    out.write_bytes(data)
    assert Thumbnails(out).jpeg(found) == b""


def test_emptied_cache_is_noticed(tmp_path: Path) -> None:
    film, out = a_film(tmp_path), tmp_path / "thumbs"
    make_thumbnails(film, out, thumbnail_times(Fraction(6)), is_exact=True)
    thumbnails = Thumbnails(out)
    out.unlink()
    assert thumbnails.refresh()
    assert len(thumbnails) == 0


def test_shot_is_shown_by_its_own_picture(tmp_path: Path) -> None:
    film, out = a_film(tmp_path), tmp_path / "thumbs"
    cut = Fraction(31, 25)
    make_thumbnails(film, out, thumbnail_times(Fraction(6), [cut]), is_exact=True)
    thumbnails = Thumbnails(out)
    before = thumbnails.nearest(Fraction(30, 25), Fraction(0), cut)
    after = thumbnails.nearest(cut, cut, Fraction(6))
    assert before is not None
    assert after is not None
    assert frame_number(pixels_of(thumbnails.jpeg(before))) == 25
    assert frame_number(pixels_of(thumbnails.jpeg(after))) == 31
    assert thumbnails.nearest(cut - Fraction(1, 100_000), cut, Fraction(6)) == after
    assert thumbnails.nearest(Fraction(2), Fraction(121, 100), Fraction(122, 100)) is None


def test_turned_films_stand_upright_and_keep_their_shape(tmp_path: Path) -> None:
    film = a_film(tmp_path, codec="mpeg4", options=())
    rotate_film(film, 90)
    make_thumbnails(film, tmp_path / "t", [Fraction(0)], is_exact=True)
    thumbnails = Thumbnails(tmp_path / "t")
    found = thumbnails.nearest(Fraction(0), *ALWAYS)
    assert found is not None
    assert pixels_of(thumbnails.jpeg(found)).shape == (64, 48, 3)


def test_long_films_have_a_bounded_number() -> None:
    assert len(thumbnail_times(Fraction(10))) == 20
    assert len(thumbnail_times(Fraction(1, 10))) == 1
    assert len(thumbnail_times(Fraction(3 * 3600))) == 7200
    assert thumbnail_times(Fraction(1), [Fraction(3, 10), Fraction(9)]) == (
        Fraction(0),
        Fraction(3, 10),
        Fraction(1, 2),
    )


def test_strip_fills_widely_first(tmp_path: Path) -> None:
    film, out = a_film(tmp_path), tmp_path / "thumbs"
    spans: list[int] = []

    def look(_: float) -> None:
        thumbnails = Thumbnails(out)
        spans.append(sum(thumbnails.nearest(Fraction(t), *ALWAYS) is not None for t in range(6)))
        shown = {thumbnails.nearest(Fraction(t), *ALWAYS) for t in range(6)}
        spans[-1] = len(shown)

    make_thumbnails(film, out, thumbnail_times(Fraction(6)), is_exact=True, progress=look)
    assert spans[1] == 2
