"""The arguments of ``suggest`` and ``prompts``."""

from __future__ import annotations

from pathlib import Path

from prismdesk.cli.arguments.shared import (
    REGION_HELP,
    T_HELP,
    Add,
    add_actions,
    add_json,
    add_settings,
    positive_number,
)


def add_suggest(add: Add) -> None:
    """Add ``suggest``."""
    command = add(
        "suggest", "What a region or stretch holds (speech, hits, cuts), and what follows from it."
    )
    command.add_argument("project", type=Path, metavar="PROJECT")
    command.add_argument("region", nargs="?", metavar="REGION", help=REGION_HELP)
    command.add_argument("--start", metavar="T", help=T_HELP)
    command.add_argument("--end", metavar="T")
    command.add_argument(
        "--track", type=positive_number, default=1, metavar="N", help="N-th track, from 1"
    )
    add_json(command)


def add_prompts(add: Add) -> None:
    """Add ``prompts``."""
    command = add("prompts", "A project's named prompts: list, add, remove, move, apply them.")
    add_action = add_actions(command)
    listing = add_action("list", "Every named prompt.")
    adding = add_action("add", "Put a prompt into the table, in place of one of the same name.")
    removing = add_action("remove", "Take a prompt out of the table; regions stay as they are.")
    importing = add_action("import", "Put the prompts of a CSV file into the table.")
    exporting = add_action("export", "Write the table as a CSV file.")
    applying = add_action("apply", "Have regions ask for what a named prompt says.")
    for action in (listing, adding, removing, importing, exporting, applying):
        action.add_argument("project", type=Path, metavar="PROJECT")
    for action in (adding, removing, applying):
        action.add_argument("name", metavar="NAME")
    for action in (importing, exporting):
        action.add_argument("file", type=Path, metavar="CSV")
    add_json(listing)
    applying.add_argument("regions", nargs="+", metavar="REGION", help=REGION_HELP)
    adding.add_argument("--prompt", required=True, help="what shall be heard")
    adding.add_argument("--negative", metavar="PROMPT", help="what shall not be heard")
    adding.add_argument("--engine", help="who makes the sound (default: as the region has it)")
    adding.add_argument("--variant", help="which of the engine's models")
    add_settings(adding)
