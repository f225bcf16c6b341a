"""Masks of the picture come into the project's folder, named by their content."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from prismdesk.media.errors import reading, writing
from prismdesk.media.still_picture import read_grey
from prismdesk.project.store.durable import write_atomically
from prismdesk.project.store.folder import MASKS

if TYPE_CHECKING:
    from pathlib import Path

_KNOWN_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}", re.ASCII)


def import_mask(project_folder: Path, picture: Path) -> str:
    """Copy a still picture into a project, to be used as a mask.

    The same picture is kept once, however often and under whatever name it comes.

    Returns:
        Its path relative to the project's folder: what ``set_region_masks`` takes.

    Raises:
        MediaError: it is missing, too large or no picture.
        MediaWorkError: it can't be written.
    """
    read_grey(picture)
    with reading(picture):
        data = picture.read_bytes()
    suffix = picture.suffix.lower()
    name = hashlib.sha256(data).hexdigest()[:32]
    name += suffix if _KNOWN_SUFFIX.fullmatch(suffix) else ".png"
    path = project_folder / MASKS / name
    if not path.exists():
        with writing(path):
            path.parent.mkdir(exist_ok=True)
            write_atomically(path, data)
    return (PurePosixPath(MASKS) / name).as_posix()
