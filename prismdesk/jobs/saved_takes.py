"""Takes that were written outside the project for lack of room, and their way into it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.errors import InputError
from prismdesk.jobs.spec import inside
from prismdesk.jobs.take_record import read_inside, write_beside
from prismdesk.media.content_key import content_key
from prismdesk.media.errors import reading, writing
from prismdesk.media.wav import map_wav
from prismdesk.project.store.durable import copy_file, flush_folder, partial_path

if TYPE_CHECKING:
    from prismdesk.jobs.messages import FinishedTake, JobFailure
    from prismdesk.jobs.spec import JobSpec


def bring_in(failure: JobFailure, spec: JobSpec, project_folder: Path) -> tuple[FinishedTake, ...]:
    """Copy takes from where they were saved into the project.

    They are untrusted: only sound files of the content that was written there are taken.

    Raises:
        MediaError, InputError: one isn't there any more, or is another.
        MediaWorkError: there is still no room.
    """
    folder = Path(failure.saved_in)
    return tuple(
        _brought(take, folder, project_folder, spec.take_path(index))
        for index, take in zip(spec.kept_numbers, failure.saved_takes, strict=True)
    )


def _brought(take: FinishedTake, folder: Path, project_folder: Path, relative: str) -> FinishedTake:
    source, target = inside(folder, take.path), inside(project_folder, relative)
    map_wav(source).close()
    with reading(source):
        is_same = content_key(source) == take.content_key
    if not is_same:
        raise InputError(f"{source} is not the take that was saved there; make it again.")
    partial = partial_path(target)
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.unlink(missing_ok=True)
            copy_file(source, partial, may_link=False)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        flush_folder(target.parent)
    write_beside(target, read_inside(target))
    return replace(take, path=relative)
