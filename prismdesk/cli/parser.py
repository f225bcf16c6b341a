"""The parser of the whole command line. Names and meaning are a contract."""

from __future__ import annotations

import argparse

import prismdesk
from prismdesk.cli.arguments import (
    batches,
    films,
    licences,
    lora,
    models,
    projects,
    prompts,
    seams,
    sound,
    takes,
)
from prismdesk.cli.arguments.shared import adder

_DESCRIPTION = """\
Audio post-production to picture. Times (T) are timecode of the film (01:00:03:12, with ';'
before the frames for drop frame), seconds (3.5s) or samples (168000sm).
Exit codes: 0 done, 1 failed, 2 wrong use or input, 130 cancelled.
Without a command the window opens."""

_COMMANDS = (
    films.add_demo,
    films.add_info,
    films.add_gaps,
    films.add_new,
    sound.add_generate,
    sound.add_fill,
    sound.add_extend,
    batches.add_batch,
    projects.add_export,
    projects.add_history,
    projects.add_relink,
    projects.add_collect,
    films.add_verify,
    models.add_models,
    lora.add_lora,
    takes.add_takes,
    licences.add_project,
    licences.add_credits,
    licences.add_policy,
    seams.add_seams,
    seams.add_onsets,
    prompts.add_suggest,
    prompts.add_prompts,
)
"""What adds each command, in the order in which help lists them."""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; ``command`` is None when none was given."""
    parser = argparse.ArgumentParser(
        prog="prismdesk",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"PrismDesk {prismdesk.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    add = adder(commands)
    for add_command in _COMMANDS:
        add_command(add)
    return parser
