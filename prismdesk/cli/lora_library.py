"""``prismdesk lora list``, ``show``, ``check`` and ``folders``: what there is in the library."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from prismdesk.adapters.duplicates import duplicates
from prismdesk.adapters.search import Order, found
from prismdesk.cli.projects import open_project
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.errors import InputError
from prismdesk.session.licence_statements import statement_of_adapter
from prismdesk.session.model_words import plural, size_words
from prismdesk.session.preset_fit import base_of, fits, unusable, why_unfit
from prismdesk.session.presets import (
    add_preset_folder,
    find_preset,
    forget_preset_folder,
    library,
    library_roots,
    uses_in,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from prismdesk.adapters.card import Preset
    from prismdesk.cli.terminal import Interrupt, ProgressLine


def list_presets(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Print every preset that is asked for, a line each."""
    tests = _tests(options, progress, interrupt)
    presets = library().scan(
        lambda part: progress.show("Looking through the library", part, None), interrupt
    )
    progress.clear()
    count = len(presets)
    if options.copies:
        presets = tuple(one for group in duplicates(presets) for one in group)
    shown = found(presets, text=options.search, tests=tests, order=Order(options.order))
    if options.as_json:
        print(json.dumps([preset_json(preset) for preset in shown], indent=1, ensure_ascii=False))
        return 0
    for preset in shown:
        print(_line(preset))
    if not shown:
        where = ", ".join(str(root) for root in library_roots())
        print(
            f"None of the {plural(count, 'preset')} in {where} is like that."
            if count
            else f"No presets in {where}; bring some in with `prismdesk lora import FILE`."
        )
    return 0


def show_preset(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Print all that is known of a preset."""
    preset = find_preset(options.preset)
    if options.as_json:
        print(json.dumps(preset_json(preset), indent=1, ensure_ascii=False))
        return 0
    for name, text in _facts(preset):
        if text:
            print(f"{name:<12}  {text}")
    return 0


def check_preset(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Say whether a preset can be used; exit code 1 if it can't."""
    preset = find_preset(options.preset)
    problem = unusable(preset)
    if not problem and options.model:
        model = model_of(options.model)
        progress.begin(f"Reading {model.name}")
        problem = why_unfit(preset, model.engine, model.id, interrupt)
        progress.clear()
    if options.as_json:
        print(json.dumps({**preset_json(preset), "refused": problem or None}, indent=1))
    else:
        print(problem or f"{preset.name} can be used{_with(options.model)}.")
    return 1 if problem else 0


def show_folders(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Print the folders of the library, after one was added or forgotten."""
    if options.add is not None:
        add_preset_folder(options.add)
    if options.forget is not None and not forget_preset_folder(options.forget):
        raise InputError(f"{options.forget} is not a folder that was added.")
    for root in library_roots():
        print(root)
    return 0


def preset_json(preset: Preset) -> dict[str, object]:
    """Return what is known of a preset as JSON values."""
    said = None if preset.facts is None else statement_of_adapter(preset.reference)
    return {
        "name": preset.name,
        "reference": preset.reference or None,
        "path": str(preset.path),
        "problem": preset.problem or unusable(preset) or None,
        "kind": preset.kind,
        "format": None if preset.facts is None else preset.facts.format,
        "family": preset.family,
        "base": preset.base_model or None,
        "base_sha256": preset.base_sha256 or None,
        "rank": preset.rank,
        "alpha": preset.alpha,
        "layers": 0 if preset.facts is None else len(preset.facts.layers),
        "sha256": preset.content_sha256 or None,
        "size_bytes": preset.size_bytes,
        "strength": preset.strength,
        "trigger": list(preset.trigger_words),
        "negative": preset.negative,
        "licence": preset.licence or None,
        "sound_from": preset.sound_from or None,
        "uses": [] if said is None else [use.value for use in said.uses],
        "author": preset.author,
        "description": preset.description,
        "notes": preset.notes,
        "tags": list(preset.tags),
        "favourite": preset.is_favourite,
        "picture": None if preset.picture is None else str(preset.picture),
        "example": None if preset.example is None else str(preset.example),
    }


def _tests(
    options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt
) -> list[Callable[[Preset], bool]]:
    tests: list[Callable[[Preset], bool]] = []
    if options.fits:
        model = model_of(options.fits)
        tests.append(lambda preset: not fits(preset, model.engine, model.id))
    if options.used_in is not None:
        with open_project(options.used_in, progress, interrupt) as session:
            used = set(uses_in(session.project))
        tests.append(lambda preset: preset.hash in used)
    if options.favourites:
        tests.append(lambda preset: preset.is_favourite)
    return tests


def _line(preset: Preset) -> str:
    star = "*" if preset.is_favourite else " "
    if preset.facts is None:
        return f"{star} {preset.name}  {preset.problem}"
    alpha = "unknown" if preset.alpha is None else f"{preset.alpha:g}"
    size = f"rank {preset.rank}, alpha {alpha}" if preset.rank else preset.kind
    words = f"  “{preset.trigger}”" if preset.trigger else ""
    problem = f"  {preset.problem}" if preset.problem else ""
    return f"{star} {preset.reference}  {_base_words(preset)}  {size}{words}{problem}"


def _base_words(preset: Preset) -> str:
    base = base_of(preset)
    return base.id if base is not None else preset.base_model or "model not stated"


def _facts(preset: Preset) -> list[tuple[str, str]]:
    facts = preset.facts
    alpha = "not stated" if preset.alpha is None else f"{preset.alpha:g}"
    said = None if facts is None else statement_of_adapter(preset.reference)
    uses = "" if said is None else ", ".join(use.value for use in said.uses)
    unstated = "not stated, treated as non-commercial"
    return [
        ("name", preset.name),
        ("problem", preset.problem or unusable(preset)),
        ("reference", preset.reference),
        ("file", f"{preset.path} ({size_words(preset.size_bytes)})"),
        ("kind", "" if facts is None else f"{facts.kind}, written as {facts.format}"),
        ("made for", "" if facts is None else _base_words(preset)),
        ("base", preset.base_sha256 and f"SHA-256 {preset.base_sha256}"),
        ("rank", "" if not preset.rank else f"{preset.rank}, alpha {alpha}"),
        ("layers", "" if facts is None else str(len(facts.layers) or "")),
        ("strength", f"{preset.strength:g}"),
        ("trigger", preset.trigger),
        ("negative", preset.negative),
        ("licence", preset.licence or unstated),
        ("sound from", preset.sound_from or unstated),
        ("for", uses),
        ("author", preset.author),
        ("description", preset.description),
        ("tags", ", ".join(preset.tags)),
        ("notes", preset.notes),
        ("favourite", "yes" if preset.is_favourite else ""),
        ("picture", "" if preset.picture is None else str(preset.picture)),
        ("example", "" if preset.example is None else str(preset.example)),
    ]


def _with(model: str | None) -> str:
    return f" with {model_of(model).name}" if model else ""
