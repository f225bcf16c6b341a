"""``prismdesk takes``: takes checked, recovered, and their recipes used again."""

from __future__ import annotations

import json
import sys
from math import isfinite
from typing import TYPE_CHECKING

from prismdesk.cli.projects import open_project
from prismdesk.cli.sound import show_job
from prismdesk.cli.wanted_sound import read_machine
from prismdesk.errors import InputError
from prismdesk.project.ids import TakeId
from prismdesk.project.lookup import region_of
from prismdesk.project.store.folder import project_files_in
from prismdesk.session.finding import find_region, find_take, name_of
from prismdesk.session.recipes import (
    apply_recipe,
    command_line,
    recipe_json,
    recipe_of,
    why_not_for,
)
from prismdesk.session.recovering import adopt_takes, find_takes
from prismdesk.session.take_check import check_take, comparison_words

if TYPE_CHECKING:
    import argparse

    from prismdesk.cli.terminal import Interrupt, ProgressLine
    from prismdesk.project.model import Take
    from prismdesk.session.recovering import FoundTake
    from prismdesk.session.session import Session
    from prismdesk.session.take_check import TakeCheck


def run_takes(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Do one of the actions on takes."""
    actions = {"check": _check, "recipe": _recipe, "recover": _recover}
    action = actions.get(options.action)
    if action is None:
        raise InputError("Say what to do with takes: check, recipe or recover (see --help).")
    return action(options, progress, interrupt)


def _check(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Make a take again and compare; exit 1 if its samples differ."""
    machine = read_machine(options)
    with open_project(options.project, progress, interrupt) as session:
        session.machine = machine
        take = find_take(session.project, options.take)
        progress.begin(f"Making {take.name} again")
        check = check_take(
            session, take.id, watch=lambda job: show_job(job, progress), cancelled=interrupt
        )
        progress.clear()
    if options.as_json:
        print(json.dumps(_check_node(take, check), indent=2))
    else:
        print(f"{take.name}: {comparison_words(check.comparison)}")
        for sentence in check.differences:
            print(f"        {sentence}")
        if not check.comparison.is_identical and not check.differences:
            print("        Nothing that the take tells of its making is otherwise now.")
    return 0 if check.comparison.is_identical else 1


def _check_node(take: Take, check: TakeCheck) -> dict[str, object]:
    difference_db = check.comparison.difference_db
    return {
        "take": take.id,
        "is_identical": check.comparison.is_identical,
        "has_same_length": check.comparison.has_same_length,
        "difference_db": difference_db if isfinite(difference_db) else None,
        "differences": list(check.differences),
    }


def _recipe(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Print a take's recipe, and use it on another region where that is asked for."""
    if options.apply is None and (options.same_seed or options.no_masks):
        raise InputError("--same-seed and --no-masks say how to use a recipe; give --apply REGION.")
    with open_project(options.project, progress, interrupt) as session:
        take = find_take(session.project, options.take)
        if options.apply is not None:
            _apply(session, take, options)
        progress.clear()
        if options.as_json:
            print(json.dumps(recipe_json(take), indent=2))
        else:
            print(command_line(session.project, take, session.store.path))
    return 0


def _apply(session: Session, take: Take, options: argparse.Namespace) -> None:
    recipe = recipe_of(take)
    region = find_region(session.project, options.apply)
    if reason := why_not_for(region, recipe):
        raise InputError(reason)
    label = f"Recipe of {take.name} for {region.name or 'region'}"
    session.store.apply(
        label,
        lambda project: apply_recipe(
            project,
            region.id,
            recipe,
            with_seed=options.same_seed,
            with_masks=not options.no_masks,
        ),
    )
    session.store.save()
    name = name_of(region_of(session.project, region.id))
    print(f"{name} is made by the recipe of {take.name} now.", file=sys.stderr)


def _recover(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """List the takes in a folder; adopt those that its project, or another, hasn't got."""
    progress.begin(f"Reading the takes in {options.folder}")
    found = find_takes(options.folder, interrupt)
    progress.clear()
    into = options.into
    if into is None and project_files_in(options.folder):
        into = options.folder
    adopted: tuple[Take, ...] = ()
    troubles = found.unreadable
    if into is not None:
        with open_project(into, progress, interrupt) as session:
            result = adopt_takes(session, found, interrupt)
            session.store.save()
            adopted, troubles = result.takes, troubles + result.refused
        progress.clear()
    if options.as_json:
        node = {
            "takes": [_found_node(one, adopted) for one in found.takes],
            "troubles": list(troubles),
        }
        print(json.dumps(node, indent=2))
    else:
        _say_found(found.takes, adopted, troubles, is_adopting=into is not None)
    return 1 if troubles or not found.takes else 0


def _found_node(found: FoundTake, adopted: tuple[Take, ...]) -> dict[str, object]:
    record = found.record
    return {
        "file": str(found.path),
        "take": record.take,
        "region": record.region,
        "region_name": record.region_name,
        "start_samples": record.region_start_samples,
        "end_samples": record.region_end_samples,
        "rate_hz": record.rate_hz,
        "engine": record.engine,
        "prompt": record.prompt,
        "seed": record.seed,
        "created_utc": record.created_utc,
        "is_adopted": any(take.id == record.take for take in adopted),
    }


def _say_found(
    found: tuple[FoundTake, ...],
    adopted: tuple[Take, ...],
    troubles: tuple[str, ...],
    *,
    is_adopting: bool,
) -> None:
    names = {take.id: take.name for take in adopted}
    for one in found:
        record = one.record
        seconds = record.region_start_samples / record.rate_hz
        name = names.get(TakeId(record.take)) or ("there already" if is_adopting else "")
        words = [
            one.path.name,
            record.region_name or record.region,
            f"{seconds:.2f}s",
            f"{record.task.value} with {record.engine}, seed {record.seed}",
            name,
        ]
        print("  ".join(word for word in words if word))
    for sentence in troubles:
        print(f"prismdesk: note: {sentence}", file=sys.stderr)
    if is_adopting:
        count = len(adopted)
        print(f"{count} take{'s' * (count != 1)} adopted.")
    elif found:
        print("Nothing was adopted; say with --into which project is to have them.")
    else:
        print("There are no takes.")
