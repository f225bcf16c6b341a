"""The projects opened lately: their names, whether they are still there, their last picture."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class RecentProject:
    """A project that was opened before.

    ``picture_path`` is where its last picture is kept; the file may not exist.
    """

    path: Path
    is_there: bool
    picture_path: Path

    @property
    def name(self) -> str:
        """The name of the project file, without its ending."""
        return self.path.stem

    @property
    def folder_words(self) -> str:
        """Its folder as people write it, with ~ for their home."""
        folder = self.path.parent
        home = Path.home()
        if folder == home or not folder.is_relative_to(home):
            return str(folder)
        return f"~/{folder.relative_to(home).as_posix()}"


def without_recent(paths: Iterable[str], forgotten: Path) -> tuple[str, ...]:
    """Return the list without a project."""
    return tuple(path for path in paths if path != str(forgotten))


def recent_projects(paths: Iterable[str]) -> tuple[RecentProject, ...]:
    """Return what is known of each, in the order given; missing ones are told by ``is_there``."""
    return tuple(
        RecentProject(Path(path), Path(path).is_file(), recent_picture_path(Path(path)))
        for path in paths
    )


def recent_picture_path(project_file: Path) -> Path:
    """Return where the last picture of a project is kept, in the user's cache folder."""
    folder = platformdirs.user_cache_path("prismdesk", appauthor=False) / "recent"
    key = hashlib.blake2b(str(project_file).encode("utf-8", "surrogatepass"), digest_size=12)
    return folder / f"{key.hexdigest()}.png"
