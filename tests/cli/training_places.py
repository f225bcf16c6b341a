"""A set, a base and folders for commands that train; the work is done on a thread and is quick."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.jobs.training import desk
from prismdesk.session import training_desk
from tests.cli.quick_work import SOURCE
from tests.jobs.training.test_desk import a_set
from tests.jobs.training.thread_client import ThreadClient

if TYPE_CHECKING:
    from pathlib import Path

MODEL = "custom-selva-tiny-16k-untrained"


@pytest.fixture
def places(tmp_path: Path, small_checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that commands are given in, with a training set in ``set``."""
    monkeypatch.setattr(desk, "TrainingClient", ThreadClient)
    monkeypatch.setattr(training_desk, "work_source", SOURCE)
    monkeypatch.setenv("PRISMDESK_MODELS", str(small_checkpoints))
    monkeypatch.setenv("PRISMDESK_TRAINING", str(tmp_path / "training"))
    monkeypatch.setenv("PRISMDESK_PRESETS", str(tmp_path / "presets"))
    monkeypatch.chdir(tmp_path)
    a_set(tmp_path / "set")
    return tmp_path
