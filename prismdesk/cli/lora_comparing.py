"""``prismdesk lora compare``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.adapters.evaluation_plan import read_evaluation_plan
from prismdesk.cli.desk_watch import watched
from prismdesk.cli.wanted_sound import read_machine
from prismdesk.errors import Cancelled, InputError
from prismdesk.session.comparing import compare_task, finish_comparison, planned_task
from prismdesk.session.training_desk import open_desk

if TYPE_CHECKING:
    import argparse

    from prismdesk.cli.terminal import Interrupt, ProgressLine
    from prismdesk.jobs.training.messages import CompareTask


def compare(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Make the held-out clips of a set with each preset and the same noise, and measure."""
    task, title = _task(options)
    progress.begin("Comparing")
    with open_desk(read_machine(options)) as desk:
        piece = desk.submit(task, label="Comparing")
        piece = watched(desk, piece, progress, interrupt, on_interrupt="stop")
    progress.clear()
    if piece.failure is not None:
        raise piece.failure.error()
    if piece.reason != "finished":
        raise Cancelled
    print(finish_comparison(task, title))
    return 0


def _task(options: argparse.Namespace) -> tuple[CompareTask, str]:
    """Return the comparison that a file describes, or the arguments, and its title."""
    first = options.presets[0]
    if len(options.presets) == 1 and first.lower().endswith(".json"):
        plan = read_evaluation_plan(Path(first))
        return planned_task(plan, options.model or ""), plan.name
    for name in ("model", "set", "out"):
        if getattr(options, name) is None:
            raise InputError(f"Say --{name} too, or give a file that describes the comparison.")
    task = compare_task(
        options.model,
        options.presets,
        options.set,
        options.out,
        steps=options.steps,
        seed=options.seed,
    )
    return task, f"Comparison on {options.model}"
