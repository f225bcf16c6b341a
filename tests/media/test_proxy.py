from __future__ import annotations

import shutil
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from av.video.reformatter import Colorspace

from prismdesk.errors import Cancelled
from prismdesk.media.container import open_media
from prismdesk.media.errors import MediaError, MediaWorkError
from prismdesk.media.frames import read_frames
from prismdesk.media.picture_walk import PictureWalk
from prismdesk.media.probe import probe
from prismdesk.media.proxy import check_room, estimated_proxy_bytes, make_proxy, proxy_needed
from prismdesk.media.wav import partial_path
from tests.media_files import PictureSpec, SoundSpec, make_film, noise, rotate_film

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.media.film_info import FilmInfo

VARIABLE = [Fraction(n * n, 200) for n in range(40)]


def times_of(film: Path) -> list[Fraction]:
    with open_media(film) as container:
        walk = PictureWalk(film, container)
        times = [walk.shown.seconds]
        while (picture := walk.step()) is not None:
            times.append(picture.seconds)
    return times


def tolerance_of(film: Path) -> Fraction:
    with open_media(film) as container:
        return PictureWalk(film, container).tolerance


def a_film(folder: Path, suffix: str = ".mp4", **fields: Any) -> Path:
    kind = "mpeg1video" if suffix == ".m1v" else None
    return make_film(folder / f"a{suffix}", picture=PictureSpec(**fields), format=kind)


@pytest.mark.parametrize(
    ("suffix", "fields"),
    [
        (".mp4", {"codec": "libx264", "frames": 60}),
        (".mkv", {"codec": "libx264", "rate": Fraction(30000, 1001), "frames": 60}),
        (".mp4", {"times": VARIABLE, "frames": 40}),
        (".mov", {"codec": "libx264", "start_seconds": Fraction(2), "frames": 30}),
        (".ts", {"codec": "mpeg2video", "frames": 60}),
        (".m1v", {"codec": "mpeg1video", "frames": 60}),
    ],
)
def test_pictures_keep_their_times_and_content(
    tmp_path: Path, suffix: str, fields: dict[str, Any]
) -> None:
    film, out = a_film(tmp_path, suffix, **fields), tmp_path / "proxy.mov"
    make_proxy(film, out)
    times = times_of(film)
    assert times_of(out) == times
    assert tolerance_of(out) == tolerance_of(film)
    wanted = [float(time) for time in times]
    pictures, _ = read_frames(film, wanted, width_px=64, height_px=48)
    again, _ = read_frames(out, wanted, width_px=64, height_px=48)
    assert np.abs(pictures.astype(int) - again).mean() < 6


def test_every_picture_is_coded_for_itself(tmp_path: Path) -> None:
    film, out = a_film(tmp_path, codec="libx264", frames=60), tmp_path / "proxy.mov"
    make_proxy(film, out)
    picture = probe(out).picture
    assert picture is not None
    assert (picture.codec, picture.longest_group_frames, picture.frame_count) == ("mjpeg", 1, 60)


def test_proxy_fits_its_box_upright_in_square_pixels(tmp_path: Path) -> None:
    film = a_film(
        tmp_path, ".mov", frames=2, width_px=1440, height_px=1080, pixel_aspect=Fraction(4, 3)
    )
    out = tmp_path / "proxy.mov"
    make_proxy(film, out)
    wide = probe(out).picture
    assert wide is not None
    assert (wide.width_px, wide.height_px) == (960, 540)
    rotate_film(film, 90)
    make_proxy(film, out)
    turned = probe(out).picture
    assert turned is not None
    assert (turned.width_px, turned.height_px, turned.rotation_degrees) == (304, 540, 0)
    original, _ = read_frames(film, [0.04], width_px=30, height_px=54)
    upright, _ = read_frames(out, [0.04], width_px=30, height_px=54)
    assert original.max() > 200
    assert np.abs(original.astype(int) - upright).mean() < 4


def test_small_film_is_not_enlarged(tmp_path: Path) -> None:
    film, out = a_film(tmp_path, frames=2), tmp_path / "proxy.mov"
    make_proxy(film, out)
    picture = probe(out).picture
    assert picture is not None
    assert (picture.width_px, picture.height_px) == (64, 48)


@pytest.mark.parametrize(
    ("height_px", "matrix"), [(240, None), (720, None), (240, Colorspace.ITU709)]
)
def test_colours_stay_what_they_are(
    tmp_path: Path, height_px: int, matrix: Colorspace | None
) -> None:
    film = tmp_path / "a.mp4"
    with av.open(str(film), "w") as container:
        stream: Any = container.add_stream("libx264", rate=25, options={"qp": "8"})
        stream.width, stream.height, stream.pix_fmt = 320, height_px, "yuv420p"
        if matrix is not None:
            stream.codec_context.colorspace = matrix
        colours = np.array([[220, 30, 30], [20, 200, 60], [30, 60, 230], [240, 240, 240]], np.uint8)
        pixels = np.ascontiguousarray(np.repeat(colours[None], height_px, 0).repeat(80, 1))
        container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    out = tmp_path / "proxy.mov"
    make_proxy(film, out)
    original, _ = read_frames(film, [0.0], width_px=32, height_px=8)
    proxy, _ = read_frames(out, [0.0], width_px=32, height_px=8)
    assert np.abs(original[0, 4, 4::8].astype(int) - proxy[0, 4, 4::8]).max() <= 6


def test_cancelled_proxy_leaves_nothing(tmp_path: Path) -> None:
    film, out = a_film(tmp_path, frames=50), tmp_path / "cache" / "proxy.mov"
    out.parent.mkdir()
    told: list[float] = []
    with pytest.raises(Cancelled):
        make_proxy(film, out, progress=told.append, cancelled=lambda: len(told) > 5)
    assert told == sorted(told)
    assert list(out.parent.iterdir()) == []


def test_unwritable_place_is_a_sentence(tmp_path: Path) -> None:
    film = a_film(tmp_path, frames=5)
    with pytest.raises(MediaWorkError, match="folder"):
        make_proxy(film, tmp_path / "nowhere" / "proxy.mov")


def test_old_partial_file_is_overwritten(tmp_path: Path) -> None:
    film, out = a_film(tmp_path, frames=5), tmp_path / "proxy.mov"
    partial_path(out).write_bytes(b"left by a crash")
    make_proxy(film, out)
    assert len(times_of(out)) == 5
    assert not partial_path(out).exists()


def test_film_without_picture_is_a_sentence(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", sounds=[SoundSpec(audio=noise(2, 4800))])
    with pytest.raises(MediaError, match="no picture"):
        make_proxy(film, tmp_path / "proxy.mov")
    assert not proxy_needed(probe(film))


def info_of(film: Path, **fields: Any) -> FilmInfo:
    info = probe(film)
    assert info.picture is not None
    return replace(info, picture=replace(info.picture, **fields))


def test_proxy_pays_where_a_picture_is_far_from_its_keyframe(tmp_path: Path) -> None:
    still = (("sc_threshold", "0"),)
    film = a_film(tmp_path, codec="libx264", frames=60, gop_frames=40, options=still)
    hd = {"width_px": 1920, "height_px": 1080}
    assert probe(film).picture == info_of(film, longest_group_frames=40).picture
    assert not proxy_needed(probe(film))
    assert proxy_needed(info_of(film, **hd))
    assert not proxy_needed(info_of(film, longest_group_frames=1, **hd))
    assert proxy_needed(info_of(film, longest_group_frames=12, **hd))


def test_proxy_pays_without_timestamps(tmp_path: Path) -> None:
    film = a_film(tmp_path, ".m1v", codec="mpeg1video", frames=30)
    assert proxy_needed(probe(film))


def test_size_is_known_before_and_room_is_looked_for(tmp_path: Path) -> None:
    film, out = a_film(tmp_path, frames=25, width_px=640, height_px=480), tmp_path / "proxy.mov"
    picture = probe(film).picture
    assert picture is not None
    make_proxy(film, out)
    assert 0 < out.stat().st_size < estimated_proxy_bytes(picture) < 640 * 480 * 25
    check_room(tmp_path, 1)
    with pytest.raises(MediaWorkError, match=r"GB left; free some space"):
        check_room(tmp_path, shutil.disk_usage(tmp_path).free * 2)
