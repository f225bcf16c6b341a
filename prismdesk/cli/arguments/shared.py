"""What the arguments of several commands share: words, kinds of numbers, options."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

Add = Callable[[str, str], argparse.ArgumentParser]
"""Adds a command, or an action of one: its name, and what it does in one sentence."""

T_HELP = (
    "timecode of the film (01:00:03:12, or ; for drop frame), seconds (3.5s), samples (168000sm)"
)
REGION_HELP = "its name, number along the film, or id"
TAKE_HELP = "its name, number or id, or REGION/TAKE"


def add_actions(command: argparse.ArgumentParser, *, required: bool = False) -> Add:
    """Give a command actions; return what adds one."""
    return adder(
        command.add_subparsers(dest="action", metavar="ACTION", title="actions", required=required)
    )


def adder(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> Add:
    """Return what adds a command of a name, with what it does in one sentence."""

    def add(name: str, summary: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=summary, description=summary)

    return add


def add_json(command: argparse.ArgumentParser) -> None:
    """Let a command print JSON."""
    command.add_argument("--json", dest="as_json", action="store_true", help="print JSON")


def add_settings(command: argparse.ArgumentParser) -> None:
    """Let settings of an engine be said."""
    command.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting of the engine; may be repeated",
    )


def add_rate(command: argparse.ArgumentParser) -> None:
    """Let the project's sample rate be said."""
    command.add_argument(
        "--rate",
        type=int,
        metavar="HZ",
        help="sample rate of the project (default: the film's own, else 48000)",
    )


def add_machine(command: argparse.ArgumentParser) -> None:
    """Let be said on what to compute."""
    command.add_argument(
        "--device",
        metavar="auto|cpu|mps|cuda[:N]",
        help="what to compute on (default: as in the preferences)",
    )
    command.add_argument(
        "--offload",
        choices=("auto", "keep", "offload"),
        help="whether networks wait in main memory until needed (default: as in the preferences)",
    )


def add_out(command: argparse.ArgumentParser) -> None:
    """Let be said what is written, and how."""
    command.add_argument("--out", type=Path, required=True, metavar="OUT")
    command.add_argument(
        "--codec",
        choices=("aac", "opus", "flac", "pcm16", "pcm24", "pcm32f"),
        help="of the mix (default: pcm24 in .mov and .mkv, aac in .mp4, opus in .webm)",
    )
    command.add_argument(
        "--no-production-sound",
        dest="keep_original",
        action="store_false",
        help="leave the film's own sound out instead of keeping it as the second stream",
    )
    command.add_argument("--report", type=Path, metavar="FILE", help="the report, .json or .txt")


def positive_number(text: str) -> int:
    """Read a whole number from 1."""
    return number_between(text, 1, 10**6)


def take_count(text: str) -> int:
    """Read how many takes are wanted."""
    return number_between(text, 1, 16)


def number_between(text: str, lowest: int, highest: int) -> int:
    """Read a whole number.

    Raises:
        argparse.ArgumentTypeError: it is none, or outside its range.
    """
    try:
        number = int(text)
    except ValueError:
        number = lowest - 1
    if not lowest <= number <= highest:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a whole number from {lowest} to {highest}"
        )
    return number
