"""The arguments of ``models``."""

from __future__ import annotations

from pathlib import Path

from prismdesk.cli.arguments.shared import (
    Add,
    add_actions,
    add_json,
)


def add_models(add: Add) -> None:
    """Add ``models``."""
    command = add(
        "models", "Weights of the model engines: list, show, get, verify, add and remove them."
    )
    add_action = add_actions(command)
    listing = add_action("list", "Every model, its size and licence, and whether it is installed.")
    add_json(listing)
    show = add_action("show", "A model's files, where they are, who allows what, memory.")
    show.add_argument("model", metavar="ID", help="e.g. selva-small_16k, or small_16k")
    add_json(show)
    get = add_action("get", "Fetch a model's missing files from their publishers.")
    get.add_argument("model", metavar="ID")
    get.add_argument(
        "--accept-licence",
        action="store_true",
        help="accept the terms of its weights, which `models show` prints, without being asked",
    )
    verify = add_action("verify", "Read a model's files again and compare their checksums.")
    verify.add_argument("model", metavar="ID", nargs="?", help="without it: every installed one")
    repair = add_action("repair", "Read a model's files again and fetch those that are damaged.")
    repair.add_argument("model", metavar="ID")
    adding = add_action("add", "Use weight files in a folder, or make files of yours a model.")
    adding.add_argument(
        "paths", type=Path, nargs="+", metavar="PATH", help="a folder, or weight files of one model"
    )
    adding.add_argument("--name", help="make a model of the files, of this name")
    adding.add_argument("--base", metavar="ID", help="the published model it was made from")
    adding.add_argument("--licence", default="", help="of the weights; not stated by default")
    adding.add_argument("--where", default="", help="where the licence is stated")
    adding.add_argument("--credit", default="", help="a line for the credits")
    adding.add_argument(
        "--commercial", action="store_true", help="its licence lets sound made with it be sold"
    )
    remove = add_action("remove", "Delete a model's fetched files, or look into a folder no more.")
    remove.add_argument("model", metavar="ID|FOLDER")
