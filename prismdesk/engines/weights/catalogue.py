"""Every checkpoint this program can use: the published ones, then the user's own."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.engines.weights.choices import own_folder, read_choices
from prismdesk.engines.weights.custom import CUSTOM_FILE_NAME, read_custom_model
from prismdesk.engines.weights.folder_index import found_at
from prismdesk.engines.weights.model import Licence, Model, ModelFile
from prismdesk.engines.weights.one_look import looked_up_lately
from prismdesk.engines.weights.published import published_models
from prismdesk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prismdesk.engines.weights.folder_index import FoundFile

__all__ = [
    "Licence",
    "Model",
    "ModelFile",
    "UnknownModelError",
    "all_models",
    "custom_files",
    "custom_folders",
    "custom_models",
    "is_bare_variant",
    "model_of",
    "models_for",
]

_MOST_FOLDERS = 500
_MOST_LISTED = 500
_MOST_TOLD = 3


class UnknownModelError(InputError):
    """No checkpoint has this name; the message names those there are."""


def all_models() -> tuple[Model, ...]:
    """Return every checkpoint, installed or not: published ones, then custom ones."""
    return (*published_models(), *custom_models()[0])


def models_for(engine: str) -> tuple[Model, ...]:
    """Return those checkpoints that an engine runs."""
    return tuple(model for model in all_models() if model.engine == engine)


def model_of(text: str, engine: str | None = None) -> Model:
    """Return the checkpoint of an id, of a family and variant, a bare variant or a name.

    Upper and lower case, "-" and "_" are the same. Of published checkpoints that share a variant,
    SelVA's is meant; published ones come before custom ones.

    Args:
        text: e.g. "selva-small_16k", "small_16k", "custom-name", "mmaudio-my_variant".
        engine: only checkpoints of this engine.

    Raises:
        UnknownModelError: there is none, or several custom ones could be meant; the message names
            those there are.
    """
    models = all_models() if engine is None else models_for(engine)
    wanted = _same(text)
    for name_of in (
        lambda model: model.id,
        lambda model: f"{model.family}-{model.variant}",
        lambda model: model.variant,
        lambda model: model.name,
    ):
        if found := [model for model in models if _same(name_of(model)) == wanted]:
            return _only(found, text)
    known = ", ".join(model.id for model in models)
    broken = "".join(f" Not usable: {problem}" for problem in custom_models()[1][:_MOST_TOLD])
    raise UnknownModelError(f'There is no model called "{text}"; choose one of: {known}.{broken}')


def is_bare_variant(text: str, model: Model) -> bool:
    """Whether a text names a checkpoint by its variant alone."""
    return _same(text) == _same(model.variant)


def _only(found: list[Model], text: str) -> Model:
    """Return the one that is meant: the first published one, else the only one."""
    if len(found) == 1 or found[0].custom_folder is None:
        return found[0]
    ids = ", ".join(model.id for model in found)
    raise UnknownModelError(f'"{text}" could be any of several models; choose by id: {ids}.')


@looked_up_lately
def custom_models() -> tuple[tuple[Model, ...], tuple[str, ...]]:
    """Return the user's own checkpoints, and a sentence for each that can't be used.

    They lie in folders that were added, in this program's own folder, or one below these.
    """
    return _read_all(custom_folders(), custom_files())


@lru_cache(maxsize=1)
def _read_all(
    folders: tuple[Path, ...], files: tuple[FoundFile, ...]
) -> tuple[tuple[Model, ...], tuple[str, ...]]:
    del files  # Only say when to read again.
    models: dict[str, Model] = {}
    problems = []
    for folder in folders:
        try:
            model = read_custom_model(folder)
        except InputError as error:
            problems.append(str(error))
            continue
        number, model_id = 2, model.id
        while model_id in models:
            model_id = f"{model.id}-{number}"
            number += 1
        models[model_id] = replace(model, id=model_id)
    return tuple(models.values()), tuple(problems)


@looked_up_lately
def custom_folders() -> tuple[Path, ...]:
    """Return the folders that describe a custom checkpoint."""
    return tuple(dict.fromkeys(_custom_folders()))


@looked_up_lately
def custom_files() -> tuple[FoundFile, ...]:
    """Return the files of custom checkpoints: what lies in their folders and one below these."""
    return tuple(one for folder in custom_folders() for one in _listed(folder))


def _listed(folder: Path) -> Iterator[FoundFile]:
    for name, is_folder in _entries(folder):
        inside = folder / name
        paths = [inside / below for below, _ in _entries(inside)] if is_folder else [inside]
        yield from filter(None, map(found_at, paths))


def _entries(folder: Path) -> list[tuple[str, bool]]:
    try:
        with os.scandir(folder) as entries:
            return sorted((entry.name, entry.is_dir()) for entry in entries)[:_MOST_LISTED]
    except OSError:
        return []  # gone meanwhile


def _custom_folders() -> Iterator[Path]:
    for root in (own_folder(), *map(Path, read_choices().folders)):
        if (root / CUSTOM_FILE_NAME).is_file():
            yield root
        try:
            below = sorted(root.iterdir())[:_MOST_FOLDERS]
        except OSError:
            continue  # not there (any more)
        for folder in below:
            if (folder / CUSTOM_FILE_NAME).is_file():
                yield folder


def _same(text: str) -> str:
    return text.strip().casefold().replace("_", "-")
