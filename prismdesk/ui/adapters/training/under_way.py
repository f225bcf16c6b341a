"""Which runs were under way, so that a program that was closed or died can offer to go on."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from prismdesk.engines.training.run_files import RunFolder
from prismdesk.errors import InputError, PrismDeskError, WorkError
from prismdesk.jobs.training.messages import TrainTask
from prismdesk.session.training_runs import overview
from prismdesk.ui.adapters.training.words import count_words
from prismdesk.ui.messages import MessageKind

if TYPE_CHECKING:
    from prismdesk.jobs.training.desk import Piece
    from prismdesk.session.training_runs import RunOverview
    from prismdesk.ui.context import Desktop


class RunsUnderWay(QObject):
    """Remembers runs that were begun and neither ended nor paused by the user.

    Args:
        desktop: has the training, the preferences and the messages.
        parent: owns this.
    """

    def __init__(self, desktop: Desktop, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._is_closing = False
        desktop.training.changed.connect(self._follow)

    def close(self) -> None:
        """Remember what is under way now: what ends from here on ends with the program."""
        self._is_closing = True

    def offer(self) -> None:
        """Offer to go on with what was under way when the program ended."""
        runs = self._left()
        if not runs:
            return
        first = runs[0]
        step = count_words(first.state.step)
        others = f" {len(runs) - 1} more wait behind it." if len(runs) > 1 else ""
        self._desktop.messages.tell(
            f"The training of {first.name} was broken off at step {step}.",
            f"What it learned up to its last checkpoint is kept.{others}",
            kind=MessageKind.INFO,
            buttons=(("Go on", self._go_on), ("Leave it", self._forget)),
        )

    def _left(self) -> list[RunOverview]:
        found = []
        for path in self._desktop.preferences.now.training_runs:
            with suppress(InputError):
                run = overview(RunFolder(Path(path)))
                if run.state.status not in ("finished", "stopped", "failed"):
                    found.append(run)
        return found

    def _go_on(self) -> None:
        try:
            for run in self._left():
                self._desktop.training.go_on(run)
        except PrismDeskError as error:
            self._desktop.messages.error(error)

    def _forget(self) -> None:
        self._remember(())

    def _follow(self, piece: object) -> None:
        if self._is_closing:
            return
        pieces: tuple[Piece, ...] = self._desktop.training.under_way()
        self._remember(
            tuple(
                piece.task.run_folder
                for piece in pieces
                if isinstance(piece.task, TrainTask) and piece.wish == "go"
            )
        )

    def _remember(self, folders: tuple[str, ...]) -> None:
        if folders != self._desktop.preferences.now.training_runs:
            # Not remembered, then; the run itself is.
            with suppress(WorkError):
                self._desktop.preferences.change(training_runs=folders)
