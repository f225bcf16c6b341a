"""The arguments of the commands that make sound: ``generate``, ``fill``, ``extend``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.cli.arguments.shared import (
    T_HELP,
    TAKE_HELP,
    Add,
    add_machine,
    add_out,
    add_rate,
    add_settings,
    number_between,
    positive_number,
    take_count,
)

if TYPE_CHECKING:
    import argparse


def add_generate(add: Add) -> None:
    """Add ``generate``."""
    command = add("generate", "Make new sound from picture and words, and write the film.")
    _add_source(command)
    _add_stretch(command)
    _add_making(command, engine="selva")


def add_fill(add: Add) -> None:
    """Add ``fill``."""
    command = add("fill", "Inpaint a stretch of sound, and write the film (or the mix, as .wav).")
    _add_source(command)
    _add_stretch(command)
    _add_making(command, engine="ambience")


def add_extend(add: Add) -> None:
    """Add ``extend``."""
    command = add("extend", "Continue the sound past a point, and write the film (or the mix).")
    _add_source(command)
    command.add_argument("--at", dest="start", metavar="T", help=T_HELP)
    command.add_argument("--by", metavar="SECONDS", help="how far to continue, e.g. 2.5")
    _add_making(command, engine="ambience")


def _add_source(command: argparse.ArgumentParser) -> None:
    command.add_argument("source", type=Path, metavar="FILM|PROJECT")
    command.add_argument(
        "--project",
        type=Path,
        metavar="DIR",
        help="where the project of a FILM is made (default: beside the output)",
    )
    add_rate(command)


def _add_stretch(command: argparse.ArgumentParser) -> None:
    command.add_argument("--from", dest="start", metavar="T", help=T_HELP)
    command.add_argument("--to", dest="end", metavar="T")


def _add_making(command: argparse.ArgumentParser, *, engine: str) -> None:
    _add_lanes(command)
    command.set_defaults(default_engine=engine)
    command.add_argument("--engine", help=f"who makes the sound (default: {engine})")
    command.add_argument("--variant", help="which of the engine's models; see `prismdesk models`")
    command.add_argument("--prompt", help="what shall be heard")
    command.add_argument("--negative", metavar="PROMPT", help="what shall not be heard")
    _add_takes(command)
    _add_steps(command)
    add_settings(command)
    command.add_argument(
        "--adapter",
        dest="adapters",
        action="append",
        default=[],
        metavar="NAME[:STRENGTH]",
        help="a preset (name, reference or file) and how strongly, -1 to 2; may be repeated",
    )
    command.add_argument(
        "--vary",
        metavar="TAKE",
        help=f"make variations of this take ({TAKE_HELP}), by what made it; see --set strength=",
    )
    command.add_argument(
        "--handles",
        default="0",
        metavar="LENGTH",
        help="sound that takes keep before and after the stretch: 12fr, 0.5s (default: none)",
    )
    _add_looking(command)
    add_machine(command)
    add_out(command)


def _add_lanes(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--track", type=positive_number, default=1, metavar="N", help="N-th track, from 1"
    )
    command.add_argument(
        "--lane",
        dest="lanes",
        type=positive_number,
        action="append",
        default=[],
        metavar="N",
        help="N-th lane of the track, from 1 (default: the first); may be repeated",
    )


def _add_takes(command: argparse.ArgumentParser) -> None:
    command.add_argument("--seed", type=_seed, help="0 to 4294967295 (default: a new one)")
    command.add_argument("--takes", type=take_count, default=1, metavar="N", help="1 to 16")
    command.add_argument(
        "--batch-seeds",
        type=_seeds,
        default=(),
        metavar="SEED,SEED…",
        help="compute the take beside those of these seeds, as in a batch, and keep it alone",
    )


def _add_steps(command: argparse.ArgumentParser) -> None:
    command.add_argument("--steps", type=positive_number)
    command.add_argument("--guidance", type=float)
    command.add_argument(
        "--stop-at-step",
        type=positive_number,
        metavar="N",
        help="end sampling there and take the sound that it points at",
    )
    command.add_argument(
        "--hear-at",
        dest="drafts",
        nargs=2,
        action="append",
        default=[],
        metavar=("N", "FILE"),
        help="write the sound so far after step N as a WAV; the take is none the worse",
    )


def _add_looking(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--no-picture",
        dest="sees_picture",
        action="store_false",
        help="go by the words alone, without looking at the film",
    )
    command.add_argument(
        "--mask",
        dest="masks",
        type=Path,
        action="append",
        default=[],
        metavar="PNG",
        help="white where in the picture to listen; repeated, one after another over the stretch",
    )
    command.add_argument(
        "--mask-shape",
        dest="mask_shapes",
        action="append",
        default=[],
        metavar="SHAPE",
        help="a mask drawn over the picture, such as ellipse:0.5,0.4,0.2,0.3 (centre, width, "
        "height as shares of it), with key frames …@0s/0.6,0.4,0.2,0.3@1.5s; repeated, one over "
        "the other, except-ellipse:… takes away",
    )
    command.add_argument("--mask-strength", type=float, metavar="0..1")


def _seed(text: str) -> int:
    return number_between(text, 0, 2**32 - 1)


def _seeds(text: str) -> tuple[int, ...]:
    return tuple(_seed(part) for part in text.split(","))
