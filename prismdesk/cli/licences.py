"""``prismdesk project``, ``credits`` and ``policy``: who may use what, and who is to be named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from prismdesk.cli.projects import open_project, say_notices
from prismdesk.errors import InputError
from prismdesk.media.errors import writing
from prismdesk.project.edits import set_project_use
from prismdesk.project.lookup import picture_of
from prismdesk.project.model import ProjectUse
from prismdesk.project.positions import format_position, parse_range
from prismdesk.project.store.durable import write_atomically
from prismdesk.project.store.folder import find_project_file
from prismdesk.project.store.project_store import ProjectStore
from prismdesk.session.credits import credits_of
from prismdesk.session.licences import refused_takes
from prismdesk.session.making import make_takes
from prismdesk.session.policy import (
    POLICY_VARIABLE,
    policy_in_force,
    read_policy,
    unknown_names,
    write_example,
)
from prismdesk.session.preferences import PreferencesFile
from prismdesk.session.project_presets import beside
from prismdesk.session.replacing import refused_region_ids, replacing_label, with_engine
from prismdesk.session.use_words import use_label

if TYPE_CHECKING:
    import argparse
    from contextlib import AbstractContextManager
    from pathlib import Path

    from prismdesk.cli.terminal import Interrupt, ProgressLine
    from prismdesk.media.export.credits import Credits
    from prismdesk.project.model import Project
    from prismdesk.session.policy import Policy, PolicyInForce


def run_project(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Do one of the actions on what a project is for; None of them is wrong use."""
    if options.action == "use":
        return _use(options, progress)
    if options.action == "check":
        return _check(options)
    if options.action == "clear":
        return _clear(options, progress, interrupt)
    raise InputError("Say what to do: `prismdesk project use`, `check` or `clear`.")


def show_credits(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Print who is to be credited for a project, and every machine-made clip with its times."""
    project = ProjectStore.read(options.project).project
    span = None
    if options.range is not None:
        span = parse_range(options.range, rate_hz=project.rate_hz, picture=picture_of(project))
    with _with_presets_of(options.project):
        text = _text_of(credits_of(project, span), options.format)
    if options.out is None:
        print(text, end="")
        return 0
    with writing(options.out):
        write_atomically(options.out, text.encode("utf-8"))
    print(options.out)
    return 0


def run_policy(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Show which policy file is in force, choose one, check one, or write an example."""
    if options.action == "use":
        read_policy(options.file)
        _keep(str(options.file.absolute()))
    elif options.action == "remove":
        _keep(None)
    elif options.action == "example":
        write_example(options.file)
        print(options.file)
        return 0
    elif options.action == "check":
        _print_policy(read_policy(options.file), options.file)
        return 0
    return _show_policy(policy_in_force(), as_json=getattr(options, "as_json", False))


def _use(options: argparse.Namespace, progress: ProgressLine) -> int:
    if options.use is None:
        print(ProjectStore.read(options.project).project.use.value)
        return 0
    wanted = ProjectUse(options.use)
    with ProjectStore.open(options.project) as store, beside(store.folder):
        say_notices(store.recovery, progress)
        if store.project.use is not wanted:
            store.apply(use_label(wanted), lambda before: set_project_use(before, wanted))
            store.save()
        _tell_refused(store.project)
    return 0


def _check(options: argparse.Namespace) -> int:
    project = ProjectStore.read(options.project).project
    with _with_presets_of(options.project):
        if options.as_json:
            print(json.dumps(_refused_record(project), indent=2, ensure_ascii=False))
        else:
            _tell_refused(project)
        return 1 if refused_takes(project) else 0


def _with_presets_of(project: Path) -> AbstractContextManager[None]:
    """Have what the cards in a project's own folder say count while something is said of it."""
    return beside(find_project_file(project).parent)


def _clear(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Make again with Ambience what doesn't fit; the new takes are chosen."""
    with open_project(options.project, progress, interrupt) as session:
        regions = refused_region_ids(session.project)
        if regions:
            names = [_name(session.project, region_id) for region_id in regions]
            session.store.apply(
                replacing_label(names), lambda project: with_engine(project, regions)
            )
        for region_id in regions:
            progress.begin(f"Making {_name(session.project, region_id)} with Ambience")
            make_takes(session, region_id, cancelled=interrupt)
        session.store.save()
        progress.clear()
        for region_id in regions:
            print(f"{_name(session.project, region_id)}: made again with Ambience.")
        _tell_refused(session.project)
        return 1 if refused_takes(session.project) else 0


def _name(project: Project, region_id: str) -> str:
    return next((one.name for one in project.regions if one.id == region_id), "") or region_id


def _tell_refused(project: Project) -> None:
    refused = refused_takes(project)
    print(f"This project is {project.use.value}.")
    if not refused:
        print("Every take that is heard fits that.")
        return
    count = len(refused)
    print("1 take doesn't fit:" if count == 1 else f"{count} takes don't fit:")
    for region, take, why in refused:
        start = format_position(
            region.range.start_samples, rate_hz=project.rate_hz, picture=picture_of(project)
        )
        print(f"  {start}  {region.name or region.id}, {take.name}: {why.body}")


def _refused_record(project: Project) -> dict[str, object]:
    return {
        "use": project.use.value,
        "refused": [
            {
                "region": region.id,
                "region_name": region.name,
                "take": take.id,
                "take_name": take.name,
                "start_samples": region.range.start_samples,
                "end_samples": region.range.end_samples,
                "engine": take.provenance.engine,
                "variant": take.provenance.variant,
                "part": why.statement.part,
                "licence": why.statement.licence,
                "where_stated": why.statement.where_stated,
                "said_by": why.statement.said_by or None,
                "reason": why.body,
            }
            for region, take, why in refused_takes(project)
        ],
    }


def _text_of(found: Credits, form: str) -> str:
    return {"text": found.to_text, "json": found.to_json, "csv": found.to_csv}[form]()


def _keep(chosen: str | None) -> None:
    preferences = PreferencesFile()
    preferences.load()
    preferences.change(policy_file=chosen)


def _show_policy(found: PolicyInForce, *, as_json: bool) -> int:
    if as_json:
        record = {
            "file": None if found.path is None else str(found.path),
            "by_variable": found.is_by_variable,
            "problem": found.problem or None,
            "policy": None if found.policy is None else found.policy.model_dump(mode="json"),
        }
        print(json.dumps(record, indent=2, ensure_ascii=False))
    elif found.path is None:
        print(
            "No policy file is in force: models are judged by what their publishers say. "
            f"Choose one with `prismdesk policy use FILE`, or by {POLICY_VARIABLE}."
        )
    elif found.policy is None:
        print(found.problem)
        print("Until it is put right, nothing made with weights is allowed beyond personal use.")
    else:
        _print_policy(found.policy, found.path)
    return 1 if found.problem else 0


def _print_policy(policy: Policy, path: Path) -> None:
    print(f"{path}" + (f", of {policy.company}" if policy.company else ""))
    words = "is as its publishers say" if policy.unnamed == "catalogue" else "is refused"
    print(f"What it doesn't name {words}.")
    for kind, name, answer in policy.answers():
        uses = ", ".join(answer.uses) or "no use"
        reason = f" ({answer.reason})" if answer.reason else ""
        print(f"  {kind} {name}: {uses}{reason}")
    for name in unknown_names(policy):
        print(f"  note: nothing here is called {name}.")
