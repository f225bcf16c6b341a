from __future__ import annotations

from contextlib import closing
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from prismdesk.errors import Cancelled
from prismdesk.media.container import decode
from prismdesk.media.errors import MediaError
from prismdesk.media.frame_pixels import FramePixels
from prismdesk.media.frames import FrameReader, read_frames
from tests.media_files import (
    PictureSpec,
    SoundSpec,
    frame_number,
    make_film,
    noise,
    rotate_film,
)

if TYPE_CHECKING:
    from pathlib import Path

NTSC = Fraction(30000, 1001)


def numbers(film: Path, times: list[float]) -> list[int]:
    pixels, _ = read_frames(film, times, width_px=64, height_px=48)
    return [frame_number(picture) for picture in pixels]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov", ".avi", ".ts", ".mpg"])
@pytest.mark.parametrize("rate", [Fraction(25), NTSC])
def test_each_time_gives_the_picture_on_screen(tmp_path: Path, rate: Fraction, suffix: str) -> None:
    codec = "mpeg2video" if suffix in (".ts", ".mpg") else "mpeg4"
    film = make_film(
        tmp_path / f"a{suffix}", picture=PictureSpec(rate=rate, frames=60, codec=codec)
    )
    starts = [float(n / rate) for n in range(60)]
    assert numbers(film, starts) == list(range(60))
    assert numbers(film, [start + 0.6 / float(rate) for start in starts]) == list(range(60))


def test_b_frames_come_in_the_order_shown(tmp_path: Path) -> None:
    picture = PictureSpec(codec="libx264", frames=60, options=(("bf", "3"), ("preset", "fast")))
    film = make_film(tmp_path / "a.mp4", picture=picture)
    assert numbers(film, [n / 25 for n in range(60)]) == list(range(60))


def test_variable_rate_follows_the_timestamps(tmp_path: Path) -> None:
    times = [Fraction(n * n, 200) for n in range(20)]
    film = make_film(tmp_path / "a.mp4", picture=PictureSpec(frames=20, times=times))
    wanted = [0.0, 0.1, 0.5, 0.5, 1.0, 1.79, 1.8, 10.0]
    pixels, shown = read_frames(film, wanted, width_px=64, height_px=48)
    expected = [max(n for n in range(20) if times[n] <= t + 1e-6) for t in wanted]
    assert [frame_number(picture) for picture in pixels] == expected
    np.testing.assert_allclose(shown, [float(times[n]) for n in expected], atol=1e-4)


def test_before_and_after_the_film_are_its_first_and_last_picture(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", picture=PictureSpec(frames=10))
    assert numbers(film, [-5.0, 0.0, 100.0]) == [0, 0, 9]


def test_times_count_from_the_first_picture(tmp_path: Path) -> None:
    picture = PictureSpec(frames=30, start_seconds=Fraction(2), codec="libx264")
    sound = SoundSpec(audio=noise(2, 48000))
    film = make_film(tmp_path / "a.mp4", picture=picture, sounds=[sound])
    assert numbers(film, [0.0, 0.4]) == [0, 10]


def test_files_without_timestamps_count_pictures(tmp_path: Path) -> None:
    picture = PictureSpec(codec="mpeg1video", frames=40)
    film = make_film(tmp_path / "a.m1v", picture=picture, format="mpeg1video")
    assert numbers(film, [n / 25 for n in range(40)]) == list(range(40))


@pytest.mark.parametrize(("suffix", "codec"), [(".mp4", "libx264"), (".ts", "mpeg2video")])
def test_leaps_far_ahead_are_exact_and_skip_what_lies_between(
    tmp_path: Path, suffix: str, codec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = make_film(
        tmp_path / f"a{suffix}", picture=PictureSpec(rate=Fraction(5), frames=250, codec=codec)
    )
    decoded = 0

    def counting(packet: av.Packet[Any]) -> object:
        nonlocal decoded
        decoded += 1
        return decode(packet)

    monkeypatch.setattr("prismdesk.media.picture_walk.decode", counting)
    assert numbers(film, [0.2, 20.0, 20.2, 45.01, 45.2]) == [1, 100, 101, 225, 226]
    assert decoded < 200


def test_a_picture_asked_twice_is_decoded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = make_film(tmp_path / "a.mp4", picture=PictureSpec(frames=10))
    converted = 0
    convert = FramePixels.convert

    def counting(*arguments: object) -> object:
        nonlocal converted
        converted += 1
        return convert(*arguments)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(FramePixels, "convert", counting)
    assert numbers(film, [0.0, 0.01, 0.02, 0.04]) == [0, 0, 0, 1]
    assert converted == 2


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turned_films_stand_upright(tmp_path: Path, degrees: int) -> None:
    film = make_film(tmp_path / "a.mp4", picture=PictureSpec(frames=150))
    plain, _ = read_frames(film, [5.0], width_px=64, height_px=48)
    rotate_film(film, degrees)
    size = (64, 48) if degrees == 180 else (48, 64)
    turned, _ = read_frames(film, [5.0], width_px=size[0], height_px=size[1])
    np.testing.assert_array_equal(turned[0], np.rot90(plain[0], -degrees // 90))


def test_crop_keeps_the_middle_and_squash_everything(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", picture=PictureSpec(frames=241, width_px=128))
    whole, _ = read_frames(film, [9.6], width_px=128, height_px=48)
    cropped, _ = read_frames(film, [9.6], width_px=48, height_px=48, fit="crop")
    squashed, _ = read_frames(film, [9.6], width_px=64, height_px=48)
    np.testing.assert_allclose(cropped[0].astype(int), whole[0, :, 40:88].astype(int), atol=2)
    assert frame_number(squashed[0]) == 240


def test_crop_knows_the_shape_of_pixels(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", picture=PictureSpec(frames=241, pixel_aspect=Fraction(2)))
    wide, _ = read_frames(film, [9.6], width_px=128, height_px=48, fit="crop")
    assert frame_number(wide[0]) == 240


def test_no_times_give_no_pictures(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", picture=PictureSpec())
    pixels, shown = read_frames(film, [], width_px=8, height_px=6)
    assert (pixels.shape, shown.shape) == ((0, 6, 8, 3), (0,))


@pytest.mark.parametrize("times", [[1.0, 0.5], [float("nan")], [float("inf")]])
def test_times_that_make_no_sense_are_refused(tmp_path: Path, times: list[float]) -> None:
    with pytest.raises(ValueError, match="ascending"):
        read_frames(tmp_path / "a.mp4", times, width_px=8, height_px=8)


def test_a_film_without_picture_is_a_sentence(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", sounds=[SoundSpec(audio=noise(2, 4800))])
    with pytest.raises(MediaError, match="no picture"):
        read_frames(film, [0.0], width_px=8, height_px=8)


def test_reading_can_be_cancelled(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", picture=PictureSpec())
    with pytest.raises(Cancelled):
        read_frames(film, [0.5], width_px=8, height_px=8, cancelled=lambda: True)


def test_damage_gives_pictures_or_a_sentence(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", picture=PictureSpec(codec="libx264", frames=50))
    good = film.read_bytes()
    generator = np.random.default_rng(1)
    for _ in range(30):
        data = bytearray(good)
        for place in generator.integers(0, len(data), 20):
            data[place] = int(generator.integers(256))
        film.write_bytes(data)
        try:
            pixels, _ = read_frames(film, [0.0, 1.0], width_px=64, height_px=48)
            assert pixels.shape == (2, 48, 64, 3)
        except MediaError:
            pass


def test_reading_on_decodes_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = PictureSpec(codec="libx264", frames=60, options=(("g", "60"), ("preset", "fast")))
    film = make_film(tmp_path / "a.mp4", picture=picture)
    decoded = 0

    def counting(packet: av.Packet[Any]) -> object:
        nonlocal decoded
        decoded += 1
        return decode(packet)

    monkeypatch.setattr("prismdesk.media.picture_walk.decode", counting)
    with closing(FrameReader(film)) as reader:
        parts = [
            reader.read([n / 25 for n in range(first, first + 12)], width_px=64, height_px=48)[0]
            for first in range(0, 48, 12)
        ]
        again, _ = reader.read([0.2], width_px=64, height_px=48)
    assert [frame_number(picture) for part in parts for picture in part] == list(range(48))
    assert frame_number(again[0]) == 5
    assert decoded < 100


def test_a_reader_is_of_use_after_it_was_cancelled_or_closed(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", picture=PictureSpec(frames=30))
    reader = FrameReader(film)
    for cancelled_at in (0.5, 1.0):
        with pytest.raises(Cancelled):
            reader.read([cancelled_at], width_px=64, height_px=48, cancelled=lambda: True)
    pixels, _ = reader.read([0.4], width_px=64, height_px=48)
    with pytest.raises(Cancelled):
        reader.read([1.0], width_px=64, height_px=48, cancelled=lambda: True)
    reader.close()
    again, _ = reader.read([0.8], width_px=64, height_px=48)
    reader.close()
    assert [frame_number(pixels[0]), frame_number(again[0])] == [10, 20]


def stripes() -> av.VideoFrame:
    """Colours that change with every second pixel, which is all that 4:2:0 can hold."""
    frame = av.VideoFrame(128, 96, "yuv420p")
    for plane, values in zip(frame.planes, ([128], [40, 216], [128]), strict=True):
        row = np.resize(np.array(values, np.uint8), plane.line_size)
        plane.update(np.tile(row, plane.height).tobytes())
    return frame


@pytest.mark.parametrize(("full_colour", "is_kept"), [(True, True), (False, False)])
def test_full_colour_keeps_colours_apart_when_scaled(
    tmp_path: Path, *, full_colour: bool, is_kept: bool
) -> None:
    pixels = FramePixels(
        64, 48, crops=False, pixel_aspect=Fraction(1), full_colour=full_colour
    ).convert(tmp_path, stripes())
    blue = pixels[24, 8:56, 2].astype(int)
    assert (np.abs(np.diff(blue)).min() > 100) == is_kept


@pytest.mark.parametrize(("width", "height", "left"), [(640, 272, 152), (640, 480, 37)])
def test_crop_cuts_where_the_published_rule_cuts(
    tmp_path: Path, width: int, height: int, left: int
) -> None:
    ramp = np.zeros((height, width, 3), np.uint8)
    ramp[:] = (np.arange(width) * 255 // width)[:, None]
    frame = av.VideoFrame.from_ndarray(ramp, format="rgb24")
    crop = FramePixels(224, 224, crops=True, pixel_aspect=Fraction(1)).convert(tmp_path, frame)

    # The longer side is scaled to its length rounded down, and the rest cut to the nearest even.
    scaled = int(224 * width / height)
    whole = FramePixels(scaled, 224, crops=False, pixel_aspect=Fraction(1))
    expected = whole.convert(tmp_path, frame)[:, left : left + 224]
    np.testing.assert_array_equal(crop, expected)
