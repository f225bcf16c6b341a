"""Errors about media files, and the doors through which foreign errors become ours."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prismdesk.errors import InputError, WorkError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class MediaError(InputError):
    """A media file can't be used as it is: missing, damaged, of an unknown kind."""


class MediaWorkError(WorkError):
    """Reading or writing sound failed although the input was right, e.g. the disk is full."""


class NoRoomError(MediaWorkError):
    """There is no room to write to: the disk is full, or takes no more of this user or file."""


_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


_WRITE_TROUBLE = {
    errno.ENOSPC: "the disk is full; free some space and try again",
    errno.EDQUOT: "your disk quota is used up; free some space and try again",
    errno.EROFS: "the disk is read-only; choose another folder",
    errno.EACCES: "you have no permission to write there; choose another folder",
    errno.EPERM: "you have no permission to write there; choose another folder",
    errno.ENOENT: "its folder doesn't exist; create it or choose another",
    errno.ENOTDIR: "its folder is a file; choose another folder",
    errno.EISDIR: "a folder of that name is there; choose another name",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.EFBIG: "the file would be larger than this disk's format allows; choose another disk",
    errno.EIO: "the disk reported an error; choose another disk",
}

_READ_TROUBLE = {
    errno.ENOENT: "it isn't there; relink it or bring it back",
    errno.ENOTDIR: "it isn't there; relink it or bring it back",
    errno.EACCES: "you have no permission to read it",
    errno.EPERM: "you have no permission to read it",
    errno.EISDIR: "it is a folder; choose a file in it",
    errno.EIO: "the disk reported an error; try a copy from elsewhere",
}


def folder_gone(project_folder: Path) -> str:
    """Return the sentence for a project whose folder was moved or taken away while it is open."""
    return (
        f"The project's folder {project_folder} isn't there any more; bring it back, or open the "
        "project where it is now."
    )


def write_trouble(path: Path, error: OSError) -> MediaWorkError:
    """Return the sentence for a failed write to ``path``."""
    reason = _WRITE_TROUBLE.get(error.errno or 0, error.strerror or str(error))
    kind = NoRoomError if error.errno in _NO_ROOM else MediaWorkError
    return kind(f"Can't write {path}: {reason}.")


def read_trouble(path: Path, error: OSError) -> MediaError:
    """Return the sentence for a failed read of ``path``."""
    reason = _READ_TROUBLE.get(error.errno or 0, error.strerror or str(error))
    return MediaError(f"Can't read {path}: {reason}.")


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn operating-system errors inside into ``MediaError`` sentences about ``path``."""
    try:
        yield
    except OSError as error:
        raise read_trouble(path, error) from error


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn operating-system errors inside into ``MediaWorkError`` sentences about ``path``."""
    try:
        yield
    except OSError as error:
        raise write_trouble(path, error) from error
