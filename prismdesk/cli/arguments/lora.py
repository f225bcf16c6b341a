"""The arguments of ``lora``: the library of presets here, what else there is in its own modules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.cli.arguments.lora_dataset import add_dataset
from prismdesk.cli.arguments.lora_training import add_training
from prismdesk.cli.arguments.shared import (
    Add,
    add_actions,
    add_json,
)

if TYPE_CHECKING:
    import argparse

PRESET_HELP = "its name, reference, hash or file"


def add_lora(add: Add) -> None:
    """Add ``lora``."""
    command = add("lora", "Presets: sounds of your own. List, show, import, export and use them.")
    add_action = add_actions(command, required=True)
    _add_looking(add_action)
    _add_bringing(add_action)
    _add_changing(add_action)
    add_dataset(add_action)
    add_training(add_action)


def _add_looking(add_action: Add) -> None:
    listing = add_action("list", "Every preset, what it belongs to, and what is wrong with it.")
    listing.add_argument("--fits", metavar="MODEL", help="only those that this model can use")
    listing.add_argument("--search", default="", metavar="TEXT", help="words that all occur")
    listing.add_argument("--used-in", type=Path, metavar="PROJECT", help="only those it uses")
    listing.add_argument("--favourites", action="store_true", help="only those with a star")
    listing.add_argument("--copies", action="store_true", help="only those that are there twice")
    listing.add_argument(
        "--order", choices=("name", "newest", "favourites", "model"), default="name"
    )
    add_json(listing)
    show = add_action("show", "All that is known of a preset.")
    _add_preset(show)
    add_json(show)
    check = add_action("check", "Say whether a file can be used as a preset, and with a model.")
    check.add_argument("preset", metavar="FILE|NAME", help=PRESET_HELP)
    check.add_argument("--model", metavar="ID", help="whether it belongs to this model")
    add_json(check)
    folders = add_action("folders", "The folders that presets are looked for in.")
    folders.add_argument("--add", type=Path, metavar="FOLDER", help="look into this one too")
    folders.add_argument("--forget", type=Path, metavar="FOLDER", help="into this one no more")


def _add_bringing(add_action: Add) -> None:
    bring = add_action(
        "import", "Put an adapter's file, or all in a folder or a project, into the library."
    )
    bring.add_argument("source", type=Path, metavar="FILE|FOLDER|PROJECT")
    bring.add_argument("--name", help="what it is called there (default: as the file)")
    bring.add_argument("--alpha", type=float, help="it was trained with, where the file lacks it")
    bring.add_argument("--base", metavar="MODEL", help="the model it was trained on")
    add_card(bring)
    export = add_action("export", "Write a preset for others, with all that its card says.")
    _add_preset(export)
    export.add_argument("out", type=Path, metavar="OUT", help="a file, or a folder for peft")
    export.add_argument("--form", choices=("safetensors", "peft"), default="safetensors")
    export.add_argument("--overwrite", action="store_true", help="replace what is there")
    merge = add_action("merge", "Make a model of a model with presets in its weights.")
    merge.add_argument("out", type=Path, metavar="OUT", help="a new folder")
    merge.add_argument("--model", required=True, metavar="ID")
    merge.add_argument(
        "--adapter",
        dest="adapters",
        action="append",
        required=True,
        metavar="NAME[:STRENGTH]",
        help="a preset and how strongly, -1 to 2; repeated, all together",
    )
    merge.add_argument("--name", help="what the model is called (default: as the folder)")


def _add_changing(add_action: Add) -> None:
    change = add_action("set", "Change what a preset's card says.")
    _add_preset(change)
    change.add_argument("--alpha", type=float, help="it was trained with, where the file lacks it")
    change.add_argument("--base", metavar="MODEL", help="the model it was trained on")
    change.add_argument("--name", help="what it is called from now on")
    star = change.add_mutually_exclusive_group()
    star.add_argument("--favourite", action="store_true", default=None, help="give it a star")
    star.add_argument("--no-favourite", dest="favourite", action="store_false", help="take it away")
    add_card(change)
    remove = add_action("remove", "Take a preset out of the library; its file goes to the bin.")
    _add_preset(remove)


def _add_preset(command: argparse.ArgumentParser) -> None:
    command.add_argument("preset", metavar="NAME", help=PRESET_HELP)


def add_card(command: argparse.ArgumentParser) -> None:
    """Let a card be filled in; what isn't given stays as it is."""
    command.add_argument("--licence", help="under which it may be used, e.g. CC BY 4.0")
    command.add_argument(
        "--commercial",
        choices=("yes", "no"),
        help="whether sound made with it may be sold (default: by the licence's name)",
    )
    command.add_argument("--sound-from", help="where the sound it was trained on came from")
    command.add_argument("--author")
    command.add_argument("--description", help="what it sounds like")
    command.add_argument("--notes")
    command.add_argument("--trigger", metavar="WORDS", help="that call it up, apart by commas")
    command.add_argument("--negative", metavar="WORDS", help="to keep away from")
    command.add_argument("--strength", type=float, help="it is used at unless asked, -1 to 2")
    command.add_argument(
        "--tag", dest="tags", action="append", metavar="WORD", help="to find it by; repeated"
    )
