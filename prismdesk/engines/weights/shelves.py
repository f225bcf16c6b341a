"""What lies in the places where weight files are looked for, at one moment."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.engines.weights.choices import hub_folder, own_folder, read_choices
from prismdesk.engines.weights.folder_index import FoundFile, find_files, found_at
from prismdesk.engines.weights.published import published_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prismdesk.engines.weights.model import ModelFile


@dataclass(frozen=True, slots=True)
class Shelves:
    """The places to look into, and what of weight files was found in them by name.

    Attributes:
        own: this program's folder.
        added: the folders that the user added, with their files by name.
        snapshots: the folders of revisions of each repository, in every place that may be a hub
            cache; the revision ``main`` comes first.
    """

    own: Path
    added: tuple[tuple[Path, dict[str, tuple[FoundFile, ...]]], ...]
    snapshots: dict[tuple[Path, str], tuple[Path, ...]]

    @classmethod
    def look(cls) -> Shelves:
        """Look through all places."""
        names, repositories = _sought()
        folders = [Path(folder) for folder in read_choices().folders]
        return cls(
            own_folder(),
            tuple((folder, find_files(folder, names)) for folder in folders),
            {
                (place, repository): _snapshots(place, repository)
                for place in (hub_folder(), *folders)
                for repository in repositories
            },
        )

    def sure_places(self, file: ModelFile) -> Iterator[Path]:
        """Yield the paths where this very file belongs."""
        for path in (*file.preferred_paths, file.repository_path):
            inside = _parts(path)
            for folder in (self.own, *(folder for folder, _ in self.added)):
                for repository in file.repositories:
                    yield folder.joinpath(*_parts(repository), *inside)
            for (_, repository), snapshots in self.snapshots.items():
                if repository in file.repositories:
                    for snapshot in snapshots:
                        yield snapshot.joinpath(*inside)

    def by_name(self, file: ModelFile) -> Iterator[FoundFile]:
        """Yield files of its name in added folders, nearest first."""
        for _, found in self.added:
            for name in file.names:
                for one in found.get(name, ()):
                    if _is_in(file.in_folder_named, one.path.parent):
                        yield one

    def everything(self) -> Iterator[FoundFile]:
        """Yield every file that may be a published one."""
        for file in published_files().values():
            for path in () if file.parts or file.resource else self.sure_places(file):
                found = found_at(path)
                if found is not None:
                    yield found
        for _, names in self.added:
            for files in names.values():
                yield from files


def path_in(folder: Path, file: ModelFile) -> Path:
    """Return where this program keeps a published file (or folder of files) under a folder."""
    return folder.joinpath(*_parts(file.repository), *_parts(file.repository_path))


@cache
def _sought() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the names of all published files, and their repositories."""
    files = [file for file in published_files().values() if not (file.parts or file.resource)]
    names = frozenset(name for file in files for name in file.names)
    return names, tuple(dict.fromkeys(one for file in files for one in file.repositories))


def _is_in(name: str, folder: Path) -> bool:
    """Whether a folder on the path has this name, alone or beside other words.

    "my t5-base" is named t5-base, "flan-t5-base" and "t5-base-v2" are others.
    """
    if not name:
        return True
    alone = rf"(?<![a-z0-9])(?<![a-z0-9]-){re.escape(name.casefold())}(?![-_]?[a-z0-9])"
    return any(re.search(alone, part.casefold()) for part in folder.parts)


def _snapshots(cache_folder: Path, repository: str) -> tuple[Path, ...]:
    folder = cache_folder / f"models--{repository.replace('/', '--')}"
    snapshots = folder / "snapshots"
    try:
        revisions = sorted(os.listdir(snapshots))  # noqa: PTH208  (names are all that is wanted)
    except OSError:
        return ()
    try:
        main = (folder / "refs" / "main").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        main = ""
    return tuple(snapshots / name for name in sorted(revisions, key=lambda name: name != main))


def _parts(path: str) -> list[str]:
    return path.split("/") if path else []
