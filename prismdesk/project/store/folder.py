"""Where things lie in a project's folder, and that no path in a project leads out of it.

::

    FOLDER/
      NAME.prismdesk          the project as last saved
      NAME.prismdesk.bak      the save before it
      NAME.prismdesk.journal  every edit since, and the history
      takes/                  generated sound
      masks/                  still pictures that say where in the film to listen
      presets/                presets that were collected with the project
      jobs/                   records of work asked for
      cache/                  may be deleted at any time
      quarantine/             files that couldn't be read, kept
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from prismdesk.project.consistency import is_inner_path
from prismdesk.project.store.errors import StoreError

if TYPE_CHECKING:
    from prismdesk.project.model import Media, Take

SUFFIX = ".prismdesk"
TAKES = "takes"
MASKS = "masks"
PRESETS = "presets"
JOBS = "jobs"
CACHE = "cache"
QUARANTINE = "quarantine"
UNSAVED_MARK = ".unsaved-session"
"""An empty file in the folder of a project that the user hasn't named yet."""
_FORBIDDEN_IN_NAMES = '/\\:*?"<>|'


def backup_path(project_file: Path) -> Path:
    """Return where the save before the last one is kept."""
    return project_file.with_name(f"{project_file.name}.bak")


def journal_path(project_file: Path) -> Path:
    """Return where the journal of a project file lies."""
    return project_file.with_name(f"{project_file.name}.journal")


def project_file_in(folder: Path, name: str) -> Path:
    """Return the path of a project file.

    Raises:
        StoreError: the name can't be a file's name.
    """
    if not name.strip() or name != name.strip() or name.startswith(".") or len(name) > 150:
        raise StoreError(f"“{name[:150]}” can't be a project's name; use 1 to 150 characters.")
    if any(c in _FORBIDDEN_IN_NAMES or not c.isprintable() for c in name):
        raise StoreError(
            f"“{name}” can't be a project's name; leave out {' '.join(_FORBIDDEN_IN_NAMES)}."
        )
    return folder / f"{name}{SUFFIX}"


def find_project_file(path: Path) -> Path:
    """Return the project file that a path means: the file itself, or the one in a folder.

    A file that is gone but whose journal or backup is there counts as found: it can be
    recovered.

    Raises:
        StoreError: there is none, or the folder holds several.
    """
    if not path.is_dir():
        if path.suffix != SUFFIX:
            raise StoreError(f"“{path}” is no PrismDesk project; give a {SUFFIX} file or a folder.")
        if not any(p.exists() for p in (path, journal_path(path), backup_path(path))):
            raise StoreError(f"There is no project “{path}”; check the path.")
        return path.parent.resolve() / path.name
    folder = path.resolve()
    found = project_files_in(folder)
    if not found:
        raise StoreError(f"There is no {SUFFIX} file in “{path}”; check the path.")
    if len(found) > 1:
        names = ", ".join(file.name for file in found)
        raise StoreError(f"“{path}” holds several projects ({names}); give one of them.")
    return found[0]


def project_files_in(folder: Path) -> list[Path]:
    """Return the project files in a folder, sorted, lost ones that left a journal included."""
    kept = sorted(
        p for p in folder.glob(f"*{SUFFIX}") if not p.name.startswith(".") and p.is_file()
    )
    if kept:
        return kept
    lost = [*folder.glob(f"*{SUFFIX}.journal"), *folder.glob(f"*{SUFFIX}.bak")]
    return sorted({p.with_suffix("") for p in lost if not p.name.startswith(".")})


def is_absolute_anywhere(path: str) -> bool:
    """Whether some system reads the path as absolute, so that it names a file outside."""
    return PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()


def take_path(folder: Path, take: Take) -> Path:
    """Return where a take's WAV lies.

    Raises:
        StoreError: the path leads out of the project's folder, by its text or through a link.
    """
    return _inside(folder, take.path, f"The take “{take.name}”")


def media_path(folder: Path, media: Media) -> Path:
    """Return where a media file lies; an absolute path is taken as it is.

    Raises:
        StoreError: a relative path leads out of the project's folder.
    """
    if is_absolute_anywhere(media.path):
        return Path(media.path)
    if not is_inner_path(media.path):
        raise StoreError(f"The media “{media.path}” must lie inside the project's folder.")
    return folder / media.path


def stored_media_path(folder: Path, path: Path) -> str:
    """Return how a media file's path is stored: relative inside the folder, else absolute."""
    resolved, inside = path.resolve(), folder.resolve()
    if resolved.is_relative_to(inside):
        return resolved.relative_to(inside).as_posix()
    return str(resolved)


def _inside(folder: Path, path: str, what: str) -> Path:
    resolved = (folder / path).resolve()
    if not is_inner_path(path) or not resolved.is_relative_to(folder.resolve()):
        raise StoreError(f"{what} must lie inside the project's folder, not at “{path}”.")
    return resolved
