"""Models in words: the table of ``models list``, the pages of ``show`` and ``get``, and JSON."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from prismdesk.engines.weights.memory import memory_need
from prismdesk.session.model_words import (
    channels_words,
    other_licences,
    rate_words,
    size_words,
    verdict_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from prismdesk.engines.weights.model import Licence, Model, ModelFile
    from prismdesk.session.models import ListedModel

_WIDTH = 96
_NAME_WIDTH = 36
_LICENCE_WIDTH = 24
_MOST_WRONG = 6
_REGIONS_SECONDS = (8.0, 30.0, 120.0)
_ROLE_WORDS = {
    "generator": "makes the sound",
    "sync": "watches movement",
    "vae": "unpacks the sound",
    "vocoder": "gives it its wave",
    "vocoder_config": "describes the vocoder",
    "clip": "reads picture and prompt",
    "clip_vocabulary": "words of the prompt",
    "t5": "reads the prompt",
    "config": "describes the networks",
    "model": "makes the sound",
}


def list_lines(listed: Sequence[ListedModel], folders: Sequence[Path]) -> Iterator[str]:
    """Yield the table of all models, at most 100 columns wide."""
    yield _row(" ", "MODEL", "RATE", "SIZE", "TO FETCH", "LICENCE OF WEIGHTS", "COMMERCIAL")
    for one in listed:
        model, state = one.model, one.state
        mark = "✓" if state.is_installed else "◐" if state.present_bytes else "·"
        yield _row(
            mark,
            model.id,
            rate_words(model.native_rate_hz),
            size_words(model.size_bytes),
            "" if state.is_installed else size_words(state.missing_bytes),
            model.licence_weights.name,
            "yes" if model.allows_commercial_use else "no",
        )
    yield ""
    yield "✓ installed  ◐ partly there  · not there. Models share files; each is fetched once."
    for folder in folders:
        yield f"Also used: {folder}"
    wrong = {file.path: file for one in listed for file in one.state.wrong}
    for file in list(wrong.values())[:_MOST_WRONG]:
        yield (
            f"{file.path} can't be {file.file.file_name}: "
            f"{size_words(file.size_bytes)} instead of {size_words(file.file.size_bytes)}."
        )


def show_lines(listed: ListedModel) -> Iterator[str]:
    """Yield all that is known of a model."""
    model = listed.model
    yield f"{model.name}  ({model.id})"
    yield from _wrapped(model.summary)
    yield (
        f"Sound: {rate_words(model.native_rate_hz)}, {channels_words(model.native_channels)}; "
        f"at home with {model.natural_length_seconds:g} s, any length works."
    )
    yield _state_words(listed)
    yield ""
    yield "Memory of a graphics card (estimated, 16-bit):"
    for seconds in _REGIONS_SECONDS:
        need = memory_need(model, seconds)
        yield (
            f"  region of {seconds:>3g} s   {size_words(need.all_kept_bytes)}, or "
            f"{size_words(need.offloaded_bytes)} with networks waiting in main memory"
        )
    yield ""
    yield "Files:"
    for role, file in model.files.items():
        yield from _file_lines(role, file, listed)
    yield ""
    yield from licence_lines(model)


def _state_words(listed: ListedModel) -> str:
    model, state = listed.model, listed.state
    if state.is_installed:
        return "Installed."
    terms = "terms accepted" if listed.is_accepted else f"prismdesk models get {model.id}"
    missing = size_words(state.missing_bytes)
    return f"Not installed: {missing} of {size_words(model.size_bytes)} to fetch ({terms})."


def acceptance_lines(model: Model) -> Iterator[str]:
    """Yield what somebody has to know before they fetch a model."""
    yield f"{model.name} is fetched from its publishers, under their terms:"
    yield ""
    yield from licence_lines(model)
    yield ""


def licence_lines(model: Model) -> Iterator[str]:
    """Yield who allows what, in plain words and with where it is stated."""
    yield f"Code:    {model.licence_code.name}"
    yield from _licence_words(model.licence_code)
    yield f"Weights: {model.licence_weights.name}"
    yield from _licence_words(model.licence_weights)
    for names, licence in other_licences(model):
        yield f"{', '.join(names)}: {licence.name}"
        yield from _licence_words(licence)
    yield from _wrapped(verdict_words(model))


def model_to_json(listed: ListedModel, *, in_full: bool = False) -> dict[str, Any]:
    """Return a model as it stands in ``list --json``, or in full as in ``show --json``."""
    model, state = listed.model, listed.state
    node: dict[str, Any] = {
        "id": model.id,
        "family": model.family,
        "variant": model.variant,
        "engine": model.engine,
        "name": model.name,
        "summary": model.summary,
        "native_rate_hz": model.native_rate_hz,
        "licence_code": model.licence_code.name,
        "licence_weights": model.licence_weights.name,
        "commercial_use": model.allows_commercial_use,
        "size_bytes": model.size_bytes,
        "installed": state.is_installed,
        "missing": [file.file_name for file in state.missing],
        "missing_bytes": state.missing_bytes,
        "licence_accepted": listed.is_accepted,
        "custom_folder": None if model.custom_folder is None else str(model.custom_folder),
    }
    if in_full:
        node["natural_length_seconds"] = model.natural_length_seconds
        node["licences"] = [_licence_to_json(one) for one in (model.licence_code, *model.licences)]
        node["files"] = [
            _file_to_json(role, leaf, listed)
            for role, file in model.files.items()
            for leaf in file.leaves()
        ]
        node["memory"] = [
            {
                "region_seconds": need.region_seconds,
                "all_kept_bytes": need.all_kept_bytes,
                "offloaded_bytes": need.offloaded_bytes,
            }
            for need in (memory_need(model, seconds) for seconds in _REGIONS_SECONDS)
        ]
        node["hyper_parameters"] = model.hyper_parameters
    return node


def _row(mark: str, name: str, rate: str, size: str, rest: str, licence: str, use: str) -> str:
    first = f"{mark} {name}"
    if len(first) > _NAME_WIDTH:  # an id is typed: it is never cut
        first = f"{first}\n{'':<{_NAME_WIDTH}}"
    shown = licence if len(licence) <= _LICENCE_WIDTH else f"{licence[: _LICENCE_WIDTH - 1]}…"
    cells = f"{first:<{_NAME_WIDTH}} {rate:>8} {size:>7} {rest:>8}  {shown:<{_LICENCE_WIDTH}} {use}"
    return cells.rstrip()


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def _licence_words(licence: Licence) -> Iterator[str]:
    nowhere = "" if licence.is_stated else "nowhere; "
    yield from _wrapped(licence.plain_words, "    ")
    yield from _wrapped(f"Stated: {nowhere}{licence.where_stated}", "    ")


def _file_lines(role: str, file: ModelFile, listed: ListedModel) -> Iterator[str]:
    about = "" if file.is_size_exact or file.custom_path is not None else "about "
    yield f"  {file.file_name}  {about}{size_words(file.size_bytes)}, {_ROLE_WORDS[role]}"
    path = listed.state.paths.get(role)
    if file.resource:
        yield "    comes with PrismDesk"
    elif path is not None:
        yield f"    {path}"
    elif file.repository:
        place = file.repository_path or ", ".join(part.file_name for part in file.parts)
        yield f"    missing; published at huggingface.co/{file.repository}: {place}"
    else:
        yield f"    missing; belongs at {file.custom_path}"
    for leaf in file.leaves():
        if leaf.sha256 or leaf.md5:
            yield f"    sha256 {leaf.sha256}" if leaf.sha256 else f"    md5 {leaf.md5}"


def _licence_to_json(licence: Licence) -> dict[str, Any]:
    return {
        "id": licence.id,
        "name": licence.name,
        "is_stated": licence.is_stated,
        "where": licence.where_stated,
        "plain_words": licence.plain_words,
        "commercial_use": licence.allows_commercial_use,
    }


def _file_to_json(role: str, leaf: ModelFile, listed: ListedModel) -> dict[str, Any]:
    path = listed.state.paths.get(role)
    file = listed.model.files[role]
    if path is not None and file.parts:
        path = path / leaf.file_name
    return {
        "role": role,
        "name": leaf.file_name,
        "size_bytes": leaf.size_bytes,
        "is_size_exact": leaf.is_size_exact,
        "md5": leaf.md5 or None,
        "sha256": leaf.sha256 or None,
        "repository": leaf.repository or None,
        "repository_path": leaf.repository_path or None,
        "licence": leaf.licence.id,
        "path": None if path is None else str(path),
    }
