from fractions import Fraction
from pathlib import Path

import pytest

from prismdesk.errors import Cancelled
from prismdesk.media.errors import MediaError
from prismdesk.media.probe import picture_stream, probe
from prismdesk.project.model import ChannelLayout
from tests.media_files import PictureSpec, SoundSpec, make_film, noise, rotate_film

RATES = [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(60000, 1001)]


def ints(channels: int, samples: int, kind: str = "i4") -> SoundSpec:
    scale = 2 ** (31 if kind == "i4" else 15)
    codec = "pcm_s24le" if kind == "i4" else "pcm_s16le"
    return SoundSpec(audio=(noise(channels, samples) * scale).astype(kind), codec=codec)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".avi"])
@pytest.mark.parametrize("rate", RATES)
def test_constant_rates_are_exact(tmp_path: Path, rate: Fraction, suffix: str) -> None:
    film = make_film(tmp_path / f"a{suffix}", picture=PictureSpec(rate=rate, frames=50))
    picture = probe(film).picture
    assert picture is not None
    assert (picture.rate, picture.is_variable_rate) == (rate, False)
    assert picture.frame_count == 50
    assert picture.duration_seconds == 50 / rate


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_variable_rate_is_seen_and_averaged(tmp_path: Path, suffix: str) -> None:
    times = [Fraction(n, 25) if n < 20 else Fraction(n + 7, 25) for n in range(40)]
    film = make_film(tmp_path / f"a{suffix}", picture=PictureSpec(frames=40, times=times))
    info = probe(film)
    assert info.picture is not None
    assert info.picture.is_variable_rate
    assert float(info.picture.rate) == pytest.approx(39 / (46 / 25), abs=1e-3)
    assert any("variable" in warning for warning in info.warnings)


def test_offset_sound_is_timed_from_the_first_picture(tmp_path: Path) -> None:
    sound = ints(2, 48000, "i2")
    late = SoundSpec(audio=sound.audio, codec=sound.codec, start_seconds=Fraction(3, 2))
    picture = PictureSpec(start_seconds=Fraction(1))
    info = probe(make_film(tmp_path / "a.mov", picture=picture, sounds=[late]))
    assert info.origin_seconds == 1
    assert info.sounds[0].start_seconds == Fraction(1, 2)
    assert info.sounds[0].duration_seconds == 1
    assert info.duration_seconds == Fraction(3, 2)


def test_sound_streams_keep_index_layout_bits_and_names(tmp_path: Path) -> None:
    five_one = SoundSpec(
        audio=ints(6, 4800).audio, codec="pcm_s24le", layout="5.1", title="Mix", language="eng"
    )
    film = make_film(
        tmp_path / "a.mkv",
        picture=PictureSpec(),
        sounds=[ints(2, 4800, "i2"), five_one],
        sound_first=True,
    )
    info = probe(film)
    assert info.picture is not None
    assert info.picture.stream_index == 2
    assert [(s.stream_index, s.layout, s.bits) for s in info.sounds] == [
        (0, ChannelLayout.STEREO, 16),
        (1, ChannelLayout.SURROUND_5_1, 24),
    ]
    assert (info.sounds[1].title, info.sounds[1].language) == ("Mix", "eng")


def test_start_timecode_becomes_the_first_frame_s_number(tmp_path: Path) -> None:
    picture = PictureSpec(rate=Fraction(30000, 1001), timecode="01:00:00;00")
    info = probe(make_film(tmp_path / "a.mov", picture=picture))
    assert info.start_timecode == "01:00:00;00"
    stream = picture_stream(info, 48000)
    assert (stream.start_frame, stream.is_drop_frame) == (107892, True)
    assert stream.duration_samples == 40040
    assert [other.kind for other in info.other_streams] == ["data"]


def test_a_timecode_that_cannot_be_counts_as_none(tmp_path: Path) -> None:
    film = make_film(
        tmp_path / "a.mkv", picture=PictureSpec(), metadata={"timecode": "25:99:00:00"}
    )
    assert picture_stream(probe(film), 48000).start_frame == 0


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotation_is_told_clockwise(tmp_path: Path, degrees: int) -> None:
    film = make_film(tmp_path / "a.mp4", picture=PictureSpec())
    rotate_film(film, degrees)
    picture = probe(film).picture
    assert picture is not None
    assert picture.rotation_degrees == degrees


def test_a_picture_without_timestamps_counts_frames(tmp_path: Path) -> None:
    film = make_film(
        tmp_path / "a.m1v",
        picture=PictureSpec(codec="mpeg1video", frames=30),
        format="mpeg1video",
    )
    picture = probe(film).picture
    assert picture is not None
    assert not picture.has_timestamps
    assert picture.frame_count == 30
    assert picture.rate == 25


@pytest.mark.parametrize(
    ("suffix", "codec"),
    [(".wav", "pcm_s16le"), (".flac", "flac"), (".mp3", "libmp3lame"), (".ogg", "libopus")],
)
def test_pure_sound_is_a_film_without_picture(tmp_path: Path, suffix: str, codec: str) -> None:
    kind = "i2" if codec in ("pcm_s16le", "flac") else "f4"
    audio = noise(2, 48000) if kind == "f4" else ints(2, 48000, "i2").audio
    info = probe(make_film(tmp_path / f"a{suffix}", sounds=[SoundSpec(audio=audio, codec=codec)]))
    assert info.picture is None
    assert info.sounds[0].start_seconds in (0, None)
    assert info.sounds[0].bits == (16 if kind == "i2" else None)
    with pytest.raises(MediaError, match="no picture"):
        picture_stream(info, 48000)


@pytest.mark.parametrize(
    "content", [b"", b"x" * 1000, b"RIFF\0\0\0\0WAVE", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"]
)
def test_what_is_no_media_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mov").write_bytes(content)
    with pytest.raises(MediaError, match=r"a\.mov"):
        probe(tmp_path / "a.mov")


def test_missing_files_and_folders_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="isn't there"):
        probe(tmp_path / "a.mov")
    with pytest.raises(MediaError, match="folder"):
        probe(tmp_path)


def test_probing_can_be_cancelled(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", picture=PictureSpec())
    with pytest.raises(Cancelled):
        probe(film, cancelled=lambda: True)
