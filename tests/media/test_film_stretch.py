from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from prismdesk.errors import Cancelled
from prismdesk.media import film_start
from prismdesk.media import film_stretch as module
from prismdesk.media.container import open_media
from prismdesk.media.errors import MediaError
from prismdesk.media.film_stretch import FilmStretch, film_stretch
from prismdesk.media.picture_walk import PictureWalk
from prismdesk.progress import never_cancelled
from tests.media_files import PictureSpec, frame_number, make_film

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from av.packet import Packet

RATE = Fraction(25)
UNEVEN = [Fraction(n, 25) + Fraction(n % 5, 150) for n in range(100)]
INTRA: dict[str, Any] = {"options": (("strict", "unofficial"),)}
KINDS: list[tuple[str, str, dict[str, Any]]] = [
    (".mp4", "libx264", {}),
    (".mov", "libx264", {"start_seconds": Fraction(1, 2)}),
    (".mp4", "libx264", {"times": UNEVEN}),
    (".mkv", "libx264", {}),
    (".mkv", "libx264", {"rate": Fraction(30000, 1001)}),
    (".mkv", "libx265", {"options": (("x265-params", "open-gop=1:log-level=none"),)}),
    (".avi", "mpeg4", {"options": (("bf", "2"),)}),
    (".ts", "libx264", {}),
    (".ts", "mpeg2video", {"options": (("bf", "2"),)}),
    (".m1v", "mpeg1video", {}),
    (".webm", "libvpx", {"options": (("auto-alt-ref", "1"), ("lag-in-frames", "16"))}),
    (".webm", "libvpx-vp9", {}),
    (".mov", "mjpeg", INTRA),
]


def a_film(
    folder: Path, suffix: str = ".mp4", codec: str = "libx264", name: str = "a", **fields: Any
) -> Path:
    picture = PictureSpec(codec=codec, **({"frames": 100, "gop_frames": 30} | fields))
    kind = "mpeg1video" if suffix == ".m1v" else None
    return make_film(folder / f"{name}{suffix}", picture=picture, format=kind)


def between(
    film: Path, start: Fraction | int | str, end: Fraction | int | str, **more: Any
) -> FilmStretch:
    return film_stretch(film, start_seconds=Fraction(start), end_seconds=Fraction(end), **more)


def walked_seconds(film: Path, start: Fraction, end: Fraction) -> list[float]:
    """When the pictures on screen begin, from the start of the stretch, by decoding."""
    with open_media(film) as container:
        walk = PictureWalk(film, container)
        found = [walk.at(start).seconds]
        while (picture := walk.step()) and picture.seconds < end - walk.tolerance:
            found.append(picture.seconds)
    return [float(seconds - start) for seconds in found]


def numbers(stretch: FilmStretch, times: object) -> list[int]:
    pixels = stretch.read(
        np.asarray(times, np.float64),
        width_px=64,
        height_px=48,
        fit="squash",
        cancelled=never_cancelled,
    )
    return [frame_number(one) for one in pixels]


@pytest.mark.parametrize(("suffix", "codec", "fields"), KINDS)
def test_frames_are_those_that_decoding_shows(
    tmp_path: Path, suffix: str, codec: str, fields: dict[str, Any]
) -> None:
    film = a_film(tmp_path, suffix, codec, **fields)
    for start, end in (("0", "1"), ("51/25", "3"), ("1.013", "1.5"), ("3", "9"), ("8", "9")):
        stretch = between(film, start, end)
        walked = walked_seconds(film, Fraction(start), Fraction(end))
        np.testing.assert_allclose(stretch.frame_times_seconds, walked, atol=1e-6)
        seen = numbers(stretch, stretch.frame_times_seconds)
        assert all(later == earlier + 1 for earlier, later in pairwise(seen))


def test_the_frame_on_screen_at_the_start_began_before(tmp_path: Path) -> None:
    stretch = between(a_film(tmp_path), "1.01", "1.1")
    np.testing.assert_allclose(stretch.frame_times_seconds, [-0.01, 0.03, 0.07])
    assert numbers(stretch, [0.0, 0.029, 0.03, 0.5]) == [25, 25, 26, 37]


def test_a_stretch_past_the_end_has_the_last_frame(tmp_path: Path) -> None:
    stretch = between(a_film(tmp_path), 10, 20)
    np.testing.assert_allclose(stretch.frame_times_seconds, [99 / 25 - 10])
    assert numbers(stretch, [5.0]) == [99]


def test_the_same_stretch_has_the_same_key(tmp_path: Path) -> None:
    film = a_film(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    moved = (tmp_path / "elsewhere" / "b.mp4").resolve()
    moved.write_bytes(film.read_bytes())
    assert between(film, 1, 2).key == between(moved, 1, 2).key
    assert len(between(film, 1, 2).key) == 64


def test_other_stretches_have_other_keys(tmp_path: Path) -> None:
    film = a_film(tmp_path)
    stretches: list[tuple[str | int, str | int]] = [
        (0, 1),
        (0, 2),
        ("0.01", 1),
        (1, 2),
        ("1.001", 2),
        (1, "2.001"),
    ]
    keys = {between(film, start, end).key for start, end in stretches}
    assert len(keys) == len(stretches)


def test_the_key_hears_of_every_coded_byte_before_the_end(tmp_path: Path) -> None:
    film = a_film(tmp_path, ".avi", "mjpeg", **INTRA)
    data = film.read_bytes()
    with av.open(str(film)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    key = between(film, 1, 2).key

    def with_changed(frame: int) -> str:
        assert packets[frame].pos is not None
        place = (packets[frame].pos or 0) + 8 + packets[frame].size - 20
        changed = tmp_path / "changed.avi"
        changed.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        return between(changed, 1, 2).key

    assert with_changed(25) != key
    assert with_changed(49) != key
    assert with_changed(24) == key
    assert with_changed(60) == key


def test_what_lies_between_the_keyframe_and_the_stretch_decides_too(tmp_path: Path) -> None:
    """The same frames in the stretch, coded after others, are other pixels."""
    film = a_film(tmp_path, options=(("sc_threshold", "0"), ("bf", "0")))
    other = a_film(tmp_path, name="b", options=(("sc_threshold", "0"), ("bf", "0"), ("qp", "40")))
    assert between(film, "1.5", 2).key != between(other, "1.5", 2).key


def test_a_shift_in_time_is_another_key_unless_the_stretch_shifts_too(tmp_path: Path) -> None:
    usual = a_film(tmp_path, ".mkv", "mjpeg", **INTRA)
    later = [Fraction(n + (n >= 20), 25) for n in range(100)]
    shifted = a_film(tmp_path, ".mkv", "mjpeg", name="b", times=later, **INTRA)
    before = between(usual, 1, 2)
    assert between(shifted, 1, 2).key != before.key
    after = between(shifted, "1.04", "2.04")
    np.testing.assert_allclose(after.frame_times_seconds, before.frame_times_seconds, atol=1e-3)
    assert numbers(after, [0.5]) == numbers(before, [0.5])


def test_how_it_is_shown_is_part_of_the_key(tmp_path: Path) -> None:
    plain = a_film(tmp_path, ".mov", "mjpeg", **INTRA)
    turned = tmp_path / "turned.mov"
    wide = a_film(tmp_path, ".mov", "mjpeg", name="wide", pixel_aspect=Fraction(2), **INTRA)
    with av.open(str(plain)) as source, av.open(str(turned), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        stream.set_display_rotation(90)
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    stretches = [between(film, 1, 2) for film in (plain, turned, wide)]
    assert len({stretch.key for stretch in stretches}) == 3
    assert [stretch.size_px for stretch in stretches] == [(64, 48), (48, 64), (128, 48)]


def test_neither_key_nor_times_decode_more_than_a_keyframe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = a_film(tmp_path, frames=100)
    monkeypatch.setattr(film_start, "PictureWalk", None)
    assert len(between(film, 2, 3).frame_times_seconds) == 25


@pytest.mark.parametrize(("suffix", "codec", "fields"), KINDS)
def test_a_film_begins_as_the_walk_through_it_does(
    tmp_path: Path, suffix: str, codec: str, fields: dict[str, Any]
) -> None:
    film = a_film(tmp_path, suffix, codec, **fields)
    with open_media(film) as other, open_media(film) as container:
        walk = PictureWalk(film, other)
        start = film_start.look_at_start(film, container)
        assert (start.origin_seconds, start.rate) == (walk.origin_seconds, walk.rate)
        assert (start.is_timed, start.tolerance) == (walk.is_timed, walk.tolerance)
        assert start.pixel_aspect == walk.pixel_aspect
        assert start.frame.colorspace == walk.shown.frame.colorspace


def remuxed(
    film: Path, target: Path, changed: Callable[[int, Packet[Any]], Packet[Any] | None]
) -> Path:
    """Write the picture's packets anew as ``changed`` returns them; None leaves one out."""
    with av.open(str(film)) as source, av.open(str(target), "w") as writer:
        stream = writer.add_stream_from_template(source.streams.video[0])
        for number, packet in enumerate(source.demux(video=0)):
            kept = changed(number, packet) if packet.size else None
            if kept is not None:
                kept.stream = stream
                writer.mux(kept)
    return target


def is_as_decoded(film: Path, start: Fraction | int | str, end: Fraction | int | str) -> bool:
    stretch = between(film, start, end)
    walked = walked_seconds(film, Fraction(start), Fraction(end))
    np.testing.assert_allclose(stretch.frame_times_seconds, walked, atol=1e-6)
    return True


@pytest.mark.parametrize(
    ("codec", "options"),
    [
        # Pictures shown before the keyframe can't be decoded without what was cut off ...
        ("mpeg2video", (("bf", "2"),)),
        # ... and can, after an IDR picture with RADL pictures.
        (
            "libx265",
            (
                (
                    "x265-params",
                    "open-gop=0:radl=2:bframes=3:b-adapt=0:keyint=30:min-keyint=30:scenecut=0:log-level=none",
                ),
            ),
        ),
    ],
)
def test_a_film_cut_at_a_keyframe_begins_with_what_can_be_decoded(
    tmp_path: Path, codec: str, options: tuple[tuple[str, str], ...]
) -> None:
    whole = a_film(tmp_path, ".mkv", codec, options=options, frames=90)
    with av.open(str(whole)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    key = [place for place, packet in enumerate(packets) if packet.is_keyframe][1]
    assert (packets[key + 1].pts or 0) < (packets[key].pts or 0)
    cut = remuxed(whole, tmp_path / "cut.mkv", lambda n, packet: packet if n >= key else None)
    assert is_as_decoded(cut, 0, 1)
    assert is_as_decoded(cut, "0.5", "0.9")
    with open_media(cut) as other, open_media(cut) as container:
        start = film_start.look_at_start(cut, container)
        assert start.origin_seconds == PictureWalk(cut, other).origin_seconds


def test_pictures_before_an_edit_list_are_not_shown(tmp_path: Path) -> None:
    def earlier(_: int, packet: Packet[Any]) -> Packet[Any]:
        assert packet.time_base is not None
        ticks = round(Fraction(20, 25) / packet.time_base)
        packet.pts, packet.dts = (packet.pts or 0) - ticks, (packet.dts or 0) - ticks
        return packet

    film = remuxed(a_film(tmp_path), tmp_path / "edited.mov", earlier)
    with av.open(str(film)) as container:
        hidden = sum(packet.is_discard for packet in container.demux(video=0))
    assert hidden > 0
    assert is_as_decoded(film, 0, 1)
    assert numbers(between(film, 0, 1), [0.0, 0.5]) == [20, 32]


def test_pictures_after_an_edit_list_are_not_shown(tmp_path: Path) -> None:
    film = a_film(tmp_path)
    data = bytearray(film.read_bytes())
    # The movie's duration of the one edit: two seconds instead of four (ISO/IEC 14496-12, 8.6.6).
    at = data.index(b"elst") + 12
    assert int.from_bytes(data[at - 4 : at], "big") == 1
    four_seconds = int.from_bytes(data[at : at + 4], "big")
    data[at : at + 4] = (four_seconds // 2).to_bytes(4, "big")
    film.write_bytes(data)
    with av.open(str(film)) as container:
        assert any(packet.is_discard for packet in container.demux(video=0))
    assert is_as_decoded(film, 1, 3)
    assert len(between(film, 1, 3).frame_times_seconds) == 25


def test_pictures_that_are_only_referred_to_have_no_time(tmp_path: Path) -> None:
    def hides_the_30th(number: int, packet: Packet[Any]) -> Packet[Any]:
        data = bytes(packet)
        if number == 30:
            data = bytes([data[0] & ~0x10]) + data[1:]
        changed = av.Packet(data)
        changed.pts, changed.dts, changed.time_base = packet.pts, packet.dts, packet.time_base
        changed.is_keyframe = packet.is_keyframe
        return changed

    film = a_film(tmp_path, ".webm", "libvpx", gop_frames=100)
    film = remuxed(film, tmp_path / "hidden.webm", hides_the_30th)
    assert is_as_decoded(film, 1, 2)
    assert len(between(film, 1, 2).frame_times_seconds) == 24


def test_when_the_same_packets_are_shown_is_part_of_the_key(tmp_path: Path) -> None:
    film = a_film(tmp_path)
    assert between(film, 1, 2).key != between(film, "1.001", "2.001").key


def test_cuts_count_from_the_start_of_the_stretch(tmp_path: Path) -> None:
    cuts = tuple(Fraction(n) for n in (0, 1, 2, 3, 5))
    stretch = between(a_film(tmp_path), 1, 3, cuts_seconds=cuts)
    assert stretch.cuts_seconds == (1.0,)
    assert between(a_film(tmp_path), 1, 3).cuts_seconds == ()


def test_a_picture_in_another_stream_is_refused(tmp_path: Path) -> None:
    film = a_film(tmp_path)
    assert between(film, 1, 2, stream_index=0).key == between(film, 1, 2).key
    with pytest.raises(MediaError, match=r"a\.mp4 is in another stream"):
        between(film, 1, 2, stream_index=1)


@pytest.mark.parametrize(("start", "end"), [(1, 1), (2, 1), (-1, 1)])
def test_a_stretch_has_a_length_and_lies_in_the_film(tmp_path: Path, start: int, end: int) -> None:
    with pytest.raises(ValueError, match="stretch"):
        between(tmp_path / "a.mp4", start, end)


def test_looking_can_be_cancelled(tmp_path: Path) -> None:
    film = a_film(tmp_path)
    stretch = between(film, 0, 2)
    with pytest.raises(Cancelled):
        between(film, 0, 2, cancelled=lambda: True)
    with pytest.raises(Cancelled):
        stretch.read(np.array([1.0]), width_px=8, height_px=8, fit="squash", cancelled=lambda: True)


def test_pixels_of_another_film_are_never_given_under_a_key(tmp_path: Path) -> None:
    film = a_film(tmp_path)
    stretch = between(film, 0, 2)
    assert numbers(stretch, [1.0]) == [25]
    film.write_bytes(a_film(tmp_path, name="b", gop_frames=10).read_bytes())
    with pytest.raises(MediaError, match=r"a\.mp4 was changed while it was looked at"):
        numbers(stretch, [1.0])


def test_a_film_that_went_is_said_in_a_sentence(tmp_path: Path) -> None:
    film = a_film(tmp_path)
    stretch = between(film, 0, 2)
    film.unlink()
    with pytest.raises(MediaError, match=r"a\.mp4"):
        numbers(stretch, [0.0])


def test_a_newer_way_of_decoding_has_other_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = a_film(tmp_path)
    key = between(film, 0, 1).key
    monkeypatch.setattr(module, "_VERSION", 2)
    assert between(film, 0, 1).key != key
