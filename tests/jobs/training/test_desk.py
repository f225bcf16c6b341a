from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.adapters.training_set import TrainingPair, TrainingSet, write_set
from prismdesk.engines.training.run_files import RunFolder
from prismdesk.errors import WorkError
from prismdesk.jobs.messages import FailureKind
from prismdesk.jobs.training.desk import TrainingDesk
from prismdesk.jobs.training.messages import CompareTask, ConvertTask, EncodeTask, TrainTask
from prismdesk.jobs.training.run_lock import is_under_way
from prismdesk.media.wav import WavWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from prismdesk.jobs.training.desk import Piece

SOURCE = "tests.jobs.training.fake_work:create"
PATIENCE_SECONDS = 60.0


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TrainingDesk]:
    with TrainingDesk(tmp_path / "logs", work_source=SOURCE) as desk:
        yield desk


def a_set(folder: Path) -> Path:
    (folder / "sounds").mkdir(parents=True)
    with WavWriter(folder / "sounds/step.wav", rate_hz=8000, channels=1) as wav:
        wav.write(np.full((1, 800), 0.1, np.float32))
    pair = TrainingPair(key="step", name="Step", sound="sounds/step.wav", length_seconds=0.1)
    write_set(folder, TrainingSet(name="Steps", prompt="a step", pairs=(pair,)))
    return folder


def a_run(tmp_path: Path, model: str = "quick") -> RunFolder:
    folder = RunFolder(tmp_path / "runs" / model)
    folder.make({"base": model, "set": str(a_set(tmp_path / f"set of {model}"))})
    return folder


def submit(desk: TrainingDesk, folder: RunFolder) -> int:
    return desk.submit(TrainTask(run_folder=str(folder.path)), label="Steps").id


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def step_of(desk: TrainingDesk, piece_id: int) -> int:
    told = next(piece for piece in desk.pieces() if piece.id == piece_id).told
    return told.step if told is not None else 0


def test_a_run_is_encoded_and_trained_to_its_end(desk: TrainingDesk, tmp_path: Path) -> None:
    folder = a_run(tmp_path)
    piece = desk.wait(submit(desk, folder), PATIENCE_SECONDS)
    assert (piece.state, piece.reason) == ("ended", "finished")
    assert folder.state().status == "finished"
    encoded = tmp_path / "set of quick/encoded/step.txt"
    assert encoded.read_text() == "(1, 800) 8000 0 a step"


def test_a_paused_run_goes_on_where_it_was_without_encoding_again(
    desk: TrainingDesk, tmp_path: Path
) -> None:
    folder = a_run(tmp_path, "long")
    first = submit(desk, folder)
    until(lambda: step_of(desk, first) > 3)
    desk.want(first, "pause")
    assert desk.wait(first, PATIENCE_SECONDS).reason == "paused"
    was = folder.state()
    assert was.status == "paused"
    (tmp_path / "set of long/sounds/step.wav").unlink()
    again = submit(desk, folder)
    until(lambda: step_of(desk, again) > was.step)
    desk.want(again, "stop")
    assert desk.wait(again, PATIENCE_SECONDS).reason == "stopped"
    assert folder.state().status == "stopped"


def test_training_leaves_the_device_to_others_when_asked(
    desk: TrainingDesk, tmp_path: Path
) -> None:
    piece = submit(desk, a_run(tmp_path, "long"))
    until(lambda: step_of(desk, piece) > 0)
    desk.give_way(True)

    def gives_way() -> bool:
        running = desk.running()
        return running is not None and running.told is not None and running.told.gives_way

    until(gives_way)
    at = step_of(desk, piece)
    time.sleep(0.1)
    assert step_of(desk, piece) == at
    desk.give_way(False)
    until(lambda: step_of(desk, piece) > at)


@pytest.mark.usefixtures("on_a_thread")
def test_the_next_piece_begins_when_the_one_before_is_over(
    desk: TrainingDesk, tmp_path: Path
) -> None:
    first = submit(desk, a_run(tmp_path, "long"))
    second = submit(desk, a_run(tmp_path, "quick"))
    until(lambda: step_of(desk, first) > 0)
    assert step_of(desk, second) == 0
    desk.want(first, "stop")
    assert desk.wait(second, PATIENCE_SECONDS).reason == "finished"


@pytest.mark.usefixtures("on_a_thread")
def test_a_piece_that_waits_can_be_taken_back(desk: TrainingDesk, tmp_path: Path) -> None:
    first = submit(desk, a_run(tmp_path, "long"))
    folder = a_run(tmp_path, "quick")
    second = submit(desk, folder)
    desk.want(second, "stop")
    desk.want(first, "stop")
    desk.wait(first, PATIENCE_SECONDS)
    assert desk.wait(second, 0).reason == "cancelled"
    assert folder.state().status == "stopped"


def test_a_dead_process_fails_its_run_in_a_sentence(desk: TrainingDesk, tmp_path: Path) -> None:
    folder = a_run(tmp_path, "dies")
    piece = desk.wait(submit(desk, folder), PATIENCE_SECONDS)
    assert piece.failure is not None
    assert piece.failure.kind is FailureKind.CRASHED
    assert "exit code 3" in piece.failure.message
    assert folder.state().sentence == piece.failure.message


def test_what_stands_against_a_run_is_told_and_kept(desk: TrainingDesk, tmp_path: Path) -> None:
    folder = a_run(tmp_path, "refuses")
    desk.wait(submit(desk, folder), PATIENCE_SECONDS)
    assert folder.state().status == "failed"
    assert folder.state().sentence == "The pair step is refused."


def test_closing_pauses_what_goes_on(tmp_path: Path) -> None:
    folder = a_run(tmp_path, "long")
    with TrainingDesk(tmp_path, work_source=SOURCE) as desk:
        piece = submit(desk, folder)
        until(lambda: step_of(desk, piece) > 3)
    assert folder.state().status == "paused"
    assert folder.state().step > 3
    with pytest.raises(WorkError):
        submit(desk, folder)


@pytest.mark.usefixtures("on_a_thread")
@pytest.mark.parametrize(
    ("task", "kind"),
    [
        (ConvertTask(source="a", target="b"), FailureKind.UNEXPECTED),
        (
            CompareTask(model_id="m", adapters=(), set_folder="SET", out="OUT"),
            FailureKind.OUT_OF_MEMORY,
        ),
    ],
    ids=["convert", "compare"],
)
def test_faults_are_one_sentence(
    desk: TrainingDesk, tmp_path: Path, task: ConvertTask | CompareTask, kind: FailureKind
) -> None:
    if isinstance(task, CompareTask):
        folder = a_set(tmp_path / "set")
        task = CompareTask(
            model_id="m", adapters=(), set_folder=str(folder), out=str(tmp_path / "out")
        )
    piece = desk.wait(desk.submit(task, label="x").id, PATIENCE_SECONDS)
    assert piece.failure is not None
    assert piece.failure.kind is kind
    assert "\n" not in piece.failure.message


@pytest.mark.usefixtures("on_a_thread")
def test_listeners_hear_how_it_begins_and_ends(desk: TrainingDesk, tmp_path: Path) -> None:
    heard: list[Piece] = []
    end = desk.subscribe(heard.append)
    folder = a_set(tmp_path / "set")
    piece = desk.submit(EncodeTask(set_folder=str(folder), model_id="m"), label="Encode")
    desk.wait(piece.id, PATIENCE_SECONDS)
    until(lambda: heard[-1].is_over)
    end()
    assert heard[0].state == "waiting"
    assert heard[-1].reason == "finished"
    assert all(one.id == piece.id for one in heard)


def test_a_step_that_takes_too_long_is_left_when_all_is_closed(tmp_path: Path) -> None:
    folder = a_run(tmp_path, "deaf")
    with TrainingDesk(tmp_path, work_source=SOURCE, grace_seconds=0.2) as desk:
        piece = submit(desk, folder)
        until(lambda: step_of(desk, piece) > 0)
    assert desk.wait(piece, 0).reason == "paused"
    assert folder.state().status == "paused"


def test_one_process_at_a_time_trains_a_run(desk: TrainingDesk, tmp_path: Path) -> None:
    folder = a_run(tmp_path, "long")
    first = submit(desk, folder)
    until(lambda: step_of(desk, first) > 0)
    assert is_under_way(folder.path)
    with TrainingDesk(tmp_path / "other", work_source=SOURCE) as other:
        refused = other.wait(submit(other, folder), PATIENCE_SECONDS)
    assert refused.failure is not None
    assert "another program" in refused.failure.message
    at = step_of(desk, first)
    until(lambda: step_of(desk, first) > at)
    desk.want(first, "stop")
    desk.wait(first, PATIENCE_SECONDS)
    until(lambda: not is_under_way(folder.path))
