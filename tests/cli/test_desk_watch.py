from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.cli.desk_watch import watched
from prismdesk.cli.terminal import Interrupt, ProgressLine
from prismdesk.jobs.training.desk import TrainingDesk
from prismdesk.jobs.training.messages import EncodeTask
from tests.jobs.training.test_desk import SOURCE, a_run, a_set, submit
from tests.jobs.training.thread_client import on_a_thread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.engines.training.tasks import Wish
    from prismdesk.jobs.training.desk import Piece

__all__ = ["on_a_thread"]


class Line(ProgressLine):
    """Notes what is shown."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.shown: list[tuple[str, float]] = []

    def show(self, task: str, fraction: float, left_seconds: float | None) -> None:
        self.shown.append((task, fraction))
        super().show(task, fraction, left_seconds)


class Pressed(Interrupt):
    """Is pressed once something of the work was shown."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def __call__(self) -> bool:
        return bool(self._line.shown)


@pytest.fixture
def desk(tmp_path: Path, on_a_thread: None) -> Iterator[TrainingDesk]:
    del on_a_thread
    with TrainingDesk(tmp_path / "logs", work_source=SOURCE) as desk:
        yield desk


def piece_of(desk: TrainingDesk, piece_id: int) -> Piece:
    return next(piece for piece in desk.pieces() if piece.id == piece_id)


def test_it_returns_when_the_work_is_over(desk: TrainingDesk, tmp_path: Path) -> None:
    piece = piece_of(desk, submit(desk, a_run(tmp_path, "quick")))
    over = watched(desk, piece, Line(), Interrupt(), on_interrupt="pause")
    assert (over.id, over.reason) == (piece.id, "finished")


def test_training_is_shown_by_its_steps(desk: TrainingDesk, tmp_path: Path) -> None:
    line = Line()
    piece = piece_of(desk, submit(desk, a_run(tmp_path, "long")))
    watched(desk, piece, line, Pressed(line), on_interrupt="stop")
    assert line.shown[-1][0].startswith("Steps: step ")
    assert line.shown[-1][0].endswith(" of 2000")


def test_other_work_is_shown_by_its_words(
    desk: TrainingDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = EncodeTask(set_folder=str(a_set(tmp_path / "set")), model_id="m")
    done = desk.wait(desk.submit(task, label="Steps").id, 60)
    monkeypatch.setattr(TrainingDesk, "wait", lambda *_: done)
    line = Line()
    watched(desk, replace(done, state="running"), line, Interrupt(), on_interrupt="stop")
    assert line.shown == [("Encoding", 0.0)]


@pytest.mark.parametrize(("wish", "reason"), [("pause", "paused"), ("stop", "stopped")])
def test_an_interrupt_is_the_wish_that_it_is_to_be(
    desk: TrainingDesk, tmp_path: Path, wish: Wish, reason: str
) -> None:
    line = Line()
    piece = piece_of(desk, submit(desk, a_run(tmp_path, "long")))
    over = watched(desk, piece, line, Pressed(line), on_interrupt=wish)
    assert (over.wish, over.reason) == (wish, reason)


def test_what_failed_is_returned_with_its_failure(desk: TrainingDesk, tmp_path: Path) -> None:
    piece = piece_of(desk, submit(desk, a_run(tmp_path, "refuses")))
    over = watched(desk, piece, Line(), Interrupt(), on_interrupt="pause")
    assert over.failure is not None
    assert over.failure.message == "The pair step is refused."
