"""The arguments of ``seams`` and ``onsets``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.cli.arguments.shared import (
    REGION_HELP,
    TAKE_HELP,
    Add,
    add_json,
)

if TYPE_CHECKING:
    import argparse


def add_seams(add: Add) -> None:
    """Add ``seams``."""
    command = add("seams", "How a region's take joins its lane: level, click, timbre at both ends.")
    _add_region(command)
    command.add_argument(
        "--shift-in",
        metavar="MS",
        help="put the in seam so many milliseconds later than the take was made to (-8: earlier)",
    )
    command.add_argument("--shift-out", metavar="MS", help="likewise for the out seam")
    add_json(command)


def add_onsets(add: Add) -> None:
    """Add ``onsets``."""
    command = add("onsets", "How the onsets of a region's take lie to the markers of the picture.")
    _add_region(command)
    step = command.add_mutually_exclusive_group()
    step.add_argument(
        "--nudge", action="store_true", help="move the take so that its onset is on the marker"
    )
    step.add_argument("--nudge-by", metavar="MS", help="move the take inside its region")
    add_json(command)


def _add_region(command: argparse.ArgumentParser) -> None:
    command.add_argument("project", type=Path, metavar="PROJECT")
    command.add_argument("region", metavar="REGION", help=REGION_HELP)
    command.add_argument("--take", metavar="TAKE", help=f"{TAKE_HELP} (default: what is heard)")
