"""The desk that trains for this user: one for the program, as there is one device to train on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.errors import InputError, WorkError
from prismdesk.jobs.device_facts import device_facts
from prismdesk.jobs.training.client import WORK
from prismdesk.jobs.training.desk import TrainingDesk
from prismdesk.jobs.training.messages import TrainTask
from prismdesk.jobs.training.run_lock import is_under_way
from prismdesk.session.sweeps import sum_up
from prismdesk.session.training_runs import overview, training_root
from prismdesk.session.workplace import preferred_machine, training_workplace

if TYPE_CHECKING:
    from prismdesk.engines.request import MachineOptions
    from prismdesk.jobs.training.desk import Piece
    from prismdesk.session.training_runs import RunOverview

work_source = WORK
"""What does the work in the process; tests take another."""


def open_desk(machine: MachineOptions | None = None) -> TrainingDesk:
    """Return a desk that sums up sweeps after each of their runs.

    Args:
        machine: in place of the one that the preferences name.
    """
    desk = TrainingDesk(
        training_root() / "logs",
        workplace=lambda: training_workplace(machine),
        work_source=work_source,
    )
    desk.subscribe(sum_up)
    return desk


def go_on(desk: TrainingDesk, run: RunOverview) -> Piece:
    """Have a run begin, or go on from its newest checkpoint; one that is under way just goes on.

    Raises:
        RunFolderError: it can't be read.
        WorkError: the desk is closed.
    """
    piece = desk.of_run(run.folder.path)
    if piece is not None and not piece.is_over:
        desk.want(piece.id, "go")
        return piece
    run.folder.skip.unlink(missing_ok=True)
    overview(run.folder)
    return desk.submit(TrainTask(run_folder=str(run.folder.path)), label=run.name)


def stop_and_keep(run: RunOverview) -> None:
    """Have a run end at its next step and keep what it has learned, whichever program trains it.

    Raises:
        InputError: nobody trains it.
        WorkError: the disk refused.
    """
    if not is_under_way(run.folder.path):
        raise InputError(f"{run.name} isn't being trained now, so there is nothing to stop.")
    try:
        run.folder.request_skip()
    except OSError as error:
        raise WorkError(
            f"{run.folder.path} can't be written: {error.strerror or error}."
        ) from error


def card_memory_bytes(machine: MachineOptions | None = None) -> int | None:
    """Return the memory of the graphics card that trains, None where the processor does."""
    facts = device_facts((machine or preferred_machine()).device)
    return facts.total_bytes if facts.detail else None
