from __future__ import annotations

import csv
import json
import shutil
from functools import partial
from typing import TYPE_CHECKING

import pytest

from prismdesk.adapters.sweep import Sweep, SweepError
from prismdesk.adapters.training_set import TrainingPair, TrainingSet, TrainingSetError, write_set
from prismdesk.engines.training.course import CheckpointRecord, HeldOutRecord, StepRecord
from prismdesk.engines.training.run_files import RunFolder
from prismdesk.jobs.training.desk import TrainingDesk
from prismdesk.session.sweeps import (
    check_sweep,
    runs_of,
    start_sweep,
    sum_up,
    summary_path,
    write_summary,
)
from prismdesk.session.training_runs import all_runs, find_run
from tests.jobs.training.test_desk import SOURCE, a_set, step_of, until
from tests.jobs.training.thread_client import on_a_thread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["on_a_thread"]

MODEL = "custom-selva-tiny-16k-untrained"


@pytest.fixture(autouse=True)
def places(tmp_path: Path, small_checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRISMDESK_MODELS", str(small_checkpoints))
    monkeypatch.setenv("PRISMDESK_TRAINING", str(tmp_path / "training"))


@pytest.fixture
def sweep(tmp_path: Path) -> Sweep:
    return Sweep(
        name="Ranks",
        model=MODEL,
        set_folder=a_set(tmp_path / "set"),
        note="which rank",
        common={"steps": 200},
        runs={"r8": {"rank": 8}, "r16": {"rank": 16}},
    )


@pytest.fixture
def desk(tmp_path: Path, on_a_thread: None) -> Iterator[TrainingDesk]:
    del on_a_thread
    with TrainingDesk(tmp_path / "logs", work_source=SOURCE) as desk:
        yield desk


def test_an_impossible_option_stops_all_before_any_run_is_made(
    tmp_path: Path, sweep: Sweep, desk: TrainingDesk
) -> None:
    wrong = Sweep(
        name="x",
        model=MODEL,
        set_folder=sweep.set_folder,
        note="",
        common={},
        runs={"fine": {}, "wrong": {"rank": -1}},
    )
    with pytest.raises(SweepError, match='run "wrong"'):
        start_sweep(desk, wrong, None)
    assert all_runs() == ()


def test_runs_that_are_done_are_passed_over_and_skipped_ones_keep_their_place(
    sweep: Sweep, desk: TrainingDesk
) -> None:
    first, second = start_sweep(desk, sweep, None)
    until(lambda: step_of(desk, first) > 0)
    desk.want(first, "stop")
    until(lambda: step_of(desk, second) > 0)
    desk.want(second, "pause")
    desk.wait(second, 60)
    assert [one.is_done for one in runs_of(sweep)] == [True, False]
    again = start_sweep(desk, sweep, None)
    assert len(again) == 1
    assert desk.of_run(find_run("Ranks r16").folder.path) is not None
    desk.want(again[0], "stop")
    desk.wait(again[0], 60)
    assert len(all_runs()) == 2


def test_the_summary_has_figures_and_the_options_that_differ(
    sweep: Sweep, desk: TrainingDesk
) -> None:
    for wish in check_sweep(sweep, None):
        assert wish.options.steps == 200
    pieces = start_sweep(desk, sweep, None)
    for piece in pieces:
        desk.want(piece, "stop")
        desk.wait(piece, 60)
    folder = RunFolder(find_run("Ranks r8").folder.path)
    for step, loss in ((10, 0.9), (20, 0.7), (30, 0.8)):
        folder.append(
            StepRecord(
                step=step, loss=loss, smoothed=loss, lr=1e-4, lr_up=1e-4,
                gradient_norm=loss, seconds=0.5, memory_bytes=1,
            )
        )  # fmt: skip
    folder.append(HeldOutRecord(step=20, loss=0.75, base_loss=0.95))
    folder.append(CheckpointRecord(step=20, folder="step-000020", loss=0.75))
    node = json.loads(write_summary(sweep.name).read_text())["experiments"][0]
    assert (node["name"], node["status"]) == ("Ranks r8", "stopped")
    assert (node["lowest_loss"], node["lowest_at_step"], node["final_loss"]) == (0.7, 20, 0.8)
    assert (node["held_out_loss"], node["base_loss"], node["best_step"]) == (0.75, 0.95, 20)
    assert (node["seconds"], node["losses"]) == (15.0, {"20": 0.75})
    with summary_path(sweep.name).with_suffix(".csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["rank"] for row in rows] == ["8", "16"]
    assert "steps" not in rows[0]


def has_begun(desk: TrainingDesk, piece_id: int) -> bool:
    return step_of(desk, piece_id) > 0


def test_a_summary_that_cannot_be_written_keeps_no_run_from_training(
    sweep: Sweep, desk: TrainingDesk
) -> None:
    desk.subscribe(sum_up)
    first, second = start_sweep(desk, sweep, None)
    folder = summary_path(sweep.name).parent
    shutil.rmtree(folder)
    folder.write_bytes(b"in the way")
    for piece in (first, second):
        until(partial(has_begun, desk, piece))
        desk.want(piece, "stop")
        assert desk.wait(piece, 60).reason == "stopped"


def test_a_set_with_nothing_to_train_on_makes_no_run(
    tmp_path: Path, sweep: Sweep, desk: TrainingDesk
) -> None:
    pair = TrainingPair(key="a", name="A", sound="a.wav", length_seconds=1, split="left out")
    write_set(sweep.set_folder, TrainingSet(name="x", pairs=(pair,)))
    with pytest.raises(TrainingSetError, match="nothing to train on"):
        start_sweep(desk, sweep, None)
    assert all_runs() == ()


def test_runs_are_summed_up_in_the_order_in_which_they_were_asked_for(
    tmp_path: Path, desk: TrainingDesk
) -> None:
    runs = {f"r{rank}": {"rank": rank} for rank in (4, 8, 16, 64)}
    sweep = Sweep(
        name="Many",
        model=MODEL,
        set_folder=a_set(tmp_path / "set"),
        note="",
        common={"steps": 200},
        runs=runs,
    )
    for piece in start_sweep(desk, sweep, None):
        desk.want(piece, "stop")
    node = json.loads(write_summary("Many").read_text())
    assert [one["options"]["rank"] for one in node["experiments"]] == [4, 8, 16, 64]
