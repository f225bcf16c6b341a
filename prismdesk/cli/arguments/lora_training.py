"""The arguments of ``lora``'s training: runs, presets made of them, sweeps, comparisons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.cli.arguments.shared import (
    Add,
    add_json,
    add_machine,
    number_between,
    positive_number,
)

if TYPE_CHECKING:
    import argparse

_MAX_SEED = 2**32 - 1


def add_training(add_action: Add) -> None:
    """Add what trains presets."""
    train = add_action("train", "Train a preset as a TOML file says, or go on with a run.")
    train.add_argument("what", metavar="CONFIG.toml|RUN", help="what to train, or which run")
    train.add_argument(
        "--resume", action="store_true", help="go on with the newest unfinished run of that name"
    )
    _add_dry_run(train, "print every option and train nothing")
    add_machine(train)
    runs = add_action("runs", "Every training run, or all of one.")
    runs.add_argument("run", nargs="?", metavar="RUN", help="its name or folder")
    add_json(runs)
    stop = add_action("stop", "End a run that trains elsewhere; what it has learned is kept.")
    stop.add_argument("run", metavar="RUN", help="its name or folder")
    use = add_action("use", "Make a preset of a run's checkpoint.")
    use.add_argument("run", metavar="RUN", help="its name or folder")
    use.add_argument(
        "--step",
        type=positive_number,
        help="of the checkpoint (default: the one of the lowest held-out loss)",
    )
    use.add_argument("--name", help="of the preset (default: as the run)")
    use.add_argument(
        "--form",
        choices=("better", "trained", "reweighted"),
        default="better",
        help="which one, where singular values were reweighted (default: the better)",
    )
    sweep = add_action("sweep", "Train all runs of a table, one after the other.")
    sweep.add_argument("file", type=Path, metavar="SWEEP.toml|SWEEP.json", help="which runs")
    sweep.add_argument("--model", metavar="ID", help="the base, where the file doesn't say")
    _add_dry_run(sweep, "list the runs and train nothing")
    add_machine(sweep)
    _add_compare(add_action)


def _add_compare(add_action: Add) -> None:
    compare = add_action("compare", "Make the same clips with several presets, and measure them.")
    compare.add_argument(
        "presets",
        nargs="+",
        metavar="PRESET",
        help="base, a preset or RUN@step500, :STRENGTH behind it; or one PLAN.json",
    )
    compare.add_argument("--model", metavar="ID", help="the base that they belong to")
    compare.add_argument("--set", type=Path, metavar="FOLDER", help="whose held-out clips are made")
    compare.add_argument("--out", type=Path, metavar="FOLDER", help="for sounds, figures, the page")
    compare.add_argument(
        "--steps",
        type=lambda text: number_between(text, 1, 1000),
        default=25,
        help="of sampling, 1 to 1000 (default: 25)",
    )
    compare.add_argument(
        "--seed",
        type=lambda text: number_between(text, 0, _MAX_SEED),
        default=42,
        help="of the noise (default: 42)",
    )
    add_machine(compare)


def _add_dry_run(command: argparse.ArgumentParser, words: str) -> None:
    command.add_argument("--dry-run", action="store_true", help=words)
