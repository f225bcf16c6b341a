"""A user's way with SelVA and MMAudio from the command line, on small checkpoints."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.cli.main import main
from prismdesk.media.verify import null_test
from prismdesk.media.wav import map_wav
from prismdesk.project.lookup import takes_of
from prismdesk.project.model import Project, Task
from prismdesk.session.opening import open_session
from tests.media_files import PictureSpec, SoundSpec, make_film, noise
from tests.stills import write_grey

if TYPE_CHECKING:
    from pathlib import Path

RATE_HZ = 48_000
PATIENCE_SECONDS = 300
SELVA = "custom-selva-tiny-16k-untrained"
MMAUDIO = "custom-mmaudio-tiny-44k-v2-untrained"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Four seconds of picture, three of sound."""
    sound = SoundSpec(audio=noise(2, 3 * RATE_HZ, peak=0.2), codec="pcm_s24le")
    return make_film(tmp_path / "film.mov", picture=PictureSpec(frames=100), sounds=[sound])


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def run_apart(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    command = [sys.executable, "-m", "prismdesk", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )


def project_in(folder: Path) -> Project:
    with open_session(folder) as session:
        assert session.queue.jobs() == ()
        return session.project


def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, bool]:
    capsys.readouterr()
    assert run("models", "list", "--json") == 0
    return {one["id"]: one["installed"] for one in json.loads(capsys.readouterr().out)}


def test_from_a_film_to_a_film_with_models_of_both_families(
    film: Path, tmp_path: Path, small_checkpoints: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    selva, mmaudio = (small_checkpoints / f for f in ("selva-tiny_16k", "mmaudio-tiny_44k_v2"))
    assert SELVA not in listed(capsys)
    assert run("models", "add", selva) == 0
    assert run("models", "add", mmaudio) == 0
    assert f"{MMAUDIO} is installed now." in capsys.readouterr().out
    assert [name for name, is_there in listed(capsys).items() if is_there] == [SELVA, MMAUDIO]
    assert run("models", "verify", SELVA) == 0

    out, folder = tmp_path / "out.mov", tmp_path / "project"
    mask = write_grey(tmp_path / "mask.png", np.eye(8, dtype=np.uint8) * 255)
    made = run_apart(
        *("generate", film, "--from", "1s", "--to", "2s", "--engine", "selva"),
        *("--variant", "tiny_16k", "--prompt", "rain", "--negative", "speech", "--mask", mask),
        *("--takes", 2, "--steps", 2, "--seed", 5, "--project", folder, "--out", out),
    )
    assert made.returncode == 0, made.stderr
    assert "seed 5" in made.stdout
    assert "seed 6" in made.stdout
    (region,) = project_in(folder).regions
    assert (region.task, region.variant, len(region.takes)) == (Task.GENERATE, SELVA, 2)
    assert region.takes[0].provenance.masks
    assert null_test(film, out, [region.range], rate_hz=RATE_HZ).passed

    quick = ("--steps", 2, "--engine", "selva", "--variant", "mmaudio-tiny_44k_v2")
    place = ("--from", "0.2s", "--to", "0.5s", "--no-picture")
    assert run("fill", folder, *place, *quick, "--out", tmp_path / "filled.mov") == 0
    after = ("--at", "3s", "--by", "1s")
    assert run("extend", folder, *after, *quick, "--out", tmp_path / "longer.mov") == 0
    vary = ("--vary", "Take 2", "--set", "strength=0.3", "--seed", 9)
    assert run("generate", folder, *vary, "--out", tmp_path / "varied.mov") == 0

    project = project_in(folder)
    takes = {region.task: region.takes for region in project.regions}
    assert {task: len(of_task) for task, of_task in takes.items()} == {
        Task.GENERATE: 3,
        Task.INPAINT: 1,
        Task.CONTINUE: 1,
    }
    assert takes[Task.GENERATE][2].provenance.varied_take_id == takes[Task.GENERATE][1].id
    assert not takes[Task.INPAINT][0].provenance.saw_picture
    for take in takes_of(project):
        with map_wav(folder / take.path) as wav:
            assert np.abs(wav.read(0, wav.length_samples)).max() > 0
    spans = [region.range for region in project.regions]
    assert null_test(film, tmp_path / "varied.mov", spans, rate_hz=RATE_HZ).passed

    assert run("models", "remove", selva) == 0
    assert SELVA not in listed(capsys)
    assert (selva / "v1-16.pth").is_file()


def test_what_is_wrong_is_one_sentence_before_anything_is_made(
    film: Path, tmp_path: Path, small_checkpoints: Path
) -> None:
    assert run("models", "add", small_checkpoints / "selva-tiny_16k") == 0
    place = ("generate", film, "--from", "1s", "--to", "2s", "--out", tmp_path / "out.mov")
    for arguments, code, says in (
        (("--variant", "large_44k"), 1, "prismdesk models get selva-large_44k"),
        (("--variant", "tiny_99k"), 2, 'no model called "tiny_99k"'),
        (("--variant", "tiny_16k", "--steps", "201"), 2, "from 1 to 200"),
        (("--variant", "tiny_16k", "--mask", film), 2, "film.mov"),
    ):
        ended = run_apart(*place, *arguments)
        assert ended.returncode == code
        assert says in ended.stderr
        assert ended.stderr.count("\n") == 1
        assert [path.name for path in tmp_path.iterdir()] == ["film.mov"]


def test_ctrl_c_while_it_samples_leaves_nothing(
    film: Path, tmp_path: Path, small_checkpoints: Path
) -> None:
    assert run("models", "add", small_checkpoints / "selva-tiny_16k") == 0
    folder = tmp_path / "project"
    assert run("new", film, "--project", folder) == 0
    out = tmp_path / "out.mov"
    command = (
        *("generate", folder, "--from", "0s", "--to", "3s", "--variant", "tiny_16k"),
        *("--steps", 200, "--takes", 16, "--out", out),
    )
    with subprocess.Popen(
        [sys.executable, "-m", "prismdesk", *map(str, command)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("Making"):
                break
        # What was seen in the picture is kept when it is done: sampling comes next.
        _wait_for_files(folder / "cache" / "features")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130, said
    assert said.splitlines()[-1] == "prismdesk: Cancelled."
    assert "Traceback" not in said
    assert not out.exists()
    assert not any((folder / "takes").iterdir())
    assert [region.takes for region in project_in(folder).regions] == [()]


def _wait_for_files(folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (folder.is_dir() and any(folder.iterdir())):
        assert time.monotonic() < deadline
        time.sleep(0.02)
