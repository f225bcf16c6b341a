"""What a file is, by its name: enough to know what to do with it. No Qt."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from prismdesk.project.store.folder import SUFFIX, project_files_in

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_SOUNDS = (
    "wav wave w64 rf64 bwf aif aiff aifc flac mp3 m4a aac ogg oga opus caf wma wv ape ac3 eac3 mka"
)
_FILMS = "mov mp4 m4v mkv webm avi mxf mpg mpeg ts m2ts mts wmv ogv 3gp flv dv vob"

SOUND_ENDINGS = frozenset(f".{ending}" for ending in _SOUNDS.split())
FILM_ENDINGS = frozenset(f".{ending}" for ending in _FILMS.split())


class FileKind(StrEnum):
    """What is done with a file: open it, make a project of it, lay it on a track."""

    PROJECT = "project"
    FILM = "film"
    SOUND = "sound"


def kind_of(path: Path) -> FileKind:
    """Return what a file or folder is taken for; an unknown ending may be a film."""
    if path.suffix.lower() == SUFFIX or (path.is_dir() and project_files_in(path)):
        return FileKind.PROJECT
    return FileKind.SOUND if path.suffix.lower() in SOUND_ENDINGS else FileKind.FILM


def name_filter(what: str, endings: Iterable[str]) -> str:
    """Return a file dialog's filter: ``Films (*.mov *.mp4)``."""
    patterns = " ".join(f"*{ending} *{ending.upper()}" for ending in sorted(endings))
    return f"{what} ({patterns})"
