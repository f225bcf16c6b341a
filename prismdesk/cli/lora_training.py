"""``prismdesk lora train``, ``runs``, ``stop``, ``use`` and ``sweep``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.adapters.sweep import read_sweep
from prismdesk.cli.desk_watch import watched
from prismdesk.cli.wanted_sound import read_machine
from prismdesk.engines.training.options import to_mapping
from prismdesk.errors import Cancelled, InputError
from prismdesk.session.run_presets import use_checkpoint
from prismdesk.session.run_summary import as_node, summary_of
from prismdesk.session.sweeps import check_sweep, runs_of, start_sweep, summary_path
from prismdesk.session.training_desk import card_memory_bytes, go_on, open_desk, stop_and_keep
from prismdesk.session.training_runs import (
    all_runs,
    doubts_about,
    find_run,
    make_run,
    overview,
    read_config,
)

if TYPE_CHECKING:
    import argparse

    from prismdesk.cli.terminal import Interrupt, ProgressLine
    from prismdesk.jobs.training.desk import Piece
    from prismdesk.session.training_runs import RunOverview


def train(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Train what a file describes, or go on with a run."""
    machine = read_machine(options)
    run = _run_to_go_on_with(options.what, resume=options.resume)
    if run is None:
        wish = read_config(Path(options.what), card_memory_bytes(machine))
        for doubt in doubts_about(wish):
            print(doubt)
        if options.dry_run:
            for name, value in sorted(to_mapping(wish.options).items()):
                print(f"{name} = {json.dumps(value)}")
            return 0
        run = overview(make_run(wish))
    elif run.state.status == "finished":
        raise InputError(f"{run.name} is finished; use it with: prismdesk lora use {run.name}")
    progress.begin(f"Training {run.name}")
    with open_desk(machine) as desk:
        piece = watched(desk, go_on(desk, run), progress, interrupt, on_interrupt="pause")
    progress.clear()
    return _say_end(piece, overview(run.folder))


def show_runs(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """List all runs, or tell all of one."""
    del interrupt
    runs = (find_run(options.run),) if options.run else all_runs()
    progress.clear()
    if options.as_json:
        nodes = [as_node(run, summary_of(run)) for run in runs]
        print(json.dumps(nodes[0] if options.run else nodes, indent=2))
        return 0
    for run in runs:
        print(_line_of(run))
        if options.run:
            _tell_all(run)
    return 0


def stop(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Have a run end that another program or terminal trains."""
    del interrupt
    run = find_run(options.run)
    stop_and_keep(run)
    progress.clear()
    print(f"{run.name} ends at its next step and keeps what it has learned.")
    return 0


def use(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Make a preset of a run's checkpoint."""
    del interrupt
    run = find_run(options.run)
    used = use_checkpoint(run, options.step, options.name or "", options.form)
    progress.clear()
    news = "" if used.is_new else " (it was there already)"
    print(f"{used.preset.reference}  {used.preset.path}{news}")
    return 0


def sweep(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Train all runs of a sweep that aren't done, one after the other."""
    machine = read_machine(options)
    described = read_sweep(options.file)
    memory_bytes = card_memory_bytes(machine)
    wishes = check_sweep(described, memory_bytes, options.model or "")
    if options.dry_run:
        for wish, known in zip(wishes, runs_of(described), strict=True):
            status = "new" if known.run is None else known.run.state.status
            print(f"{wish.name}  {status}")
        return 0
    failed = 0
    with open_desk(machine) as desk:
        pieces = start_sweep(desk, described, memory_bytes, options.model or "")
        by_id = {piece.id: piece for piece in desk.pieces()}
        for piece_id in pieces:
            progress.begin(f"Training {by_id[piece_id].label}")
            piece = watched(desk, by_id[piece_id], progress, interrupt, on_interrupt="pause")
            progress.clear()
            if piece.reason in ("paused", "cancelled"):
                raise Cancelled
            failed += piece.failure is not None
            outcome = piece.failure.message if piece.failure else piece.reason
            print(f"{piece.label}: {outcome}")
    print(summary_path(described.name))
    return 1 if failed else 0


def _run_to_go_on_with(text: str, *, resume: bool) -> RunOverview | None:
    """Return the run that is meant, None where a file describes a new one."""
    if not text.lower().endswith(".toml"):
        return find_run(text)
    if not resume:
        return None
    name = read_config(Path(text)).name
    unfinished = [run for run in all_runs() if run.name == name and run.can_go_on]
    if not unfinished:
        raise InputError(f"No run called {name} waits to go on; begin it without --resume.")
    return unfinished[0]


def _say_end(piece: Piece, run: RunOverview) -> int:
    if piece.failure is not None:
        raise piece.failure.error()
    print(_line_of(run))
    if piece.reason == "paused":
        print(f"Go on with: prismdesk lora train {run.folder.path}")
        return 130
    if run.is_usable:
        print(f"Make a preset of it with: prismdesk lora use {run.folder.path}")
    return 0


def _line_of(run: RunOverview) -> str:
    found = summary_of(run)
    steps = f"step {found.step} of {run.options.steps}"
    held_out = ""
    if found.held_out_loss is not None and found.base_loss is not None:
        held_out = f", held out {found.held_out_loss:.3f} (base {found.base_loss:.3f})"
    return f"{run.name}  {run.state.status}, {steps}{held_out}  {run.model_id}"


def _tell_all(run: RunOverview) -> None:
    found = summary_of(run)
    print(run.folder.path)
    if run.state.sentence:
        print(run.state.sentence)
    for step, loss in found.losses.items():
        mark = "  best" if step == found.best_step else ""
        print(f"  step {step}  loss {loss:.4f}{mark}")
    for name, value in found.metrics.items():
        print(f"  {name}  {value:.4g}")
