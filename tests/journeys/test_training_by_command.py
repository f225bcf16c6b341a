"""A preset from clips to a sound, by command: train, stop, go on, use, compare, hear."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import prismdesk
from prismdesk.adapters.training_set import TrainingPair, TrainingSet, write_set
from prismdesk.cli.main import main
from prismdesk.engines.adapting.facts import facts_of
from prismdesk.media.wav import WavWriter
from prismdesk.session.training_runs import find_run

if TYPE_CHECKING:
    from collections.abc import Mapping

MODEL = "custom-selva-tiny-16k-untrained"
RATE_HZ = 16_000
PATIENCE_SECONDS = 300.0


@pytest.fixture(autouse=True)
def places(tmp_path: Path, small_checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRISMDESK_MODELS", str(small_checkpoints))
    monkeypatch.setenv("PRISMDESK_TRAINING", str(tmp_path / "training"))
    monkeypatch.setenv("PRISMDESK_PRESETS", str(tmp_path / "presets"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Knocks of four kinds as a set, one held out, and a file that says how to train."""
    (tmp_path / "knocks/sounds").mkdir(parents=True)
    pairs = []
    for number in range(4):
        rng = np.random.default_rng(number)
        times = np.arange(2 * RATE_HZ) / RATE_HZ
        knock = rng.normal(size=times.size) * np.exp(-(times % 0.5) * (8 + 4 * number)) * 0.2
        sound = f"sounds/knock-{number}.wav"
        with WavWriter(tmp_path / "knocks" / sound, rate_hz=RATE_HZ, channels=1) as wav:
            wav.write(knock[None].astype(np.float32))
        pairs.append(
            TrainingPair(
                key=f"knock-{number}",
                name=f"Knock {number}",
                sound=sound,
                length_seconds=2.0,
                split="hold out" if number == 3 else "train",
                licence="CC0",
            )
        )
    made = TrainingSet(name="Knocks", prompt="knocks", trigger="old door", pairs=tuple(pairs))
    write_set(tmp_path / "knocks", made)
    path = tmp_path / "door.toml"
    path.write_text(
        f'name = "Old door"\nbase = "{MODEL}"\nset = "knocks"\n[options]\nsteps = 6\n'
        "save_every = 2\nbatch = 2\nrank = 4\nwarm_up = 1\nlr = 0.003\nexample_steps = 2\n"
    )
    return path


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_from_clips_to_a_preset_that_is_heard(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lora", "train", str(config)]) == 0
    assert "Old door  finished, step 6 of 6, held out" in said(capsys)
    run = find_run("Old door")
    course = run.folder.course()
    assert [one.step for one in course.checkpoints] == [2, 4, 6]
    assert [one.step for one in course.examples] == [0, 2, 4, 6]
    assert course.held_out[-1].loss < course.held_out[0].loss

    assert main(["lora", "use", "old door", "--step", "4"]) == 0
    preset = tmp_path / "presets/Old door.safetensors"
    assert preset.with_suffix(".wav").is_file()
    facts = facts_of(preset)
    assert (facts.base_model, facts.family) == (MODEL, "selva")
    assert main(["lora", "use", "old door", "--step", "4"]) == 0
    assert "already" in said(capsys)
    assert main(["lora", "show", "Old door", "--json"]) == 0
    card = json.loads(said(capsys))
    assert "old door" in json.dumps(card)
    assert "CC0" in json.dumps(card)

    compared = ["base", "Old door", "Old door@step6:0.5"]
    places = ["--model", MODEL, "--set", "knocks", "--out", "compared", "--steps", "2"]
    assert main(["lora", "compare", *compared, *places]) == 0
    page = (tmp_path / "compared/report.html").read_text()
    assert all(name in page for name in ("base", "Old door@step6 at 0.5"))

    assert main(["lora", "train", str(config), "--resume"]) == 2
    assert main(["lora", "train", "Old door"]) == 2


def test_what_is_killed_goes_on_to_the_same_preset(config: Path, tmp_path: Path) -> None:
    text = config.read_text().replace("steps = 6", "steps = 12").replace("every = 2", "every = 3")
    config.write_text(text)
    with start(config) as process:
        until(lambda: any(tmp_path.glob("training/runs/Old-door/checkpoints/step-000003")), process)
        os.killpg(process.pid, signal.SIGKILL)
    assert main(["lora", "train", str(config), "--resume"]) == 0
    again = tmp_path / "again.toml"
    again.write_text(text.replace("Old door", "Unbroken"))
    assert main(["lora", "train", str(again)]) == 0
    broken, unbroken = (facts_of(last_adapter(name)) for name in ("Old door", "Unbroken"))
    assert broken.content_sha256 == unbroken.content_sha256


@pytest.mark.slow
def test_ctrl_c_keeps_what_was_learned(config: Path, tmp_path: Path) -> None:
    config.write_text(config.read_text().replace("steps = 6", "steps = 5000"))
    with start(config) as process:
        until(lambda: '"step": 1' in text_of(tmp_path, "course.jsonl"), process)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130
    assert "Go on with: prismdesk lora train" in out
    run = find_run("Old door")
    assert run.state.status == "paused"
    newest = run.folder.newest_resumable()
    assert newest is not None
    assert newest.step == run.state.step


@pytest.mark.slow
@pytest.mark.usefixtures("config")
def test_a_sweep_trains_each_run_and_sums_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sweep = tmp_path / "ranks.toml"
    sweep.write_text(
        f'name = "Ranks"\nbase = "{MODEL}"\nset = "knocks"\n[options]\nsteps = 2\nbatch = 1\n'
        "save_every = 2\nexample_count = 0\nwarm_up = 0\n[run.r2]\nrank = 2\n[run.r4]\nrank = 4\n"
    )
    assert main(["lora", "sweep", str(sweep)]) == 0
    node = json.loads(Path(said(capsys).splitlines()[-1]).read_text())
    assert [one["status"] for one in node["experiments"]] == ["finished", "finished"]
    assert [one["options"]["rank"] for one in node["experiments"]] == [2, 4]
    assert main(["lora", "sweep", str(sweep), "--dry-run"]) == 0
    assert said(capsys) == "Ranks r2  finished\nRanks r4  finished\n"


def start(config: Path) -> subprocess.Popen[str]:
    environment: Mapping[str, str] = {
        **os.environ,
        "PYTHONPATH": str(Path(prismdesk.__file__).parent.parent),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "prismdesk", "lora", "train", str(config)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def until(condition: object, process: subprocess.Popen[str]) -> None:
    assert callable(condition)
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.05)


def text_of(tmp_path: Path, name: str) -> str:
    path = tmp_path / "training/runs/Old-door" / name
    return path.read_text() if path.is_file() else ""


def last_adapter(name: str) -> Path:
    return find_run(name).folder.checkpoint_files()[-1].adapter
