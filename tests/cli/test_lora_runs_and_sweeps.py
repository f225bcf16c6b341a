"""``prismdesk lora train``, ``runs``, ``use`` and ``sweep`` with work that takes no time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from prismdesk.cli.main import main
from prismdesk.cli.terminal import Interrupt
from prismdesk.session.training_runs import all_runs, find_run
from tests.cli.training_places import MODEL, places

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["places"]

pytestmark = pytest.mark.usefixtures("places")


def config(folder: Path, name: str = "Door", text: str = "") -> str:
    (folder / "run.toml").write_text(f'name = "{name}"\nbase = "{MODEL}"\nset = "set"\n{text}')
    return "run.toml"


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


@pytest.fixture
def pressed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C is pressed as soon as anybody looks."""
    monkeypatch.setattr(Interrupt, "__call__", lambda _: True)


def test_training_says_how_it_ended_and_what_to_do_next(
    places: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lora", "train", config(places)]) == 0
    told = said(capsys)
    assert "Door  finished, step 6 of " in told
    assert ", held out 0.167 (base 1.000)" in told
    assert f"prismdesk lora use {find_run('Door').folder.path}" in told


def test_a_dry_run_tells_every_option_and_makes_nothing(
    places: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = config(places, text='[options]\nrank = 5\nlr_schedule = "cosine"\n')
    assert main(["lora", "train", path, "--dry-run"]) == 0
    told = said(capsys).splitlines()
    assert "rank = 5" in told
    assert 'lr_schedule = "cosine"' in told
    assert all_runs() == ()


@pytest.mark.usefixtures("pressed")
def test_an_interrupted_run_says_how_to_go_on(
    places: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lora", "train", config(places, "endless")]) == 130
    run = find_run("endless")
    assert run.state.status == "paused"
    assert f"Go on with: prismdesk lora train {run.folder.path}" in said(capsys)


def test_a_run_goes_on_by_its_name_or_its_file(
    places: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Interrupt, "__call__", lambda _: True)
        for name in ("Door", "Gate"):
            assert main(["lora", "train", config(places, name)]) == 130
    assert main(["lora", "train", "door"]) == 0
    assert main(["lora", "train", config(places, "Gate"), "--resume"]) == 0
    assert sorted(run.name for run in all_runs()) == ["Door", "Gate"]
    assert {run.state.status for run in all_runs()} == {"finished"}
    capsys.readouterr()
    assert main(["lora", "train", config(places, "Gate"), "--resume"]) == 2
    assert "No run called Gate waits" in capsys.readouterr().err
    assert main(["lora", "train", "door"]) == 2
    assert "Door is finished; use it with" in capsys.readouterr().err


def test_a_run_that_fails_says_why(places: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lora", "train", config(places, "bad door")]) == 2
    assert "The run bad door is refused." in capsys.readouterr().err
    assert find_run("bad door").state.status == "failed"


def test_one_run_is_told_in_full(places: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["lora", "train", config(places)])
    capsys.readouterr()
    assert main(["lora", "runs", "door"]) == 0
    told = said(capsys)
    assert str(find_run("Door").folder.path) in told
    assert "step 3  loss 0.3333\n" in told
    assert "step 6  loss 0.1667  best\n" in told


def test_runs_are_told_to_programs(places: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["lora", "train", config(places)])
    capsys.readouterr()
    assert main(["lora", "runs", "--json"]) == 0
    (listed,) = json.loads(said(capsys))
    assert main(["lora", "runs", "Door", "--json"]) == 0
    alone = json.loads(said(capsys))
    assert alone == listed
    assert (alone["name"], alone["status"]) == ("Door", "finished")


def test_a_checkpoint_is_used_once(places: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["lora", "train", config(places)])
    capsys.readouterr()
    assert main(["lora", "use", "Door", "--step", "3", "--name", "Old door"]) == 0
    told = said(capsys)
    assert told.startswith("Old door@")
    assert told.rstrip().endswith("presets/Old door.safetensors")
    assert main(["lora", "use", "Door", "--step", "3"]) == 0
    assert "(it was there already)" in said(capsys)


def sweep(folder: Path, *names: str) -> str:
    runs = [{"id": name, "rank": 4 + number} for number, name in enumerate(names)]
    described = {"name": "ranks", "model": MODEL, "data_dir": "set", "base": {}}
    (folder / "sweep.json").write_text(json.dumps({**described, "experiments": runs}))
    return "sweep.json"


def test_a_sweep_trains_each_run_and_goes_on_after_a_failure(
    places: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sweep(places, "r4", "bad", "r6")
    assert main(["lora", "sweep", path, "--dry-run"]) == 0
    assert [line.rpartition("  ")[2] for line in said(capsys).splitlines()] == ["new"] * 3
    assert all_runs() == ()
    assert main(["lora", "sweep", path]) == 1
    *told, summary = said(capsys).splitlines()
    ends = [line.partition(": ")[2] for line in told]
    assert ends == ["finished", "The run ranks bad is refused.", "finished"]
    assert len(json.loads((places / summary).read_text())["experiments"]) == 3
    assert main(["lora", "sweep", path, "--dry-run"]) == 0
    statuses = [line.rpartition("  ")[2] for line in said(capsys).splitlines()]
    assert statuses == ["finished", "failed", "finished"]


@pytest.mark.usefixtures("pressed")
def test_an_interrupted_sweep_begins_no_other_run(places: Path) -> None:
    assert main(["lora", "sweep", sweep(places, "endless", "r6")]) == 130
    assert {run.state.status for run in all_runs()} == {"paused"}
    assert not any(run.is_usable for run in all_runs() if "r6" in run.name)
