"""The arguments of ``project``, ``credits`` and ``policy``."""

from __future__ import annotations

from pathlib import Path

from prismdesk.cli.arguments.shared import (
    Add,
    add_actions,
    add_json,
)


def add_project(add: Add) -> None:
    """Add ``project``."""
    command = add("project", "What a project is for, and which takes don't fit that.")
    add_action = add_actions(command)
    use = add_action("use", "Print or set what the film is for; licences are held against it.")
    use.add_argument("project", type=Path, metavar="PROJECT")
    use.add_argument("use", nargs="?", choices=("personal", "non-commercial", "commercial"))
    check = add_action("check", "Name the takes that are heard and don't fit; exit 1 if any.")
    check.add_argument("project", type=Path, metavar="PROJECT")
    add_json(check)
    clear = add_action("clear", "Make the takes that don't fit again, with Ambience.")
    clear.add_argument("project", type=Path, metavar="PROJECT")


def add_credits(add: Add) -> None:
    """Add ``credits``."""
    command = add("credits", "Models, licences and credit lines, and every machine-made clip.")
    command.add_argument("project", type=Path, metavar="PROJECT")
    command.add_argument("--format", choices=("text", "json", "csv"), default="text")
    command.add_argument("--range", metavar="T-T", help="only this stretch of the timeline")
    command.add_argument("--out", type=Path, metavar="FILE", help="write it there")


def add_policy(add: Add) -> None:
    """Add ``policy``."""
    command = add("policy", "A company's own answers to what models may be used for.")
    add_action = add_actions(command)
    add_json(add_action("show", "Which file is in force, and what it says."))
    for name, what in (
        ("use", "Put a file in force, from now on."),
        ("check", "Read a file and print what it says, without putting it in force."),
        ("example", "Write an example to begin with."),
    ):
        add_action(name, what).add_argument("file", type=Path, metavar="FILE")
    add_action("remove", "Go by what the publishers say again; the file stays.")
