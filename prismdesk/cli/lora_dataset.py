"""``prismdesk lora dataset``: sets made of regions and files, changed, split and encoded."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prismdesk.adapters import training_set_edits as edits
from prismdesk.adapters.training_set import SET_FILE, TrainingSetError, read_set, write_set
from prismdesk.cli.arguments.lora_dataset import SPLITS
from prismdesk.cli.desk_watch import watched
from prismdesk.cli.lora_dataset_checks import check, fix
from prismdesk.cli.lora_dataset_words import find_pair, print_set
from prismdesk.cli.projects import open_project
from prismdesk.cli.wanted_sound import read_machine
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.errors import Cancelled, InputError, PrismDeskError
from prismdesk.jobs.training.messages import EncodeTask
from prismdesk.session.finding import find_regions
from prismdesk.session.training_desk import open_desk
from prismdesk.session.training_sets import add_files, new_set, part_of, rebuild, set_of_regions
from prismdesk.session.training_sets_sounds import delete_unused

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from prismdesk.adapters.training_set import TrainingSet
    from prismdesk.cli.terminal import Interrupt, ProgressLine


def run_dataset(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Do what is asked of a set."""
    return _ACTIONS[options.dataset_action](options, progress, interrupt)


def _new(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    _check_wish(options, needs_something=False)
    made = new_set(options.folder, options.name or "")
    if options.prompt or options.trigger:
        made = replace(made, prompt=options.prompt or "", trigger=options.trigger or "")
        write_set(options.folder, made)
    try:
        _bring_in(options, progress, interrupt)
    except PrismDeskError:
        # The folder is as it was: nothing came into the set.
        (options.folder / SET_FILE).unlink(missing_ok=True)
        raise
    progress.clear()
    print_set(read_set(options.folder))
    return 0


def _add(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    _check_wish(options, needs_something=True)
    read_set(options.folder)
    _bring_in(options, progress, interrupt)
    progress.clear()
    print_set(read_set(options.folder))
    return 0


def _check_wish(options: argparse.Namespace, *, needs_something: bool) -> None:
    if bool(options.project) != bool(options.regions):
        raise InputError("Give --from PROJECT together with --regions.")
    if needs_something and not options.project and not options.files:
        raise InputError("Say what is to be added: --files, or --from PROJECT with --regions.")


def _bring_in(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> None:
    before = {pair.key for pair in read_set(options.folder).pairs}
    if options.project:
        with open_project(options.project, progress, interrupt) as session:
            regions = find_regions(session.project, options.regions)
            set_of_regions(
                session,
                [region.id for region in regions],
                options.folder,
                progress=_shown(progress, "Collecting regions"),
                cancelled=interrupt,
            )
    if options.files:
        added = add_files(
            options.folder,
            [part_of(text) for text in options.files],
            progress=_shown(progress, "Reading files"),
            cancelled=interrupt,
        )
        progress.clear()
        for sentence in added.refused:
            print(f"prismdesk: note: {sentence}", file=sys.stderr)
    if options.licence:
        made = read_set(options.folder)
        new = [pair.key for pair in made.pairs if pair.key not in before]
        write_set(options.folder, edits.set_licence(made, new, options.licence))


def _rebuild(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    rebuilt = rebuild(
        options.folder, progress=_shown(progress, "Making the set again"), cancelled=interrupt
    )
    progress.clear()
    for sentence in rebuilt.changed:
        print(sentence)
    for sentence in rebuilt.kept:
        print(f"prismdesk: note: {sentence}", file=sys.stderr)
    if not rebuilt.changed and not rebuilt.kept:
        print("Every pair is as its source has it.")
    return 1 if rebuilt.kept else 0


def _list(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    del interrupt
    progress.clear()
    print_set(read_set(options.folder), as_json=options.as_json)
    return 0


def _set(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    del interrupt
    before = read_set(options.folder)
    after = _changed_pair(before, options) if options.pair else _changed_set(before, options)
    if after == before:
        raise InputError("Say what is to be changed, such as --prompt or --split.")
    write_set(options.folder, after)
    progress.clear()
    print_set(after)
    return 0


def _changed_set(made: TrainingSet, options: argparse.Namespace) -> TrainingSet:
    for name in ("split", "licence", "note", "place", "remove"):
        if getattr(options, name) not in (None, False):
            raise InputError(f"--{name} is about a pair; name it.")
    said = {
        name: getattr(options, name).strip()
        for name in ("prompt", "trigger", "name")
        if getattr(options, name) is not None
    }
    if not said.get("name", made.name):
        raise InputError("A set needs a name.")
    return replace(made, **said)


def _changed_pair(made: TrainingSet, options: argparse.Namespace) -> TrainingSet:
    if options.trigger is not None:
        raise InputError("--trigger is about the whole set; name no pair.")
    key = find_pair(made, options.pair).key
    if options.remove:
        return edits.remove(made, [key])
    said: list[tuple[Callable[..., TrainingSet], Any]] = [
        (edits.set_prompt, options.prompt),
        (edits.set_licence, options.licence),
        (edits.set_note, options.note),
        (edits.set_split, SPLITS.get(options.split)),
        (_named, options.name),
        (edits.move, None if options.place is None else max(0, options.place - 1)),
    ]
    for edit, value in said:
        made = made if value is None else edit(made, [key], value)
    return made


def _named(made: TrainingSet, keys: list[str], name: str) -> TrainingSet:
    return edits.set_name(made, keys[0], name)


def _split(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    del interrupt
    after = edits.hold_out(read_set(options.folder), share=options.share, seed=options.seed)
    write_set(options.folder, after)
    progress.clear()
    held = after.of_split("hold out")
    print(f"{len(held)} of {len(held) + len(after.of_split('train'))} are held out:")
    for pair in held:
        print(f"  {pair.key}")
    return 0


def _tidy(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    del interrupt
    gone = delete_unused(options.folder, read_set(options.folder))
    progress.clear()
    print(f"{gone} {'file is' if gone == 1 else 'files are'} deleted.")
    return 0


def _encode(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    machine = read_machine(options)
    model = model_of(options.model)
    made = read_set(options.folder)
    if not made.of_split("train"):
        raise TrainingSetError(f"The set {made.name} has nothing to train on; add clips to it.")
    task = EncodeTask(set_folder=str(options.folder.absolute()), model_id=model.id)
    with open_desk(machine) as desk:
        piece = desk.submit(task, label=f"Encoding {made.name}")
        piece = watched(desk, piece, progress, interrupt, on_interrupt="stop")
    progress.clear()
    if piece.failure is not None:
        raise piece.failure.error()
    if piece.reason != "finished":
        raise Cancelled
    print(f"{made.name} is encoded for {model.name}.")
    return 0


def _shown(progress: ProgressLine, words: str) -> Callable[[float], None]:
    return lambda share: progress.show(words, share, None)


_ACTIONS: dict[str, Callable[[argparse.Namespace, ProgressLine, Interrupt], int]] = {
    "new": _new,
    "add": _add,
    "rebuild": _rebuild,
    "list": _list,
    "check": check,
    "fix": fix,
    "set": _set,
    "split": _split,
    "tidy": _tidy,
    "encode": _encode,
}
