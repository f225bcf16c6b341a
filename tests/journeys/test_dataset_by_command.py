"""A user's way to a training set by command: made, looked through, mended, encoded."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.adapters.training_set import read_set
from prismdesk.cli.main import main
from prismdesk.engines.training.encoded_index import read_index
from prismdesk.media.wav import WavWriter
from prismdesk.project.edits import add_region
from prismdesk.project.ids import RegionId
from prismdesk.project.model import Region, Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.opening import open_session
from tests.media_files import PictureSpec, SoundSpec, make_film, noise
from tests.session.training_material import RATE_HZ, knock

if TYPE_CHECKING:
    from pathlib import Path

FILM_HZ = 48_000
SELVA = "custom-selva-tiny-16k-untrained"
PATIENCE_SECONDS = 300


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def said(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> str:
    capsys.readouterr()
    assert run(*arguments) == code
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Run a command that is used wrongly; return its one sentence."""
    capsys.readouterr()
    assert run(*arguments) == 2
    sentences = [line for line in capsys.readouterr().err.splitlines() if "…" not in line]
    assert len(sentences) == 1
    return sentences[0]


def doubts(capsys: pytest.CaptureFixture[str], folder: Path, *options: object) -> dict[str, Any]:
    run("lora", "dataset", "check", folder, "--json", *options)
    found = json.loads(capsys.readouterr().out)
    return {key: [doubt["kind"] for doubt in all_] for key, all_ in found.items()}


def knocks(folder: Path, count: int) -> list[Path]:
    folder.mkdir()
    paths = [folder / f"knock-{number}.wav" for number in range(count)]
    for number, path in enumerate(paths):
        with WavWriter(path, rate_hz=RATE_HZ, channels=1) as wav:
            wav.write(knock(number))
    return paths


def film_with_regions(folder: Path) -> Path:
    """Make a project of a film with two regions, as a user marks them in the window."""
    sound = SoundSpec(audio=noise(2, 6 * FILM_HZ, peak=0.2), codec="pcm_s24le")
    film = make_film(folder / "film.mov", picture=PictureSpec(frames=150), sounds=[sound])
    project = folder / "project"
    assert run("new", film, "--project", project) == 0
    with open_session(project) as session:
        track = session.project.tracks[0]
        for start in (1, 4):
            region = Region(
                id=RegionId(f"region-{start}"),
                track_id=track.id,
                lane_ids=(track.lanes[0].id,),
                range=SampleRange(start * FILM_HZ, (start + 1) * FILM_HZ),
                task=Task.INPAINT,
            )
            session.store.apply("Mark", partial(add_region, region=region))
        session.store.save()
    return project


def test_a_set_is_made_looked_through_and_mended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = film_with_regions(tmp_path)
    folder = tmp_path / "set"
    paths = knocks(tmp_path / "in", 5)
    data = ("lora", "dataset")
    assert "together with --regions" in refused(capsys, *data, "new", folder, "--from", project)
    assert "no region “9”" in refused(
        capsys, *data, "new", folder, "--from", project, "--regions", 9
    )
    assert not (folder / "set.toml").exists()

    told = said(
        capsys, *data, "new", folder, "--from", project, "--regions", 1, 2, "--name", "Planks",
        "--files", *paths[:3], f"{paths[3]}@0.25-1.25", "--trigger", "harbour planks",
    )  # fmt: skip
    assert "Planks: 6 clips, 6 to train on, 0 held out" in told
    assert "1.00 s  train  “harbour planks”" in told
    assert "already" in refused(capsys, *data, "new", folder)
    made = json.loads(said(capsys, *data, "list", folder, "--json"))
    regions = [pair for pair in made["pairs"] if pair["film"]]
    assert [pair["film_start"] for pair in regions] == ["1", "4"]

    found = doubts(capsys, folder)
    assert found["set"] == ["held out", "size"]
    assert all("licence" in kinds for key, kinds in found.items() if key != "set")
    for pair in made["pairs"]:
        said(capsys, *data, "fix", folder, pair["key"], "licence:own recording")
    first = regions[0]["key"]
    said(capsys, *data, "set", folder, first, "--prompt", "steps", "--place", 1, "--note", "near")
    said(capsys, *data, "fix", folder, "knock-1", "leave out")
    assert "nothing to do" in said(capsys, *data, "fix", folder, "knock-2", "trim")
    assert "are held out" in said(capsys, *data, "split", folder, "--seed", 3)
    said(capsys, *data, "fix", folder, "set", "keep:size")
    assert said(capsys, *data, "check", folder) == "Nothing speaks against training on it.\n"

    kept = read_set(folder)
    assert (kept.pairs[0].key, kept.pairs[0].note) == (first, "near")
    assert kept.words_of(kept.pairs[0]) == "harbour planks, steps"
    assert len(kept.of_split("hold out")) == 1

    (folder / "sounds" / "old-0123456789ab.wav").write_bytes(b"")
    assert said(capsys, *data, "tidy", folder) == "1 file is deleted.\n"

    said(capsys, *data, "add", folder, "--files", paths[4], "--licence", "CC0")
    assert read_set(folder).pairs[-1].licence == "CC0"
    assert "as its source has it" in said(capsys, *data, "rebuild", folder)
    paths[4].unlink()
    assert run(*data, "rebuild", folder) == 1
    said(capsys, *data, "set", folder, "knock-4", "--remove")
    assert "no pair “knock-4”" in refused(capsys, *data, "set", folder, "knock-4", "--remove")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("list",), "no training set"),
        (("add", "--files", "a.wav"), "no training set"),
        (("check",), "no training set"),
        (("rebuild",), "no training set"),
        (("split",), "no training set"),
        (("encode", "--model", "selva-small_16k"), "no training set"),
    ],
)
def test_a_folder_without_a_set_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    action, *rest = arguments
    assert words in refused(capsys, "lora", "dataset", action, tmp_path, *rest)


@pytest.mark.slow
def test_a_set_is_encoded_for_a_model(
    tmp_path: Path, small_checkpoints: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "models", "add", small_checkpoints / "selva-tiny_16k")
    project = film_with_regions(tmp_path)
    folder = tmp_path / "set"
    said(
        capsys, "lora", "dataset", "new", folder, "--from", project, "--regions", 1, 2,
        "--files", *knocks(tmp_path / "in", 2), "--prompt", "knocks",
    )  # fmt: skip
    said(capsys, "lora", "dataset", "set", folder, "knock-1", "--split", "hold-out")
    command = ["lora", "dataset", "encode", str(folder), "--model", SELVA, "--device", "cpu"]
    done = subprocess.run(
        [sys.executable, "-m", "prismdesk", *command],
        capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "is encoded for" in done.stdout
    index = read_index(folder / "encoded" / "last")
    assert {entry.pair for entry in index.entries} == {pair.key for pair in read_set(folder).pairs}
    assert [entry.pair for entry in index.entries if entry.split == "hold out"] == ["knock-1"]
