"""Sound made from the command line, by the engine of tests."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.cli.main import main
from prismdesk.jobs.queue import JobQueue
from prismdesk.media.wav import map_wav
from prismdesk.session import session as session_module
from prismdesk.session.opening import open_session
from tests.jobs.fake_engine import SOURCE
from tests.media_files import PictureSpec, SoundSpec, make_film
from tests.session.making_session import offer_fake_engine
from tests.stills import write_grey

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Region


@pytest.fixture(autouse=True)
def fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    offer_fake_engine(monkeypatch)
    monkeypatch.setattr(session_module, "JobQueue", partial(JobQueue, engine_source=SOURCE))


@pytest.fixture
def film(tmp_path: Path) -> Path:
    silence = SoundSpec(audio=np.zeros((2, 4 * 48_000), np.float32), codec="pcm_f32le")
    return make_film(tmp_path / "film.mkv", picture=PictureSpec(frames=100), sounds=(silence,))


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def the_region(folder: Path) -> Region:
    with open_session(folder) as session:
        (region,) = session.project.regions
        return region


def test_generate_makes_sound_from_picture_and_masks(film: Path, tmp_path: Path) -> None:
    out, folder = tmp_path / "out.wav", tmp_path / "project"
    masks = [write_grey(tmp_path / f"{n}.png", np.full((4, 4), n, np.uint8)) for n in (0, 255)]
    code = run(
        *("generate", film, "--from", "1s", "--to", "2s", "--engine", "fake"),
        *("--project", folder, "--mask", masks[0], "--mask", masks[1], "--seed", 5),
        *("--device", "cpu", "--offload", "keep", "--out", out),
    )
    assert code == 0
    with map_wav(out) as wav:
        sound = wav.read(0, wav.length_samples)
    assert not sound[:, :48_000].any()
    assert sound[:, 48_000:96_000].all()
    region = the_region(folder)
    (take,) = region.takes
    assert (region.task.value, region.prompt) == ("generate", "")
    assert "mask (2, 4, 4) of 0.500" in take.note
    assert "on cpu, keep" in take.note
    assert "picture (64, 48)" in take.note
    assert {(folder / mask).read_bytes() for mask in region.masks} == {
        mask.read_bytes() for mask in masks
    }


def test_fill_and_extend_take_the_same_options(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    for number, place in enumerate(
        (("fill", film, "--from", "1s", "--to", "2s"), ("extend", film, "--at", "2s", "--by", "1"))
    ):
        folder = tmp_path / f"project {number}"
        code = run(*place, "--engine", "fake", "--no-picture", "--project", folder, "--out", out)
        assert code == 0
        region = the_region(folder)
        assert not region.sees_picture
        assert "picture" not in region.takes[0].note


def test_a_take_is_varied_in_its_place(
    film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, folder = tmp_path / "out.wav", tmp_path / "project"
    place = ("--from", "1s", "--to", "2s", "--no-picture", "--prompt", "loud", "--seed", 5)
    assert (
        run(*("generate", film, "--engine", "fake", "--project", folder), *place, "--out", out) == 0
    )
    assert "To match its surroundings: -3.5 dB." in capsys.readouterr().out
    varying = ("generate", folder, "--vary", "Take 1", "--seed", 100, "--takes", 2)
    assert run(*varying, "--set", "strength=0.3", "--out", out) == 0
    with map_wav(out) as wav:
        assert wav.read(60_000, 1)[0, 0] == pytest.approx(0.105)
    region = the_region(folder)
    first, *variations = region.takes
    assert [one.provenance.varied_take_id for one in variations] == [first.id, first.id]
    assert dict(variations[0].provenance.settings) == {"strength": 0.3}
    assert variations[0].provenance.prompt == "loud"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("generate", "{film}", "--from", "1s"), "Say with --to where the sound is wanted"),
        (("extend", "{film}"), "Say with --at and --by where"),
        (("generate", "{film}", "--vary", "x", "--to", "2s"), "leave --to out"),
        (("generate", "{film}", "--vary", "x", "--engine", "fake"), "leave --engine out"),
        (("fill", "{film}", "--from", "1s", "--to", "2s", "--device", "gpu"), "--device gpu"),
        (("fill", "{film}", "--from", "1s", "--to", "2s", "--mask", "gone.png"), "gone.png"),
        (
            ("fill", "{film}", "--from", "1s", "--to", "2s", "--engine", "fake", "--variant", "x"),
            "fake has no variant “x”; its variants are: open, unpaid",
        ),
        (
            ("fill", "{film}", "--from", "1s", "--to", "2s", "--variant", "x"),
            "ambience has no variants; leave “x” out",
        ),
        (("fill", "{film}", "--from", "1s", "--to", "2s", "--mask-strength", "1"), "no setting"),
        (("generate", "{film}", "--from", "1s", "--to", "2s", "--engine", "ambience"), "text"),
        (("fill", "{film}", "--from", "1s", "--to", "2s", "--engine", "x"), 'no engine called "x"'),
    ],
)
def test_a_wrong_wish_is_one_sentence_and_leaves_nothing(
    film: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    says: str,
) -> None:
    given = [argument.format(film=film) for argument in arguments]
    assert run(*given, "--out", tmp_path / "out.wav") == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["film.mkv"]


def test_the_film_as_output_is_refused_before_anything_is_made(
    film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("fill", film, "--from", "1s", "--to", "2s", "--out", film) == 2
    assert "never written to" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["film.mkv"]


def test_weights_that_are_not_there_are_told_before_the_film_is_read(
    film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run("generate", film, "--from", "1s", "--to", "2s", "--out", tmp_path / "out.wav")
    assert code == 1
    said = capsys.readouterr().err
    assert "prismdesk models get selva-small_16k" in said
    assert said.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["film.mkv"]
