"""The arguments of ``takes``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.cli.arguments.shared import (
    REGION_HELP,
    TAKE_HELP,
    Add,
    add_actions,
    add_json,
    add_machine,
)

if TYPE_CHECKING:
    import argparse


def add_takes(add: Add) -> None:
    """Add ``takes``."""
    command = add("takes", "Takes as records: check that they can be made again, recover, reuse.")
    add_action = add_actions(command)
    check = add_action("check", "Make a take again, compare the samples, and say why they differ.")
    _add_take(check)
    add_machine(check)
    add_json(check)
    recipe = add_action("recipe", "What a take was made by, as a command line or as JSON.")
    _add_take(recipe)
    add_json(recipe)
    recipe.add_argument(
        "--apply", metavar="REGION", help=f"have this region made by it too: {REGION_HELP}"
    )
    recipe.add_argument("--same-seed", action="store_true", help="with --apply: its seed too")
    recipe.add_argument("--no-masks", action="store_true", help="with --apply: not its masks")
    recover = add_action("recover", "List the takes whose files are in a folder, and adopt them.")
    recover.add_argument("folder", type=Path, metavar="FOLDER")
    recover.add_argument(
        "--into", type=Path, metavar="PROJECT", help="adopt those that this project hasn't got"
    )
    add_json(recover)


def _add_take(command: argparse.ArgumentParser) -> None:
    command.add_argument("project", type=Path, metavar="PROJECT")
    command.add_argument("take", metavar="TAKE", help=TAKE_HELP)
