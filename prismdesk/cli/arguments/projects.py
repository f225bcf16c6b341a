"""The arguments of ``export``, ``history``, ``relink`` and ``collect``."""

from __future__ import annotations

from pathlib import Path

from prismdesk.cli.arguments.shared import (
    Add,
    add_json,
    add_out,
    positive_number,
)


def add_export(add: Add) -> None:
    """Add ``export``."""
    command = add(
        "export", "Write a project's film, or its mix as .wav, and check what was written."
    )
    command.add_argument("project", type=Path, metavar="PROJECT")
    add_out(command)
    command.add_argument("--range", metavar="T-T", help="only this stretch of the timeline")
    command.add_argument(
        "--otio",
        type=Path,
        nargs="?",
        const=Path(),
        metavar="FILE",
        help="write the timeline too, for other editors (default: beside OUT, ending in .otio)",
    )


def add_history(add: Add) -> None:
    """Add ``history``."""
    command = add("history", "List a project's edits, or undo or redo some.")
    command.add_argument("project", type=Path, metavar="PROJECT")
    step = command.add_mutually_exclusive_group()
    step.add_argument("--undo", type=positive_number, metavar="N")
    step.add_argument("--redo", type=positive_number, metavar="N")
    add_json(command)


def add_relink(add: Add) -> None:
    """Add ``relink``."""
    command = add("relink", "Find a project's moved or renamed media again, by their content.")
    command.add_argument("project", type=Path, metavar="PROJECT")
    command.add_argument(
        "--look-in",
        type=Path,
        metavar="DIR",
        action="append",
        required=True,
        help="may be repeated",
    )


def add_collect(add: Add) -> None:
    """Add ``collect``."""
    command = add("collect", "Copy the media and presets that a project uses into its folder.")
    command.add_argument("project", type=Path, metavar="PROJECT")
