"""A project leaves as a film or a WAV, with the report of what was written and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.media.export import ExportRequest, SoundCodec, export_film, export_wav
from prismdesk.media.export.request import refuse_overwriting
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
)
from prismdesk.session.credits import credits_of
from prismdesk.session.licences import TakeJudge

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.media.export import ExportReport
    from prismdesk.project.timebase import SampleRange
    from prismdesk.session.session import Session


def refuse_sources(session: Session, out: Path, report_path: Path | None = None) -> None:
    """Refuse an output that is one of the project's own files, before anything is made for it.

    Raises:
        ExportRefusedError: the film, a sound or a take would be written over.
    """
    refuse_overwriting(
        ExportRequest(
            project=session.project,
            sounds=session.sounds,
            film_path=session.film_path(),
            out=out,
            report_path=report_path,
            project_folder=session.folder,
        )
    )


def write_export(
    session: Session,
    out: Path,
    *,
    codec: SoundCodec | None = None,
    span: SampleRange | None = None,
    keep_original: bool = True,
    report_path: Path | None = None,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> ExportReport:
    """Write the project's film, or its mix alone if ``out`` ends in .wav, and check it.

    Raises:
        ExportRefusedError: it can't be written so; the message says what can.
        ExportCheckError: what was written is not what was meant; it was taken away again.
        MediaError, MediaWorkError: something went wrong on the way; nothing is left behind.
        Cancelled: the user stopped it; nothing is left behind.
    """
    request = ExportRequest(
        project=session.project,
        sounds=session.sounds,
        film_path=session.film_path(),
        out=out,
        codec=codec,
        range=span,
        keep_original=keep_original,
        report_path=report_path,
        project_folder=session.folder,
        judge=TakeJudge(),
        credits=credits_of,
    )
    write = export_wav if out.suffix.lower() == ".wav" else export_film
    return write(request, progress=progress, cancelled=cancelled)
