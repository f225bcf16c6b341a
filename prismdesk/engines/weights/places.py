"""Where weight files lie: this program's folder, a hub cache, folders that the user added.

A file is looked for as this program keeps it (``owner/name/path``), as huggingface_hub's cache
does, and in added folders in these ways or, by name and size, anywhere up to three folders deep:
so the publishers' own folders and ComfyUI's are found as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.engines.errors import WeightsMissingError
from prismdesk.engines.weights.catalogue import custom_files, custom_models
from prismdesk.engines.weights.choices import choices_path, hub_folder, own_folder
from prismdesk.engines.weights.custom import CUSTOM_FILE_NAME
from prismdesk.engines.weights.folder_index import FoundFile, found_at
from prismdesk.engines.weights.one_look import looked_up_lately
from prismdesk.engines.weights.shelves import Shelves, path_in
from prismdesk.resources import resource_path

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from prismdesk.engines.weights.model import Model, ModelFile


@dataclass(frozen=True, slots=True)
class WrongFile:
    """A file with the right name that can't be the right file, by its size."""

    file: ModelFile
    path: Path
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelState:
    """What of a checkpoint is on this machine.

    Attributes:
        is_installed: every file is there.
        missing: the single files that are not.
        present_bytes: of what is there, without what comes with the program.
        missing_bytes: of what is not, as far as it is known.
        paths: where each file (or folder) is, by role, as far as it is there.
        wrong: files found by name but of a size that the file can't have.
    """

    is_installed: bool
    missing: tuple[ModelFile, ...]
    present_bytes: int
    missing_bytes: int
    paths: dict[str, Path] = field(default_factory=dict)
    wrong: tuple[WrongFile, ...] = ()


def state_of(model: Model) -> ModelState:
    """Return what of a checkpoint is on this machine."""
    return states_of((model,))[0]


def states_of(models: Iterable[Model]) -> tuple[ModelState, ...]:
    """Return what of each checkpoint is on this machine; folders are looked through once."""
    shelves, custom = Shelves.look(), _named_by_custom()
    return tuple(_state(model, shelves, custom) for model in models)


def files_of(model: Model) -> dict[str, Path]:
    """Return where each file (or folder) of a checkpoint is, by role.

    Raises:
        WeightsMissingError: files are missing; the message says how to get them.
    """
    state = state_of(model)
    if state.is_installed:
        return state.paths
    raise WeightsMissingError(missing_sentence(model, state))


def missing_sentence(model: Model, state: ModelState) -> str:
    """Say in one sentence what of a checkpoint is missing and how to get it."""
    names = [file.file_name for file in state.missing]
    listed = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    wrong = ""
    if state.wrong:
        one = state.wrong[0]
        wrong = (
            f" ({one.path} is not it: {one.size_bytes} bytes instead of "
            f"{'' if one.file.is_size_exact else 'about '}{one.file.size_bytes})"
        )
    lacks_own = [file for file in state.missing if file.custom_path is not None]
    if lacks_own:
        return (
            f"{model.name} lacks {listed}{wrong}; put the files where "
            f"{Path(str(model.custom_folder)) / CUSTOM_FILE_NAME} names them."
        )
    return (
        f"{model.name} lacks {listed}{wrong}; fetch them with `prismdesk models get {model.id}`, "
        "or add the folder they are in with `prismdesk models add FOLDER`."
    )


def files_in(folder: Path, model: Model, state: ModelState) -> tuple[Path, ...]:
    """Return the single files of a checkpoint that are used from a folder."""
    found = []
    for role, path in state.paths.items():
        file = model.files[role]
        leaves = [path / part.file_name for part in file.parts] or [path]
        found += [leaf for leaf in leaves if not file.resource and leaf.is_relative_to(folder)]
    return tuple(found)


def own_path(file: ModelFile) -> Path:
    """Return where this program puts a published file, or a folder of files."""
    return path_in(own_folder(), file)


@looked_up_lately
def stamp() -> Hashable:
    """Return a value that changes when weight files, added folders or custom checkpoints do."""
    return (
        str(own_folder()),
        str(hub_folder()),
        found_at(choices_path()),
        custom_files(),
        tuple(sorted(Shelves.look().everything(), key=lambda file: str(file.path))),
    )


def _state(model: Model, shelves: Shelves, custom: frozenset[Path]) -> ModelState:
    missing: list[ModelFile] = []
    wrong: list[WrongFile] = []
    paths: dict[str, Path] = {}
    present_bytes = 0
    for role, file in model.files.items():
        if file.resource:
            paths[role] = resource_path(file.resource)
            continue
        found = _found_folder(file, shelves) if file.parts else [_found(file, shelves, wrong)]
        lacking = [leaf for leaf, one in zip(file.leaves(), found, strict=True) if one is None]
        missing.extend(lacking)
        there = [one for one in found if one is not None]
        present_bytes += sum(one.size_bytes for one in there)
        if not lacking:
            paths[role] = there[0].path.parent if file.parts else there[0].path
    return ModelState(
        is_installed=not missing,
        missing=tuple(missing),
        present_bytes=present_bytes,
        missing_bytes=sum(file.size_bytes for file in missing),
        paths=paths,
        wrong=tuple(one for one in wrong if one.path not in custom),
    )


def _named_by_custom() -> frozenset[Path]:
    """Return the files of custom checkpoints: they have publishers' names, but not their sizes."""
    leaves = (leaf for model in custom_models()[0] for leaf in model.leaves())
    return frozenset(leaf.custom_path for leaf in leaves if leaf.custom_path is not None)


def _found(file: ModelFile, shelves: Shelves, wrong: list[WrongFile]) -> FoundFile | None:
    if file.custom_path is not None:
        return found_at(file.custom_path)
    refused: list[WrongFile] = []
    for path in shelves.sure_places(file):
        found = found_at(path)
        if found is not None:
            if file.can_be_in_its_place(found.size_bytes):
                return found
            refused.append(WrongFile(file, found.path, found.size_bytes))
    for found in shelves.by_name(file):
        if file.can_be(found.size_bytes):
            return found
        refused.append(WrongFile(file, found.path, found.size_bytes))
    wrong.extend(refused)
    return None


def _found_folder(folder: ModelFile, shelves: Shelves) -> list[FoundFile | None]:
    """Return the parts in the first folder that has all of them, else in this program's."""
    if folder.custom_path is not None:
        return [found_at(part.custom_path) for part in folder.parts if part.custom_path]
    first = folder.parts[0]
    places = [path.parent for path in shelves.sure_places(first)]
    places += [found.path.parent for found in shelves.by_name(first)]
    attempts = [[_whole(part, place / part.file_name) for part in folder.parts] for place in places]
    return next((parts for parts in attempts if all(parts)), attempts[0])


def _whole(part: ModelFile, path: Path) -> FoundFile | None:
    found = found_at(path)
    return found if found is not None and part.can_be_in_its_place(found.size_bytes) else None
