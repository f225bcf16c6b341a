"""The arguments of what begins with a film: its sample, its facts, its project, the null test."""

from __future__ import annotations

from pathlib import Path

from prismdesk.cli.arguments.shared import (
    Add,
    add_json,
    add_rate,
)


def add_demo(add: Add) -> None:
    """Add ``demo``."""
    command = add("demo", "Make the sample film and take it through the whole journey.")
    command.add_argument("--out", type=Path, metavar="DIR", default=Path("prismdesk-demo"))
    command.add_argument(
        "--headless", action="store_true", help="don't open the window at the end, even if one can"
    )


def add_info(add: Add) -> None:
    """Add ``info``."""
    command = add("info", "What is in a film: streams, rates, timecode, duration.")
    command.add_argument("film", type=Path, metavar="FILM")
    add_json(command)


def add_gaps(add: Add) -> None:
    """Add ``gaps``."""
    command = add("gaps", "Find dropouts, digital silence and clicks in a film's sound.")
    command.add_argument("film", type=Path, metavar="FILM")
    command.add_argument(
        "--stream", type=int, metavar="N", help="the N-th sound stream, from 1 (default: the first)"
    )
    add_json(command)


def add_new(add: Add) -> None:
    """Add ``new``."""
    command = add("new", "Make a project from a film; prints the path of its NAME.prismdesk.")
    command.add_argument("film", type=Path, metavar="FILM")
    command.add_argument("--project", type=Path, metavar="DIR", required=True)
    add_rate(command)


def add_verify(add: Add) -> None:
    """Add ``verify``."""
    command = add(
        "verify", "The null test: is everything outside the regions identical in FILM and OUT?"
    )
    command.add_argument("film", type=Path, metavar="FILM")
    command.add_argument("out", type=Path, metavar="OUT")
    command.add_argument(
        "--region", action="append", default=[], metavar="T-T", help="may differ; may be repeated"
    )
    add_json(command)
