"""A user's way with presets from the command line: bring in, use on a region, make again, share."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.adapters.reference import name_in
from prismdesk.cli.main import main
from prismdesk.engines.weights.tensor_names import stored_tensors
from prismdesk.jobs.take_record import read_record
from prismdesk.media.wav import map_wav
from prismdesk.project.lookup import takes_of
from prismdesk.session.opening import open_session
from prismdesk.session.presets import own_root
from tests.adapters.preset_files import write_preset, write_tensors
from tests.media_files import PictureSpec, SoundSpec, make_film, noise

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Project, Take

RATE_HZ = 48_000
PATIENCE_SECONDS = 300
SELVA = "custom-selva-tiny-16k-untrained"
LAYER = "joint_blocks.0.latent_block.attn.qkv"
RANK = 4


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def run_apart(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    command = [sys.executable, "-m", "prismdesk", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Run a command that works; return what it printed."""
    capsys.readouterr()
    assert run(*arguments) == 0
    return capsys.readouterr().out


def listed(capsys: pytest.CaptureFixture[str], *options: object) -> list[str]:
    found = json.loads(said(capsys, "lora", "list", "--json", *options))
    return [one["name"] for one in found]


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Run a command that is used wrongly; return its one sentence."""
    capsys.readouterr()
    assert run(*arguments) == 2
    sentences = [line for line in capsys.readouterr().err.splitlines() if "…" not in line]
    assert len(sentences) == 1
    return sentences[0]


def project_in(folder: Path) -> Project:
    with open_session(folder) as session:
        return session.project


def sound_of(folder: Path, take: Take) -> np.ndarray:
    with map_wav(folder / take.path) as wav:
        return np.array(wav.read(0, wav.length_samples))


def write_trained(path: Path, checkpoint: Path) -> Path:
    """Write an adapter as another trainer does, without its alpha, for a small generator."""
    shape = stored_tensors(checkpoint / "generator_tiny_16k_sup_5.pth")[f"{LAYER}.weight"].shape
    random = np.random.default_rng(4)
    tensors = {
        f"{LAYER}.lora_A.weight": random.standard_normal((RANK, shape[1]), np.float32),
        f"{LAYER}.lora_B.weight": random.standard_normal((shape[0], RANK), np.float32),
    }
    return write_tensors(path, tensors, {"modelspec.title": "steps"})


def test_a_library_is_kept_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shared = tmp_path / "shared"
    write_preset(shared / "planks.safetensors", trigger="harbour planks", base_model="small_16k")
    write_preset(shared / "sea" / "gulls.safetensors", seed=2)
    (shared / "planks.png").write_bytes(b"a picture")
    (shared / "planks.json").write_text('{"notes": "thin", "preferred weight": 0.7}')
    (shared / "broken.safetensors").write_bytes(b"<html>")
    assert "bring some in" in said(capsys, "lora", "list")
    card = ("--licence", "CC BY 4.0", "--sound-from", "own recordings", "--tag", "wood")
    capsys.readouterr()
    assert run("lora", "import", shared, *card) == 1
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 2
    assert "broken.safetensors" in told.err
    assert (own_root() / "planks.png").is_file()

    assert listed(capsys) == ["gulls", "planks"]
    assert listed(capsys, "--fits", "selva-small_16k") == ["planks"]
    assert listed(capsys, "--search", "WOOD harbour") == ["planks"]
    planks = json.loads(said(capsys, "lora", "show", "planks", "--json"))
    assert (planks["strength"], planks["notes"], planks["tags"]) == (0.7, "thin", ["wood"])
    assert planks["uses"] == ["personal", "non-commercial", "commercial"]
    assert "SelVA small" in said(capsys, "lora", "check", "planks", "--model", "small_16k")

    assert "already, as planks" in refused(
        capsys, "lora", "import", shared / "planks.safetensors", "--name", "boards"
    )
    said(
        capsys, "lora", "set", "gulls", "--base", "large_44k", "--favourite", "--name", "sea gulls"
    )
    assert listed(capsys, "--favourites") == ["sea gulls"]
    assert run("lora", "check", "sea gulls", "--model", "small_16k") == 1
    assert "was made for SelVA large" in capsys.readouterr().out

    out = tmp_path / "out.safetensors"
    said(capsys, "lora", "export", "planks", out)
    assert (tmp_path / "out.png").is_file()
    assert "is there already" in refused(capsys, "lora", "export", "planks", out)
    exported = json.loads(said(capsys, "lora", "show", out, "--json"))
    assert (exported["sha256"], exported["licence"]) == (planks["sha256"], "CC BY 4.0")

    said(capsys, "lora", "remove", "planks")
    assert listed(capsys) == ["sea gulls"]
    assert refused(capsys, "lora", "show", "planks").endswith("there are: sea gulls.")
    assert [path.name for path in own_root().glob(".bin/*/planks.png")] == ["planks.png"]

    folder = tmp_path / "more"
    write_preset(folder / "rain.safetensors", seed=3)
    assert str(folder) in said(capsys, "lora", "folders", "--add", folder)
    assert listed(capsys) == ["rain", "sea gulls"]
    assert str(folder) not in said(capsys, "lora", "folders", "--forget", folder)


@pytest.mark.slow
def test_a_preset_is_heard_recorded_and_made_again(
    tmp_path: Path, small_checkpoints: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = SoundSpec(audio=noise(2, 3 * RATE_HZ, peak=0.2), codec="pcm_s24le")
    film = make_film(tmp_path / "film.mov", picture=PictureSpec(frames=75), sounds=[sound])
    checkpoint = small_checkpoints / "selva-tiny_16k"
    said(capsys, "models", "add", checkpoint)
    trained = write_trained(tmp_path / "steps.safetensors", checkpoint)
    bring = ("lora", "import", trained, "--name", "Harbour steps")
    assert "states no alpha" in refused(capsys, *bring)
    told = said(capsys, *bring, "--alpha", 2 * RANK, "--base", SELVA, "--strength", 0.5)
    reference = told.partition("  ")[0]
    assert listed(capsys, "--fits", SELVA) == ["Harbour steps"]

    folder = tmp_path / "project"
    place = ("--from", "1s", "--to", "2s", "--engine", "selva", "--variant", SELVA)
    how = ("--steps", 2, "--seed", 5, "--no-picture", "--prompt", "steps")
    plain = run_apart(
        *("generate", film, *place, *how, "--project", folder, "--out", tmp_path / "a.mov")
    )
    assert plain.returncode == 0, plain.stderr
    for number, adapter in enumerate(("Harbour steps", f"{reference}:1.5", "Harbour steps:0")):
        out = ("--adapter", adapter, "--out", tmp_path / f"{number}.mov")
        made = run_apart("generate", folder, *place, *how, *out)
        assert made.returncode == 0, made.stderr

    project = project_in(folder)
    (region,) = project.regions
    assert region.adapters == ((reference, 0.0),)
    takes = tuple(takes_of(project))
    assert [take.provenance.adapters for take in takes] == [
        (),
        ((reference, 0.5),),
        ((reference, 1.5),),
        ((reference, 0.0),),
    ]
    without, half, strong, silent = (sound_of(folder, take) for take in takes)
    assert not np.array_equal(without, half)
    assert not np.array_equal(half, strong)
    assert np.array_equal(without, silent)
    record = read_record(folder / takes[1].path)
    assert record.adapters == ((reference, 0.5),)
    assert record.weights["adapter Harbour steps"].startswith(reference.rpartition("@")[2])
    assert reference in said(capsys, "credits", folder)

    assert f"{reference}:0.5" in said(capsys, "takes", "recipe", folder, takes[1].id)

    merged = tmp_path / "merged"
    said(capsys, "lora", "merge", "--model", SELVA, "--adapter", "Harbour steps:0.5", merged)
    terms = json.loads((merged / "prismdesk-model.json").read_text(encoding="utf-8"))
    assert not terms["allows_commercial_use"]
    assert "presets in it: unstated" in terms["licence_weights"]
    assert "custom-merged is installed now" in said(capsys, "models", "add", merged)

    carry_away(folder, reference, tmp_path / "elsewhere", capsys)
    again = run_apart("takes", "check", tmp_path / "elsewhere", takes[1].id)
    assert again.returncode == 0, again.stdout + again.stderr
    shutil.rmtree(tmp_path / "elsewhere" / "presets")
    gone = run_apart("takes", "check", tmp_path / "elsewhere", takes[1].id)
    assert gone.returncode == 2
    assert "isn't in the library" in gone.stderr


def carry_away(
    folder: Path, reference: str, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Collect, and open the folder where the library hasn't got the preset."""
    said(capsys, "lora", "set", "Harbour steps", "--licence", "CC0", "--sound-from", "own")
    collected = said(capsys, "collect", folder)
    assert "media/film.mov" in collected
    assert "presets/Harbour steps.safetensors" in collected
    assert "Nothing to collect" in said(capsys, "collect", folder)
    said(capsys, "lora", "remove", "Harbour steps")
    folder.rename(target)
    assert "CC0" in said(capsys, "credits", target)
    assert said(capsys, "lora", "import", target).startswith(reference)
    refusal = f"prismdesk: Harbour steps is in the library already, as {name_in(reference)}."
    assert run("lora", "import", target / "presets") == 2
    assert refusal in capsys.readouterr().err
    said(capsys, "lora", "remove", "Harbour steps")
