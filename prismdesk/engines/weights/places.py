"""Where weight files lie: this program's folder, a hub cache, folders that the user added.

A file is looked for as this program keeps it (``owner/name/path``), as huggingface_hub's cache
does, and in added folders in these ways or, by name and size, anywhere up to three folders deep:
so the publishers' own folders and ComfyUI's are found as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.engines.contract import WeightsMissingError
from prismdesk.engines.weights.catalogue import custom_folders, custom_models
from prismdesk.engines.weights.choices import (
    choices_path,
    hub_folder,
    own_folder,
    read_choices,
)
from prismdesk.engines.weights.custom import CUSTOM_FILE_NAME
from prismdesk.engines.weights.folder_index import FoundFile, find_files, found_at
from prismdesk.engines.weights.published import published_files
from prismdesk.resources import resource_path

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

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
    models = tuple(models)
    shelves = _Shelves.look(models)
    return tuple(_state(model, shelves) for model in models)


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
    return own_folder().joinpath(*file.repository.split("/"), *_parts(file.repository_path))


def stamp() -> Hashable:
    """Return a value that changes when weight files, added folders or custom checkpoints do."""
    shelves = _Shelves.look(())
    described = [found_at(folder / CUSTOM_FILE_NAME) for folder in custom_folders()]
    return (
        str(own_folder()),
        str(hub_folder()),
        found_at(choices_path()),
        tuple(described),
        tuple(sorted(shelves.everything(), key=lambda file: str(file.path))),
    )


@dataclass(frozen=True, slots=True)
class _Shelves:
    """What lies in all places at one moment.

    ``custom`` are the files that custom checkpoints name: they have publishers' names, not sizes.
    """

    added: tuple[tuple[Path, dict[str, tuple[FoundFile, ...]]], ...]
    custom: frozenset[Path]

    @classmethod
    def look(cls, models: Iterable[Model]) -> _Shelves:
        """Look through the folders that the user added."""
        leaves = [leaf for file in published_files().values() for leaf in file.leaves()]
        leaves += [leaf for model in models for leaf in model.leaves() if leaf.repository]
        names = {name for leaf in leaves if not leaf.resource for name in leaf.names}
        folders = tuple(Path(folder) for folder in read_choices().folders)
        added = tuple((folder, find_files(folder, names)) for folder in folders)
        custom = (leaf.custom_path for model in custom_models()[0] for leaf in model.leaves())
        return cls(added, frozenset(path for path in custom if path is not None))

    def sure_places(self, file: ModelFile) -> Iterator[Path]:
        """Yield the paths where this very file belongs."""
        yield own_path(file)
        yield from _in_hub_cache(hub_folder(), file)
        for folder, _ in self.added:
            yield folder.joinpath(*file.repository.split("/"), *_parts(file.repository_path))
            yield from _in_hub_cache(folder, file)

    def by_name(self, file: ModelFile) -> Iterator[FoundFile]:
        """Yield files of its name in added folders, nearest first."""
        wanted = file.in_folder_named.casefold()
        for _, found in self.added:
            for name in file.names:
                for one in found.get(name, ()):
                    if wanted in str(one.path.parent).casefold():
                        yield one

    def everything(self) -> Iterator[FoundFile]:
        """Yield every file that may be a published one."""
        for file in published_files().values():
            for leaf in file.leaves():
                for path in self.sure_places(leaf):
                    found = found_at(path)
                    if found is not None:
                        yield found
        for _, names in self.added:
            for files in names.values():
                yield from files


def _state(model: Model, shelves: _Shelves) -> ModelState:
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
        wrong=tuple(wrong),
    )


def _found(file: ModelFile, shelves: _Shelves, wrong: list[WrongFile]) -> FoundFile | None:
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
    wrong.extend(one for one in refused if one.path not in shelves.custom)
    return None


def _found_folder(folder: ModelFile, shelves: _Shelves) -> list[FoundFile | None]:
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


def _in_hub_cache(cache: Path, file: ModelFile) -> Iterator[Path]:
    """Yield where a hub cache keeps a file: of the revision ``main`` first."""
    folder = cache / f"models--{file.repository.replace('/', '--')}"
    snapshots = folder / "snapshots"
    try:
        revisions = sorted(entry.name for entry in snapshots.iterdir())
    except OSError:
        return
    try:
        main = (folder / "refs" / "main").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        main = ""
    for revision in sorted(revisions, key=lambda name: name != main):
        yield snapshots.joinpath(revision, *_parts(file.repository_path))


def _parts(path: str) -> list[str]:
    return path.split("/") if path else []
