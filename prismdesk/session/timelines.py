"""A project leaves as an .otio timeline, for other editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.errors import InputError
from prismdesk.interchange.otio_timeline import labelled_takes, timeline_text
from prismdesk.media.errors import writing
from prismdesk.media.export.request import refuse_licences
from prismdesk.project.lookup import project_end_samples
from prismdesk.project.store.durable import write_atomically
from prismdesk.project.timebase import SampleRange
from prismdesk.session.licences import TakeJudge

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Project

ENDING = ".otio"


def write_timeline(
    project: Project,
    folder: Path,
    out: Path,
    *,
    film_path: Path | None,
    span: SampleRange | None = None,
) -> tuple[str, ...]:
    """Write a project's timeline, read it back, and return the ids of the takes it labels.

    Args:
        project: what is written.
        folder: where relative paths of media and takes begin.
        out: the file, ending in .otio; one that is there is replaced.
        film_path: the film, if there is a picture.
        span: the part of the timeline; None is all of it.

    Raises:
        InputError: the file has another ending, or its folder isn't there.
        LicencesRefusedError: a take that is heard doesn't fit what the project is for.
        MediaWorkError: it can't be written.
    """
    if out.suffix.lower() != ENDING:
        raise InputError(f"{out} doesn't end in {ENDING}; name the timeline so.")
    if not out.parent.is_dir():
        raise InputError(f"The folder {out.parent} doesn't exist; make it first.")
    refuse_licences(project, span or SampleRange(0, project_end_samples(project)), TakeJudge())
    text = timeline_text(project, folder, film_path=film_path, span=span)
    with writing(out):
        write_atomically(out, text.encode("utf-8"))
        return labelled_takes(out.read_text(encoding="utf-8"))
