"""Adapter files are converted, and merged into models, in the training process: it has torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import platformdirs

from prismdesk.errors import Cancelled
from prismdesk.jobs.training.client import WORK
from prismdesk.jobs.training.desk import TrainingDesk
from prismdesk.jobs.training.messages import ConvertTask
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
)

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.jobs.training.messages import Task

_POLL_SECONDS = 0.2

work_source = WORK
"""What does the work in the process; tests take another."""


def convert(
    source: Path,
    target: Path,
    *,
    alpha: float | None = None,
    model_id: str = "",
    title: str = "",
    cancelled: IsCancelled = never_cancelled,
) -> None:
    """Write an adapter of any form as one of the library's, or into a folder for PEFT.

    Args:
        source: file or folder.
        target: a ``.safetensors``, or a folder.
        alpha: where the file states none.
        model_id: that it was trained on; empty goes by the file.
        title: what it is called from now on.
        cancelled: asked while it goes on.

    Raises:
        PrismDeskError: it can't be used as it is; the sentence says what to tell or do.
        Cancelled: as told.
    """
    task = ConvertTask(
        source=str(source.absolute()),
        target=str(target.absolute()),
        alpha=alpha,
        model_id=model_id,
        title=title,
    )
    do_apart(task, f"Converting {source.name}", cancelled=cancelled)


def do_apart(
    task: Task,
    label: str,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> None:
    """Have one piece of work done in a process of its own, and wait for it.

    Raises:
        PrismDeskError: it failed.
        Cancelled: as told.
    """
    logs = platformdirs.user_log_path("prismdesk", appauthor=False)
    with TrainingDesk(logs, work_source=work_source) as desk:
        piece = desk.submit(task, label=label)
        while not piece.is_over:
            if cancelled():
                desk.want(piece.id, "stop")
            piece = desk.wait(piece.id, _POLL_SECONDS)
            if piece.told is not None:
                progress(piece.told.fraction)
    if piece.failure is not None:
        raise piece.failure.error()
    if piece.reason != "finished":
        raise Cancelled
