"""What a user does from the command line, from a film to a film."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from prismdesk.cli.main import main
from prismdesk.media.wav import map_wav
from tests.media_files import PictureSpec, SoundSpec, make_film

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

RATE_HZ = 48_000
HOLE = slice(48_000, 48_960)
PICTURE = PictureSpec(rate=Fraction(24), frames=60, timecode="01:00:00:00")
LENGTH = 120_000


def _pcm(seconds: float = 2.5) -> npt.NDArray[np.int32]:
    """24-bit noise and a tone, in the upper bits of 32, with a hole of 20 ms at one second."""
    samples = round(seconds * RATE_HZ)
    times = np.arange(samples) / RATE_HZ
    generator = np.random.default_rng(5)
    sound = 0.05 * generator.standard_normal((2, samples)) + 0.2 * np.sin(2750 * times)
    pcm = np.round(sound * 2**23).astype(np.int64)
    pcm[:, HOLE] = 0
    return (pcm << 8).astype(np.int32)


def _as_float(pcm: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
    return ((pcm >> 8) / 2**23).astype(np.float32)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    sound = SoundSpec(audio=_pcm(), codec="pcm_s24le")
    return make_film(tmp_path / "film.mov", picture=PICTURE, sounds=[sound])


def _run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def _wav(path: Path) -> npt.NDArray[np.float32]:
    with map_wav(path) as wav:
        return wav.read(0, wav.length_samples).copy()


def _packets(path: Path) -> list[tuple[Any, Any, bytes]]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        base = stream.time_base
        assert base is not None
        return [
            (packet.pts * base, packet.dts * base, bytes(packet))
            for packet in container.demux(stream)
            if packet.size and packet.pts is not None and packet.dts is not None
        ]


def _sound_of(path: Path) -> npt.NDArray[np.int32]:
    with av.open(str(path)) as container:
        blocks = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.concatenate(blocks, axis=1).reshape(-1, 2).T.astype(np.int32)


def _project(out: str) -> str:
    return out.strip().splitlines()[-1]


@pytest.fixture
def project(film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert _run("new", film, "--project", tmp_path / "project") == 0
    return _project(capsys.readouterr().out)


def test_info_tells_exact_rates(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("info", film, "--json") == 0
    info = json.loads(capsys.readouterr().out)
    assert info["picture"]["rate"] == "24"
    assert info["picture"]["frame_count"] == 60
    assert info["start_timecode"] == "01:00:00:00"
    assert info["sounds"][0] | {"title": ""} == {
        "stream": 1,
        "codec": "pcm_s24le",
        "rate_hz": 48000,
        "layout": "stereo",
        "channels": 2,
        "bits": 24,
        "start_seconds": 0.0,
        "duration_seconds": 2.5,
        "is_default": True,
        "title": "",
        "language": "",
    }


def test_gaps_finds_the_hole_to_the_sample(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("gaps", film, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    (gap,) = found["gaps"]
    assert (gap["kind"], gap["from_samples"], gap["to_samples"]) == ("dropout", 48_000, 48_960)
    assert (gap["from"], gap["channels"]) == ("01:00:01:00", [1, 2])


def test_fill_leaves_all_else_bit_identical(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "filled.wav"
    assert _run("fill", film, "--from", "48000sm", "--to", "48960sm", "--out", out) == 0
    before, after = _as_float(_pcm()), _wav(out)
    assert after.shape == before.shape
    filled = after[:, HOLE].copy()
    after[:, HOLE] = before[:, HOLE]
    assert after.tobytes() == before.tobytes()
    level_db = 20 * np.log10(filled.std() / before[:, 24_000:48_000].std())
    assert abs(level_db) < 3


def test_fill_writes_a_film_with_the_same_picture_and_24_bit_sound(
    film: Path, tmp_path: Path
) -> None:
    out = tmp_path / "filled.mov"
    assert _run("fill", film, "--from", "01:00:01:00", "--to", "48960sm", "--out", out) == 0
    assert _packets(out) == _packets(film)
    before, after = _pcm(), _sound_of(out)
    after[:, HOLE] = before[:, HOLE]
    assert np.array_equal(after, before)
    with av.open(str(out)) as container:
        titles = [stream.metadata.get("title") for stream in container.streams.audio]
        handlers = [stream.metadata.get("handler_name") for stream in container.streams.audio]
    assert "Production sound" in (titles[1], handlers[1])


def test_the_project_of_a_fill_lies_beside_its_output(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "filled.wav"
    for _ in range(2):
        assert _run("fill", film, "--from", "1s", "--to", "1.02s", "--out", out) == 0
    assert (tmp_path / "filled project" / "film.prismdesk").is_file()
    assert (tmp_path / "filled project 2" / "film.prismdesk").is_file()


def test_the_same_seed_fills_with_the_same_sound(film: Path, tmp_path: Path) -> None:
    outs = [tmp_path / "a.wav", tmp_path / "b.wav"]
    for out in outs:
        arguments = ("fill", film, "--from", "0.7s", "--to", "1.4s", "--seed", 7, "--out", out)
        assert _run(*arguments) == 0
    assert np.array_equal(_wav(outs[0]), _wav(outs[1]))


def test_several_takes_are_kept_and_the_first_is_heard(
    project: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "x.wav"
    arguments = ("--from", "0.7s", "--to", "1.4s", "--takes", 3, "--seed", 1, "--out", out)
    assert _run("fill", project, *arguments) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Take ")]
    assert [line.split()[1] for line in lines] == ["1", "2", "3"]
    takes = [_wav_path(line) for line in lines]
    assert len({_wav(path).tobytes() for path in takes}) == 3
    assert np.array_equal(_wav(out)[:, 33_600:67_200], _wav(takes[0]))


def _wav_path(line: str) -> Path:
    from pathlib import Path

    return Path(line.split(maxsplit=4)[4])


def test_extend_continues_past_the_end(tmp_path: Path) -> None:
    sound = SoundSpec(audio=_pcm(2.0), codec="pcm_s24le")
    film = make_film(tmp_path / "short.mov", picture=PICTURE, sounds=[sound])
    out = tmp_path / "long.mov"
    assert _run("extend", film, "--at", "2s", "--by", "0.5", "--out", out) == 0
    sound_after = _sound_of(out)
    assert sound_after.shape == (2, LENGTH)
    assert np.array_equal(sound_after[:, :96_000], _pcm(2.0))
    tail = _as_float(sound_after[:, 96_000:])
    assert 20 * np.log10(tail.std() / _as_float(_pcm(2.0))[:, 60_000:].std()) > -6


def test_history_walks_back_and_forth(
    project: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "x.wav"
    assert _run("fill", project, "--from", "1s", "--to", "1.02s", "--out", out) == 0
    assert _run("history", project, "--undo", 1) == 0
    assert _run("export", project, "--out", out) == 0
    assert np.array_equal(_wav(out), _as_float(_pcm()))
    assert _run("history", project, "--redo", 1) == 0
    capsys.readouterr()
    assert _run("history", project, "--json") == 0
    history = json.loads(capsys.readouterr().out)
    assert history["position"] == 2
    labels = [entry["label"] for entry in history["entries"]]
    assert labels == ["New project", "Mark Fill 1", "Inpaint Fill 1"]


def test_more_steps_than_there_are_change_nothing(
    project: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("history", project, "--undo", 3) == 2
    assert "Only 0 edits can be undone" in capsys.readouterr().err


def test_verify_tells_same_from_different(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "filled.mov"
    assert _run("fill", film, "--from", "1s", "--to", "1.02s", "--out", out) == 0
    assert _run("verify", film, out, "--region", "1s-1.02s") == 0
    assert _run("verify", film, out) == 1
    assert _run("verify", film, out, "--region", "0s-0.5s") == 1


def test_export_of_a_range_is_that_stretch(project: str, tmp_path: Path) -> None:
    out = tmp_path / "part.wav"
    assert _run("export", project, "--range", "0.5s-1.5s", "--out", out) == 0
    assert np.array_equal(_wav(out), _as_float(_pcm())[:, 24_000:72_000])


def test_export_writes_its_report(project: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    assert _run("export", project, "--out", tmp_path / "x.mov", "--report", report) == 0
    assert json.loads(report.read_text())["check"]["is_identical"] is True


def test_a_fill_in_vain_leaves_no_project_behind(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.wav"
    assert _run("fill", film, "--from", "99s", "--to", "100s", "--out", out) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mov"]


def test_what_was_made_is_kept_when_it_cannot_be_written(
    film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("fill", film, "--from", "1s", "--to", "1.02s", "--out", tmp_path / "x.webm")
    assert _run(*arguments) == 2
    assert "the takes are kept" in capsys.readouterr().err
    assert _run("export", tmp_path / "x project", "--out", tmp_path / "x.mkv") == 0


def test_silence_is_filled_with_silence_where_a_film_has_no_sound(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = make_film(tmp_path / "mute.mp4", picture=PICTURE)
    out = tmp_path / "x.mov"
    assert _run("fill", film, "--from", "1s", "--to", "2s", "--out", out) == 0
    assert "silent" in capsys.readouterr().out
    assert not _sound_of(out).any()
    assert _packets(out) == _packets(film)


def test_a_film_without_sound_gets_a_silent_lane(tmp_path: Path) -> None:
    film = make_film(tmp_path / "mute.mp4", picture=PICTURE)
    out = tmp_path / "filled.mov"
    assert _run("new", film, "--project", tmp_path / "p") == 0
    assert _run("export", tmp_path / "p", "--out", out) == 0
    assert not _sound_of(out).any()
    assert _sound_of(out).shape == (2, LENGTH)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--from", "1:00", "--to", "2s"), "1:00"),
        (("--from", "2s", "--to", "1s"), "must lie after"),
        (("--from", "1s", "--to", "99s"), "ends at 2.500s"),
        (("--from", "1s", "--to", "2s", "--track", "7"), "no track 7"),
        (("--from", "1s", "--to", "2s", "--engine", "hal"), "hal"),
        (("--from", "1s", "--to", "2s", "--set", "sparkle=1"), "no setting"),
        (("--from", "1s", "--to", "2s", "--codec", "opus"), "opus"),
    ],
)
def test_a_wrong_wish_is_one_sentence_and_leaves_the_project(
    project: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    says: str,
) -> None:
    assert _run("fill", project, *arguments, "--out", tmp_path / "x.mov") == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("prismdesk: ")
    assert says in said
    assert not (tmp_path / "x.mov").exists()
    capsys.readouterr()
    assert _run("history", project) == 0
    assert capsys.readouterr().out.count("\n") == 1


@pytest.mark.parametrize(
    ("out", "says"),
    [("nowhere/x.mov", "doesn't exist"), ("project", "is a folder"), ("x.avi", "x.avi")],
)
def test_an_output_that_cannot_be_is_refused_before_the_work(
    project: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], out: str, says: str
) -> None:
    assert _run("fill", project, "--from", "1s", "--to", "1.5s", "--out", tmp_path / out) == 2
    assert says in capsys.readouterr().err
    assert not any((tmp_path / "project" / "takes").iterdir())


def test_a_folder_in_use_is_not_made_a_project(
    film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("new", film, "--project", tmp_path) == 2
    assert "not empty" in capsys.readouterr().err


def test_a_film_that_cannot_be_read_leaves_no_folder(tmp_path: Path) -> None:
    junk = tmp_path / "junk.mov"
    junk.write_bytes(b"no film" * 100)
    assert _run("new", junk, "--project", tmp_path / "p") == 2
    assert not (tmp_path / "p").exists()


def test_a_lost_cache_is_made_again(project: str, tmp_path: Path) -> None:
    import shutil

    shutil.rmtree(tmp_path / "project" / "cache")
    out = tmp_path / "x.wav"
    assert _run("export", project, "--out", out) == 0
    assert np.array_equal(_wav(out), _as_float(_pcm()))


def test_a_lost_film_is_named(
    project: str, film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film.unlink()
    assert _run("export", project, "--out", tmp_path / "x.mov") == 2
    assert "film.mov" in capsys.readouterr().err
    assert not (tmp_path / "x.mov").exists()


def test_a_film_that_moved_along_with_the_project_is_found(
    project: str, film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    film.rename(elsewhere / film.name)
    (tmp_path / "project").rename(elsewhere / "project")
    assert _run("export", elsewhere / "project", "--out", tmp_path / "x.mov") == 0
    assert "was found at" in capsys.readouterr().err
    assert _packets(tmp_path / "x.mov") == _packets(elsewhere / film.name)


def test_relink_finds_a_renamed_film(
    project: str, film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "archive" / "reel 1"
    archive.mkdir(parents=True)
    film.rename(archive / "renamed.mov")
    assert _run("relink", project, "--look-in", tmp_path / "project") == 1
    assert _run("relink", project, "--look-in", tmp_path / "archive") == 0
    assert "renamed.mov" in capsys.readouterr().out
    assert _run("export", project, "--out", tmp_path / "x.mov") == 0


def test_words_are_refused_by_an_engine_that_cannot_read(
    project: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--from", "1s", "--to", "1.5s", "--prompt", "rain", "--out", tmp_path / "x.wav")
    assert _run("fill", project, *arguments) != 0
    assert "Ambience works from the surrounding sound" in capsys.readouterr().err
