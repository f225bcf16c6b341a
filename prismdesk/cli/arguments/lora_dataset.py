"""The arguments of ``lora dataset``: sets to train on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.cli.arguments.shared import REGION_HELP, Add, add_json, add_machine, adder

if TYPE_CHECKING:
    import argparse

SPLITS = {"train": "train", "hold-out": "hold out", "leave-out": "left out"}
"""What a pair is used for: as it is said on the command line, and as sets keep it."""

_FILE_HELP = "a sound, a film, FILE@START-END in seconds, or a folder of sounds"


def add_dataset(add_lora_action: Add) -> None:
    """Add ``dataset`` and what it does."""
    command = add_lora_action("dataset", "Sets to train on: made, looked through, mended, encoded.")
    add = adder(
        command.add_subparsers(
            dest="dataset_action", metavar="ACTION", title="actions", required=True
        )
    )
    _add_making(add)
    _add_looking(add)
    _add_changing(add)
    encode = add("encode", "Work out for a model what training needs of each pair.")
    _add_folder(encode)
    encode.add_argument("--model", required=True, metavar="ID")
    add_machine(encode)


def _add_making(add: Add) -> None:
    new = add("new", "Begin a set of a project's regions, of files, or empty.")
    _add_folder(new)
    new.add_argument("--name", help="of the set (default: the folder's)")
    new.add_argument("--prompt", help="for pairs without words of their own")
    new.add_argument("--trigger", metavar="WORDS", help="that will call the sound")
    more = add("add", "Put more regions or files into a set.")
    _add_folder(more)
    for command in (new, more):
        command.add_argument("--from", dest="project", type=Path, metavar="PROJECT")
        command.add_argument(
            "--regions", nargs="+", metavar="REGION", help=f"of the project: {REGION_HELP}"
        )
        command.add_argument("--files", nargs="+", metavar="FILE", help=_FILE_HELP)
        command.add_argument("--licence", help="of all that is added, e.g. CC0")
    rebuild = add("rebuild", "Make every pair again from its source, and say what changed.")
    _add_folder(rebuild)
    tidy = add("tidy", "Delete sounds and masks that changed and that no clip names any more.")
    _add_folder(tidy)


def _add_looking(add: Add) -> None:
    listing = add("list", "Every pair of a set.")
    _add_folder(listing)
    add_json(listing)
    check = add("check", "What speaks against training on a set; exit 1 if something does.")
    _add_folder(check)
    check.add_argument("--model", default="", metavar="ID", help="whose rate counts")
    add_json(check)


def _add_changing(add: Add) -> None:
    fix = add("fix", "Do something about a doubt, as check names it.")
    _add_folder(fix)
    fix.add_argument("pair", metavar="PAIR", help="its key or name; set for the whole set")
    fix.add_argument("remedy", metavar="REMEDY", help="as check names it, e.g. trim or keep:speech")
    change = add("set", "Change what a set says of a pair, or of itself.")
    _add_folder(change)
    change.add_argument(
        "pair", nargs="?", metavar="PAIR", help="its key or name (default: the set itself)"
    )
    change.add_argument("--prompt", metavar="WORDS", help="what it sounds like")
    change.add_argument("--name", help="for people")
    change.add_argument("--trigger", metavar="WORDS", help="of the set: that will call the sound")
    change.add_argument("--split", choices=tuple(SPLITS), help="what the pair is used for")
    change.add_argument("--licence", help="under which its sound is, e.g. CC0")
    change.add_argument("--note")
    change.add_argument("--place", type=int, metavar="N", help="its row in the set, from 1")
    change.add_argument("--remove", action="store_true", help="take the pair out of the set")
    split = add("split", "Hold some pairs out, never one of a file that is trained on.")
    _add_folder(split)
    split.add_argument("--share", type=float, default=0.15, help="of all pairs (default: 0.15)")
    split.add_argument("--seed", type=int, default=0, help="another draws others (default: 0)")


def _add_folder(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", type=Path, metavar="FOLDER", help="of the set")
