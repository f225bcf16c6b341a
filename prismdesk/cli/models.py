"""``prismdesk models``: which weights there are, under which terms, and how to get them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.cli.model_words import (
    acceptance_lines,
    list_lines,
    model_to_json,
    show_lines,
)
from prismdesk.engines.weights.catalogue import UnknownModelError, model_of
from prismdesk.engines.weights.places import missing_sentence, state_of
from prismdesk.engines.weights.removal import remove
from prismdesk.errors import Cancelled, InputError
from prismdesk.session.model_repair import damaged_files_of, remove_damaged_files
from prismdesk.session.model_words import plural, size_words
from prismdesk.session.models import (
    accept_licence,
    add_folder,
    added_folders,
    forget_folder,
    get_model,
    is_accepted,
    list_models,
    model_problems,
    verify_model,
)
from prismdesk.session.own_checkpoints import (
    OwnTerms,
    add_own_checkpoint,
    chosen_base,
    examine,
    remove_own_checkpoint,
)

if TYPE_CHECKING:
    import argparse

    from prismdesk.cli.terminal import Interrupt, ProgressLine
    from prismdesk.engines.weights.download import GetProgress
    from prismdesk.engines.weights.model import Model


_OUTCOMES = {
    "right": "ok",
    "as fetched": "unchanged",
    "unknown": "no checksum",
    "wrong": "WRONG",
    "missing": "MISSING",
}


def run_models(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Run one of the actions of ``prismdesk models``; without one, list."""
    actions = {
        None: show_list,
        "list": show_list,
        "show": show_model,
        "get": fetch_model,
        "verify": check_models,
        "repair": repair_model,
        "add": add_weights,
        "remove": remove_model,
    }
    return actions[options.action](options, progress, interrupt)


def show_list(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Print every model, its size and licence, and whether it is installed."""
    listed = list_models()
    if getattr(options, "as_json", False):
        print(json.dumps([model_to_json(one) for one in listed], indent=2, ensure_ascii=False))
    else:
        print("\n".join(list_lines(listed, added_folders())))
    for problem in model_problems():
        print(f"prismdesk: {problem}", file=sys.stderr)
    return 0


def show_model(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Print all that is known of a model."""
    model = model_of(options.model)
    listed = next(one for one in list_models() if one.model.id == model.id)
    if options.as_json:
        print(json.dumps(model_to_json(listed, in_full=True), indent=2, ensure_ascii=False))
    else:
        print("\n".join(show_lines(listed)))
    return 0


def fetch_model(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Fetch what of a model is missing, once its terms are accepted."""
    model = model_of(options.model)
    state = state_of(model)
    if state.is_installed:
        print(f"{model.name} is installed already.")
        return 0
    if not is_accepted(model):
        print("\n".join(acceptance_lines(model)))
        if getattr(options, "accept_licence", False) or _asked(model):
            accept_licence(model)
    shown = _Shown(progress)
    state = get_model(model, shown, interrupt)
    progress.clear()
    if not state.is_installed:
        raise InputError(missing_sentence(model, state))
    print(f"{model.name} is installed.")
    return 0


def check_models(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Read files again; exit code 1 if one is wrong or missing."""
    if options.model is None:
        models = [one.model for one in list_models() if one.state.is_installed]
    else:
        models = [model_of(options.model)]
    if not models:
        print("No model is installed, so there is nothing to verify.")
    is_good = True
    seen: set[Path] = set()
    for model in models:
        progress.begin(f"Reading {model.name}")
        checks = verify_model(
            model,
            lambda name, fraction: progress.show(f"Reading {name}", fraction, None),
            interrupt,
        )
        progress.clear()
        for check in checks:
            is_good = is_good and check.is_good
            if check.path is None or check.path not in seen:
                print(f"{_OUTCOMES[check.outcome]:<11}  {check.path or check.file.file_name}")
                if check.fault:
                    print(f"prismdesk: {check.path} {check.fault}.", file=sys.stderr)
            seen.update(() if check.path is None else (check.path,))
    return 0 if is_good else 1


def repair_model(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Read a model's files again, delete what is damaged and was fetched, and fetch that anew."""
    model = model_of(options.model)
    progress.begin(f"Reading {model.name}")
    damaged = damaged_files_of(
        model, lambda name, part: progress.show(f"Reading {name}", part, None), interrupt
    )
    progress.clear()
    if not damaged:
        print(f"Nothing of {model.name} is damaged.")
        return 0
    for path in remove_damaged_files(model, damaged):
        print(f"removed  {path}")
    return fetch_model(options, progress, interrupt)


def add_weights(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Look into a folder from now on; or make files a model, where a name is given."""
    paths: list[Path] = options.paths
    if options.name is None and len(paths) == 1 and not paths[0].is_file():
        return use_folder(paths[0])
    progress.begin("Looking at weights")
    proposal = examine(
        paths, lambda part: progress.show("Looking at weights", part, None), interrupt
    )
    model = add_own_checkpoint(
        proposal,
        base=chosen_base(proposal, options.base or ""),
        name=options.name or proposal.name,
        terms=OwnTerms(
            licence=options.licence,
            where_stated=options.where,
            allows_commercial_use=options.commercial,
            credit=options.credit,
        ),
        progress=lambda part: progress.show("Copying", part, None),
        cancelled=interrupt,
    )
    progress.clear()
    for file in proposal.files:
        print(f"{file.path.name}: {file.what}")
    print(f"{model.name} is a model now: {model.id}.")
    return 0


def use_folder(folder: Path) -> int:
    """Have weight files looked for in a folder too."""
    added = add_folder(folder)
    print(f"{added.folder} is used: {plural(added.files, 'file')} in it.")
    for model in added.installed:
        print(f"{model.id} is installed now.")
    for sentence in added.wrong:
        print(f"prismdesk: {sentence}.", file=sys.stderr)
    return 0


def remove_model(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Delete a model's fetched files, or look into a folder no more."""
    if forget_folder(Path(options.model)):
        print(f"{options.model} is no longer looked into; nothing in it was touched.")
        return 0
    try:
        model = model_of(options.model)
    except UnknownModelError:
        if Path(options.model).is_dir():
            raise InputError(f"{options.model} is not a folder that was added.") from None
        raise
    if model.custom_folder is not None:
        freed_bytes = remove_own_checkpoint(model)
        print(f"{model.name} is a model no more; {size_words(freed_bytes)} are free again.")
        return 0
    removal = remove(model)
    for path, needing in removal.kept:
        print(f"kept     {path} (also of {', '.join(needing)})")
    for path in removal.removed:
        print(f"removed  {path}")
    if removal.removed:
        print(f"{size_words(removal.freed_bytes)} are free again.")
    elif not removal.kept:
        print(f"Nothing of {model.id} was fetched by PrismDesk, so there is nothing to delete.")
    return 0


def _asked(model: Model) -> bool:
    """Ask on a terminal; elsewhere nobody can answer, so the answer is no."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    try:
        answer = input(f"Accept these terms and fetch {model.name}? [y/N] ")
    except EOFError:
        return False
    if answer.strip().casefold() not in ("y", "yes"):
        raise Cancelled("Nothing was fetched.")
    return True


class _Shown:
    """Draws the progress of fetching: file, bytes, pace, time left."""

    def __init__(self, progress: ProgressLine) -> None:
        self._progress = progress
        self._last = ("", "")

    def __call__(self, now: GetProgress) -> None:
        verb = "Fetching" if now.doing == "fetching" else "Checking"
        if self._last != (verb, now.file_name):
            self._last = (verb, now.file_name)
            self._progress.begin(f"{verb} {now.file_name}")
        if now.doing == "checking":
            self._progress.show(f"{verb} {now.file_name}", now.checked_fraction, None)
            return
        amount = f"{size_words(now.done_bytes)} of {size_words(now.total_bytes)}"
        pace = "" if now.bytes_per_second is None else f", {size_words(now.bytes_per_second)}/s"
        self._progress.show(
            f"{verb} {now.file_name}, {amount}{pace}", now.fraction, now.seconds_left
        )
