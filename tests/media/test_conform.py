from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from prismdesk.errors import Cancelled
from prismdesk.media.cache import MediaCache
from prismdesk.media.conform import Conformed, conform, decode_blocks
from prismdesk.media.errors import MediaError
from prismdesk.media.peaks import PeakPyramid
from prismdesk.media.probe import probe
from prismdesk.media.sound_reader import SoundReader
from prismdesk.media.wav import map_wav
from prismdesk.project.model import ChannelLayout
from tests.media_files import PictureSpec, SoundSpec, impulse, make_film, noise


def run(film: Path, folder: Path, *, rate_hz: int = 48000, **options: Any) -> Conformed:
    info = probe(film)
    return conform(
        film,
        info.sounds[0].stream_index,
        cache=MediaCache(folder),
        content_key="c1-1-key",
        rate_hz=rate_hz,
        origin_seconds=info.origin_seconds,
        **options,
    )


def samples_of(done: Conformed) -> np.ndarray[Any, np.dtype[np.float32]]:
    with map_wav(done.wav_path) as wav:
        return wav.read(0, wav.length_samples)


def integers(channels: int, samples: int, bits: int) -> np.ndarray[Any, Any]:
    whole = np.round(noise(channels, samples) * 2.0 ** (bits - 1)).astype(np.int64)
    return (whole << (-bits % 16 if bits != 24 else 8)).astype("i2" if bits == 16 else "i4")


@pytest.mark.parametrize(("codec", "bits"), [("pcm_s16le", 16), ("pcm_s24le", 24)])
@pytest.mark.parametrize("layout", ["mono", "stereo", "5.1", "7.1"])
def test_integers_become_floats_exactly(tmp_path: Path, codec: str, bits: int, layout: str) -> None:
    channels = av.AudioLayout(layout).nb_channels
    audio = integers(channels, 20000, bits)
    sound = SoundSpec(audio=audio, codec=codec, layout=layout)
    film = make_film(tmp_path / "a.mov", picture=PictureSpec(), sounds=[sound])
    done = run(film, tmp_path / "cache")
    full_scale = 2.0 ** (15 if bits == 16 else 31)
    np.testing.assert_array_equal(samples_of(done), (audio / full_scale).astype(np.float32))
    assert (done.layout, done.native_bits) == (ChannelLayout(layout), bits)
    assert done.warnings == ()


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
def test_an_impulse_in_aac_lies_where_it_was(tmp_path: Path, suffix: str) -> None:
    sound = SoundSpec(audio=impulse(2, 48000, 24000))
    film = make_film(tmp_path / f"a{suffix}", picture=PictureSpec(), sounds=[sound])
    done = run(film, tmp_path / "cache")
    heard = samples_of(done)
    tolerance = 48 if suffix == ".mkv" else 0
    assert abs(int(np.abs(heard[0]).argmax()) - 24000) <= tolerance
    assert np.abs(heard).max() > 0.5


def test_aac_is_bit_identical_to_the_decoder(tmp_path: Path) -> None:
    film = make_film(
        tmp_path / "a.mp4", picture=PictureSpec(), sounds=[SoundSpec(audio=noise(2, 48000))]
    )
    with av.open(str(film)) as container:
        decoded = [f.to_ndarray() for f in container.decode(container.streams.audio[0])]
    np.testing.assert_array_equal(
        samples_of(run(film, tmp_path / "cache")), np.concatenate(decoded, axis=1)
    )


@pytest.mark.parametrize("layout", ["5.1", "7.1"])
def test_surround_of_a_lossy_codec_keeps_its_channels(tmp_path: Path, layout: str) -> None:
    channels = av.AudioLayout(layout).nb_channels
    time = np.arange(24000) / 48000
    audio = np.stack([0.3 * np.sin(2 * np.pi * 300 * (c + 1) * time) for c in range(channels)])
    audio[3] = 0.3 * np.sin(2 * np.pi * 60 * time)  # LFE
    sound = SoundSpec(audio=audio.astype(np.float32), layout=layout)
    film = make_film(tmp_path / "a.mp4", picture=PictureSpec(), sounds=[sound])
    heard = samples_of(run(film, tmp_path / "cache"))[:, 4096:20480]
    likeness = np.abs(heard @ audio[:, 4096:20480].T)
    assert likeness.argmax(axis=1).tolist() == list(range(channels))


def test_milliseconds_of_matroska_insert_and_drop_nothing(tmp_path: Path) -> None:
    audio = integers(2, 44100 * 3, 16)
    sound = SoundSpec(audio=audio, codec="pcm_s16le", rate_hz=44100)
    film = make_film(tmp_path / "a.mkv", picture=PictureSpec(), sounds=[sound])
    done = run(film, tmp_path / "cache", rate_hz=44100)
    np.testing.assert_array_equal(samples_of(done), (audio / 2.0**15).astype(np.float32))


def test_late_sound_keeps_its_place_and_early_sound_is_cut(tmp_path: Path) -> None:
    audio = integers(2, 48000, 16)
    late = SoundSpec(audio=audio, codec="pcm_s16le", start_seconds=Fraction(1, 4))
    film = make_film(tmp_path / "a.mov", picture=PictureSpec(), sounds=[late])
    done = run(film, tmp_path / "cache")
    assert (done.start_samples, done.length_samples) == (12000, 60000)
    heard = samples_of(done)
    assert not heard[:, :12000].any()
    np.testing.assert_array_equal(heard[:, 12000:], (audio / 2.0**15).astype(np.float32))

    early = SoundSpec(audio=audio, codec="pcm_s16le")
    picture = PictureSpec(rate=Fraction(24), start_seconds=Fraction(1, 2))
    film = make_film(tmp_path / "b.mov", picture=picture, sounds=[early])
    done = run(film, tmp_path / "cache2")
    assert (done.start_samples, done.length_samples) == (-24000, 24000)
    np.testing.assert_array_equal(samples_of(done), (audio[:, 24000:] / 2.0**15).astype(np.float32))


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_a_gap_in_the_stream_is_silence(tmp_path: Path, suffix: str) -> None:
    gap = (Fraction(1, 4), Fraction(1, 2))
    audio = integers(2, 48000, 16)
    sound = SoundSpec(audio=audio, codec="flac", gap_seconds=gap)
    film = make_film(tmp_path / f"a{suffix}", picture=PictureSpec(), sounds=[sound])
    sound = SoundSpec(audio=audio, codec="flac")
    whole = make_film(tmp_path / f"b{suffix}", picture=PictureSpec(), sounds=[sound])
    done = run(film, tmp_path / "cache")
    heard, expected = samples_of(done), samples_of(run(whole, tmp_path / "cache2"))
    assert abs(heard.shape[1] - expected.shape[1]) <= 24
    assert not heard[:, 14400:23000].any()
    assert any("gap" in warning for warning in done.warnings)
    if suffix == ".mp4":
        np.testing.assert_array_equal(heard[:, 30000:], expected[:, 30000:])


@pytest.mark.parametrize("rate_hz", [44100, 96000])
def test_resampled_sound_stays_in_place(tmp_path: Path, rate_hz: int) -> None:
    time = np.arange(96000) / 48000
    wave = (0.5 * np.sin(2 * np.pi * 440 * time))[None].astype(np.float32)
    sound = SoundSpec(audio=wave, codec="pcm_f32le", layout="mono")
    done = run(make_film(tmp_path / "a.mov", sounds=[sound]), tmp_path / "c", rate_hz=rate_hz)
    heard = samples_of(done)[0]
    assert done.length_samples == 2 * rate_hz
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(2 * rate_hz) / rate_hz)
    np.testing.assert_allclose(heard[2000:-2000], expected[2000:-2000], atol=1e-5)


def test_peaks_are_those_of_the_sound(tmp_path: Path) -> None:
    film = make_film(
        tmp_path / "a.mp4", picture=PictureSpec(), sounds=[SoundSpec(audio=noise(2, 200_000))]
    )
    done = run(film, tmp_path / "cache")
    heard = samples_of(done)
    peaks = PeakPyramid.open(done.peaks_path).read(0, 100, 1)
    np.testing.assert_array_equal(peaks.maximum[:, 0], heard[:, 25600:25856].max(axis=1))


def test_blocks_without_the_cache_are_the_same_samples(tmp_path: Path) -> None:
    sound = SoundSpec(audio=noise(2, 48000), rate_hz=44100, start_seconds=Fraction(1, 10))
    film = make_film(tmp_path / "a.mp4", picture=PictureSpec(), sounds=[sound])
    blocks = list(decode_blocks(film, 1, rate_hz=48000, origin_seconds=Fraction(0)))
    np.testing.assert_array_equal(
        np.concatenate(blocks, axis=1), samples_of(run(film, tmp_path / "cache"))
    )


def test_what_is_in_the_cache_is_not_decoded_again(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", sounds=[SoundSpec(audio=noise(2, 48000))])
    options: dict[str, Any] = {
        "cache": MediaCache(tmp_path / "cache"),
        "content_key": "c1-1-key",
        "rate_hz": 48000,
        "origin_seconds": probe(film).origin_seconds,
    }
    first = conform(film, 0, **options)
    film.unlink()
    assert conform(film, 0, **options) == first


@pytest.mark.parametrize("what", ["wav", "peaks", "json"])
def test_damage_in_the_cache_is_made_good(tmp_path: Path, what: str) -> None:
    film = make_film(tmp_path / "a.mp4", sounds=[SoundSpec(audio=noise(2, 48000))])
    first = run(film, tmp_path / "cache")
    before = samples_of(first)
    damaged = first.wav_path.with_suffix(f".{what}")
    damaged.write_bytes(damaged.read_bytes()[:-7])
    np.testing.assert_array_equal(samples_of(run(film, tmp_path / "cache")), before)


def interrupted_film(tmp_path: Path, suffix: str = ".mp4", codec: str = "aac") -> Path:
    audio = noise(2, 48000 * 20) if codec == "aac" else integers(2, 48000 * 20, 16)
    sound = SoundSpec(audio=audio, codec=codec)
    return make_film(tmp_path / f"a{suffix}", picture=PictureSpec(), sounds=[sound])


def cancel_after(calls: int) -> Any:
    count = iter(range(10**9))
    return lambda: next(count) > calls


@pytest.mark.parametrize(("suffix", "codec"), [(".mp4", "aac"), (".mov", "pcm_s16le")])
def test_interrupted_work_is_taken_up_and_ends_the_same(
    tmp_path: Path, suffix: str, codec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = interrupted_film(tmp_path, suffix, codec)
    whole = run(film, tmp_path / "whole")
    with pytest.raises(Cancelled):
        run(film, tmp_path / "cache", cancelled=cancel_after(12))
    starts: list[int] = []

    class Spied(SoundReader):
        def __init__(self, *positional: Any, **named: Any) -> None:
            starts.append(named["start_at_samples"])
            super().__init__(*positional, **named)

    monkeypatch.setattr("prismdesk.media.conform.SoundReader", Spied)
    done = run(film, tmp_path / "cache")
    assert len(starts) == 1
    assert starts[0] > 9 * 48000
    assert done.wav_path.read_bytes() == whole.wav_path.read_bytes()
    assert done.peaks_path.read_bytes() == whole.peaks_path.read_bytes()
    assert sorted(p.name for p in done.wav_path.parent.iterdir()) == sorted(
        p.name for p in whole.wav_path.parent.iterdir()
    )


def test_interrupted_work_that_does_not_match_starts_anew(tmp_path: Path) -> None:
    film = interrupted_film(tmp_path)
    whole = run(film, tmp_path / "whole")
    with pytest.raises(Cancelled):
        run(film, tmp_path / "cache", cancelled=cancel_after(12))
    partial = next((tmp_path / "cache" / "sound").glob(".*.wav.partial"))
    data = bytearray(partial.read_bytes())
    data[-100_000] ^= 1
    partial.write_bytes(data)
    done = run(film, tmp_path / "cache")
    assert done.wav_path.read_bytes() == whole.wav_path.read_bytes()


def test_progress_rises_to_one(tmp_path: Path) -> None:
    told: list[float] = []
    run(interrupted_film(tmp_path), tmp_path / "cache", progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 5


def test_damaged_packets_are_silence_with_a_warning(tmp_path: Path) -> None:
    film = interrupted_film(tmp_path)
    whole = samples_of(run(film, tmp_path / "whole"))
    data = bytearray(film.read_bytes())
    with av.open(str(film)) as container:
        packets = list(container.demux(container.streams.audio[0]))
    hit = packets[400]
    assert hit.pos is not None
    data[hit.pos : hit.pos + hit.size] = b"\xff" * hit.size
    film.write_bytes(data)
    done = run(film, tmp_path / "cache")
    heard = samples_of(done)
    assert heard.shape == whole.shape
    assert any("damaged" in warning for warning in done.warnings)
    np.testing.assert_array_equal(heard[:, 410 * 1024 :], whole[:, 410 * 1024 :])


def test_no_number_is_silence(tmp_path: Path) -> None:
    audio = noise(1, 48000)
    audio[0, 1000] = np.nan
    audio[0, 2000] = np.inf
    sound = SoundSpec(audio=audio, codec="pcm_f32le", layout="mono")
    done = run(make_film(tmp_path / "a.mov", sounds=[sound]), tmp_path / "cache")
    heard = samples_of(done)
    assert heard[0, 1000] == heard[0, 2000] == 0
    assert heard[0, 1001] == audio[0, 1001]
    assert any("no numbers" in warning for warning in done.warnings)


@pytest.mark.parametrize(
    ("first", "second"), [("stereo", "5.1"), ("5.1", "stereo"), ("mono", "7.1"), ("7.1", "mono")]
)
def test_channels_that_change_on_the_way_are_fitted_to_the_first(
    tmp_path: Path, first: str, second: str
) -> None:
    parts = []
    for layout in (first, second):
        channels = av.AudioLayout(layout).nb_channels
        sound = SoundSpec(audio=noise(channels, 48000), layout=layout)
        parts.append(make_film(tmp_path / f"{layout}.aac", sounds=[sound]).read_bytes())
    film = tmp_path / "a.aac"
    film.write_bytes(b"".join(parts))
    done = run(film, tmp_path / "cache")
    assert done.layout is ChannelLayout(first)
    assert done.length_samples > 90_000
    assert samples_of(done)[:, 60_000:].any()
    assert any("changes its format" in warning for warning in done.warnings)


def test_a_stream_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", picture=PictureSpec())
    with pytest.raises(MediaError, match="no sound stream 0"):
        conform(
            film,
            0,
            cache=MediaCache(tmp_path / "cache"),
            content_key="k",
            rate_hz=48000,
            origin_seconds=Fraction(0),
        )


def test_every_truncation_gives_sound_or_a_sentence(tmp_path: Path) -> None:
    film = make_film(
        tmp_path / "a.mkv", picture=PictureSpec(), sounds=[SoundSpec(audio=noise(2, 9600))]
    )
    good = film.read_bytes()
    for length in range(0, len(good), max(1, len(good) // 40)):
        film.write_bytes(good[:length])
        try:
            info = probe(film)
            for sound in info.sounds:
                for block in decode_blocks(
                    film, sound.stream_index, rate_hz=48000, origin_seconds=info.origin_seconds
                ):
                    assert block.dtype == np.float32
        except MediaError:
            pass
