from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.request import MachineOptions
from prismdesk.engines.training.run_files import RunFolder, RunFolderError
from prismdesk.errors import WorkError
from prismdesk.jobs.device_facts import DeviceFacts
from prismdesk.jobs.training import desk as desk_module
from prismdesk.session import training_desk
from prismdesk.session.training_desk import card_memory_bytes, go_on, open_desk
from prismdesk.session.training_runs import find_run, training_root
from tests.jobs.training.test_desk import PATIENCE_SECONDS, SOURCE, a_set, step_of, until
from tests.jobs.training.thread_client import ThreadClient, on_a_thread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from prismdesk.jobs.training.desk import TrainingDesk
    from prismdesk.session.training_runs import RunOverview

__all__ = ["on_a_thread"]

MODEL = "selva-small_16k"


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_a_thread: None) -> None:
    del on_a_thread
    monkeypatch.setenv("PRISMDESK_TRAINING", str(tmp_path / "training"))
    monkeypatch.setattr(training_desk, "work_source", SOURCE)


@pytest.fixture
def desk() -> Iterator[TrainingDesk]:
    with open_desk() as desk:
        yield desk


@pytest.fixture
def run(tmp_path: Path) -> RunOverview:
    """A run of two thousand steps that waits."""
    said = {"name": "Steps", "base": MODEL, "family": "selva", "set": str(a_set(tmp_path / "set"))}
    RunFolder(training_root() / "runs/steps").make(said)
    return find_run("Steps")


def test_a_run_begins_under_its_name(desk: TrainingDesk, run: RunOverview) -> None:
    piece = go_on(desk, run)
    until(lambda: step_of(desk, piece.id) > 0)
    assert (piece.label, desk.of_run(run.folder.path)) == ("Steps", desk.running())


def test_a_run_that_is_under_way_just_goes_on(desk: TrainingDesk, run: RunOverview) -> None:
    piece = go_on(desk, run)
    until(lambda: step_of(desk, piece.id) > 0)
    desk.want(piece.id, "give way")
    assert go_on(desk, run).id == piece.id
    assert [(one.id, one.wish) for one in desk.pieces()] == [(piece.id, "go")]
    at = step_of(desk, piece.id)
    until(lambda: step_of(desk, piece.id) > at)


def test_a_run_that_was_paused_begins_again(desk: TrainingDesk, run: RunOverview) -> None:
    first = go_on(desk, run)
    until(lambda: step_of(desk, first.id) > 3)
    desk.want(first.id, "pause")
    desk.wait(first.id, PATIENCE_SECONDS)
    at = run.folder.state().step
    again = go_on(desk, run)
    assert again.id != first.id
    until(lambda: step_of(desk, again.id) > at > 0)


def test_a_run_that_was_skipped_is_wanted_again(desk: TrainingDesk, run: RunOverview) -> None:
    run.folder.request_skip()
    go_on(desk, run)
    assert not run.folder.is_skip_requested


def test_a_run_that_cannot_be_read_never_reaches_the_desk(
    desk: TrainingDesk, run: RunOverview
) -> None:
    (run.folder.path / "run.toml").write_text("name = ")
    with pytest.raises(RunFolderError):
        go_on(desk, run)
    assert desk.pieces() == ()


def test_a_closed_desk_takes_nothing(run: RunOverview) -> None:
    with open_desk() as desk:
        pass
    with pytest.raises(WorkError, match="Training is closed"):
        go_on(desk, run)


def test_what_is_done_is_told_where_and_on_what(
    run: RunOverview, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs: list[Path] = []
    machines: list[str] = []

    class Told(ThreadClient):
        def __init__(self, *, log_path: Path, **given: Any) -> None:
            logs.append(log_path)
            super().__init__(**given)

        def send(self, message: Any) -> None:
            if message.kind == "begin":
                machines.append(message.workplace.machine.device)
            super().send(message)

    monkeypatch.setattr(desk_module, "TrainingClient", Told)
    with open_desk(MachineOptions(device="cuda:1")) as desk:
        piece = go_on(desk, run)
        until(lambda: step_of(desk, piece.id) > 0)
    assert logs == [run.folder.log]
    assert machines == ["cuda:1"]


@pytest.mark.parametrize(("detail", "found"), [("driver 570", 8 << 30), ("", None)])
def test_memory_counts_where_a_card_trains(
    monkeypatch: pytest.MonkeyPatch, detail: str, found: int | None
) -> None:
    asked: list[str] = []

    def facts(wish: str) -> DeviceFacts:
        asked.append(wish)
        return DeviceFacts("a device", used_bytes=1, total_bytes=8 << 30, detail=detail)

    monkeypatch.setattr(training_desk, "device_facts", facts)
    assert card_memory_bytes(MachineOptions(device="cuda:2")) == found
    assert card_memory_bytes() == found
    assert asked == ["cuda:2", "auto"]
