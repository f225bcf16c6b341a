from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.cli.main import main
from prismdesk.engines.training.options import TrainingOptions, to_mapping
from prismdesk.engines.training.run_files import RunFolder
from prismdesk.jobs.training.run_lock import held

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    monkeypatch.setenv("PRISMDESK_TRAINING", str(tmp_path))
    folder = RunFolder(tmp_path / "runs" / "door")
    options = to_mapping(TrainingOptions())
    folder.make({"name": "Old door", "base": "x", "family": "selva", "options": options})
    return folder


def test_run_that_trains_elsewhere_is_stopped_and_kept(run: RunFolder) -> None:
    with held(run.path):
        assert main(["lora", "stop", "Old door"]) == 0
    assert run.is_skip_requested


def test_run_that_nobody_trains_cannot_be_stopped(
    run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lora", "stop", "Old door"]) == 2
    assert "isn't being trained now" in capsys.readouterr().err
    assert not run.is_skip_requested


def test_names_of_runs_never_steer_the_terminal(
    run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    text = run.run_toml.read_text(encoding="utf-8")
    run.run_toml.write_text(text.replace("Old door", "\\u001b[2Jdoor"), encoding="utf-8")
    assert main(["lora", "runs"]) == 0
    told = capsys.readouterr().out
    assert "[2Jdoor" in told
    assert "\x1b" not in told
