"""Sweeps: their runs made and trained one after the other, and summed up after each."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prismdesk.adapters.training_set import read_set
from prismdesk.engines.training.run_files import RunFolder
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.errors import InputError, PrismDeskError, WorkError
from prismdesk.jobs.training.messages import TrainTask
from prismdesk.project.store.durable import write_atomically
from prismdesk.session.run_summary import as_node, summary_of
from prismdesk.session.training_runs import (
    RunWish,
    all_runs,
    make_run,
    overview,
    training_root,
    usual_options,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.adapters.sweep import Sweep
    from prismdesk.jobs.training.desk import Piece, TrainingDesk
    from prismdesk.session.training_runs import RunOverview

SUMMARY = "experiment_summary.json"
_COLUMNS = (
    "name", "status", "step", "best_step", "held_out_loss", "base_loss", "final_loss",
    "lowest_loss", "lowest_at_step", "spread", "mean_gradient_norm", "seconds",
)  # fmt: skip

_log = logging.getLogger(__name__)
_writing = threading.Lock()


@dataclass(frozen=True, slots=True)
class SweepRun:
    """One run of a sweep: its id, and the run once it was made."""

    id: str
    run: RunOverview | None

    @property
    def is_done(self) -> bool:
        """Whether nothing more is to be trained: it is finished, or was skipped."""
        return self.run is not None and self.run.state.status in ("finished", "stopped")


def runs_of(sweep: Sweep) -> tuple[SweepRun, ...]:
    """Return a sweep's runs in its order, with what was made of them before."""
    made = {run.name: run for run in reversed(all_runs()) if run.sweep == sweep.name}
    return tuple(SweepRun(run_id, made.get(_name(sweep, run_id))) for run_id in sweep.runs)


def check_sweep(sweep: Sweep, memory_bytes: int | None, model_id: str = "") -> tuple[RunWish, ...]:
    """Return what each run of a sweep is to be, before any is made.

    Args:
        sweep: as it was read.
        memory_bytes: of the graphics card, None for the processor.
        model_id: the base, where the sweep doesn't say.

    Raises:
        InputError: the base, the set or an option of a run can't be.
    """
    base = sweep.model or model_id
    if not base:
        raise InputError(f'The sweep {sweep.name} doesn\'t say on which model; add base = "…".')
    model = model_of(base)
    pairs = len(read_set(sweep.set_folder).of_split("train"))
    wishes = []
    for run_id in sweep.runs:
        method = str({**sweep.common, **sweep.runs[run_id]}.get("method", "lora"))
        usual = usual_options(model, pairs, memory_bytes, method=method)
        wishes.append(
            RunWish(
                name=_name(sweep, run_id),
                set_folder=sweep.set_folder,
                model_id=model.id,
                options=sweep.options_of(run_id, usual),
                note=sweep.note,
                sweep=sweep.name,
            )
        )
    return tuple(wishes)


def start_sweep(
    desk: TrainingDesk, sweep: Sweep, memory_bytes: int | None, model_id: str = ""
) -> tuple[int, ...]:
    """Have every run trained that isn't done; runs that were broken off go on.

    Returns:
        The ids of the pieces at the desk, in order.

    Raises:
        InputError: a run can't be; none is made then.
        WorkError: the disk refused.
    """
    wishes = check_sweep(sweep, memory_bytes, model_id)
    pieces = []
    for wish, known in zip(wishes, runs_of(sweep), strict=True):
        if known.is_done:
            continue
        folder = known.run.folder if known.run is not None else make_run(wish)
        task = TrainTask(run_folder=str(folder.path))
        pieces.append(desk.submit(task, label=wish.name).id)
    write_summary(sweep.name)
    return tuple(pieces)


def sum_up(piece: Piece) -> None:
    """Sum up the sweep that a run belongs to once the run is over; a listener of desks.

    Runs may end on several threads at once, and a disk that refuses must not end the desk's own:
    the summary is written anew after the next run.
    """
    if not (piece.is_over and isinstance(piece.task, TrainTask)):
        return
    try:
        name = overview(RunFolder(Path(piece.task.run_folder))).sweep
        if name:
            with _writing:
                write_summary(name)
    except PrismDeskError as error:
        _log.warning("%s", error)


def summary_path(name: str) -> Path:
    """Return where a sweep of a name is summed up."""
    stem = re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip("-.") or "sweep"
    return training_root() / "sweeps" / stem / SUMMARY


def write_summary(name: str) -> Path:
    """Write a sweep's summary anew, as JSON and CSV beside each other; return the JSON's path.

    Raises:
        WorkError: the disk refused.
    """
    path = summary_path(name)
    runs = sorted((run for run in all_runs() if run.sweep == name), key=_as_asked_for)
    node = {
        "name": name,
        "description": runs[0].note if runs else "",
        "experiments": [_node(run) for run in runs],
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(node, indent=1).encode())
        write_atomically(path.with_suffix(".csv"), table_of(runs).encode())
    except OSError as error:
        raise WorkError(f"{path} can't be written: {error.strerror or error}.") from error
    return path


def _as_asked_for(run: RunOverview) -> tuple[str, list[tuple[int, str]]]:
    """Order runs by when they were made, those of one second by their names, 8 before 16."""
    parts = re.findall(r"\d+|\D+", run.name)
    return run.created_utc, [(int(part) if part.isdecimal() else 0, part) for part in parts]


def table_of(runs: Sequence[RunOverview]) -> str:
    """Return the figures of runs as CSV, a line each; options that differ have a column each."""
    nodes = [_node(run) for run in runs]
    varied = sorted(
        name
        for name in (nodes[0]["options"] if nodes else ())
        if len({json.dumps(node["options"].get(name)) for node in nodes}) > 1
    )
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*_COLUMNS, *varied))
    for node in nodes:
        writer.writerow(
            (*(node[name] for name in _COLUMNS), *(node["options"].get(name) for name in varied))
        )
    return out.getvalue()


def _node(run: RunOverview) -> dict[str, Any]:
    return as_node(run, summary_of(run))


def _name(sweep: Sweep, run_id: str) -> str:
    return f"{sweep.name} {run_id}"
