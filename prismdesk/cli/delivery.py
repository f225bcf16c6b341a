"""``prismdesk export`` and ``prismdesk verify``: the film is written, and proved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.cli.projects import open_project
from prismdesk.errors import InputError
from prismdesk.media.export.plan import choose_codec, choose_container
from prismdesk.media.export.request import SoundCodec
from prismdesk.media.probe import picture_stream, probe
from prismdesk.media.verify import null_test
from prismdesk.project.lookup import picture_of
from prismdesk.project.positions import parse_range
from prismdesk.session.exporting import write_export
from prismdesk.session.timelines import ENDING as TIMELINE_ENDING
from prismdesk.session.timelines import write_timeline

if TYPE_CHECKING:
    import argparse

    from prismdesk.cli.terminal import Interrupt, ProgressLine
    from prismdesk.project.timebase import SampleRange
    from prismdesk.session.session import Session


def export(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Write a project's film, or its mix as .wav."""
    if options.out.suffix.lower() != TIMELINE_ENDING:
        check_out(options.out, options.codec, options.report)
    with open_project(options.project, progress, interrupt) as session:
        span = None
        if options.range is not None:
            project = session.project
            span = parse_range(options.range, rate_hz=project.rate_hz, picture=picture_of(project))
        if options.out.suffix.lower() == TIMELINE_ENDING:
            _write_timeline(session, options.out, span)
            return 0
        code = write_out(session, options, span, progress, interrupt)
        if options.otio is not None:
            beside = options.out.with_suffix(TIMELINE_ENDING)
            _write_timeline(session, beside if options.otio == Path() else options.otio, span)
        return code


def _write_timeline(session: Session, out: Path, span: SampleRange | None) -> None:
    takes = write_timeline(
        session.project, session.folder, out, film_path=session.film_path(), span=span
    )
    count = "1 take" if len(takes) == 1 else f"{len(takes)} takes"
    print(f"Timeline {out}, read back: {count} labelled as synthetic, with their provenance")


def check_out(out: Path, codec: str | None, report: Path | None) -> None:
    """Refuse an output that can't be written before any work is done for it.

    Raises:
        InputError: its folder isn't there, it is a folder, or its ending names no container, or
            one that can't hold the codec.
    """
    for target in (out, report):
        if target is None:
            continue
        if target.is_dir():
            raise InputError(f"{target} is a folder; name a file.")
        if not target.parent.is_dir():
            raise InputError(f"The folder {target.parent} doesn't exist; make it first.")
    if out.suffix.lower() != ".wav":
        choose_codec(choose_container(out), None if codec is None else SoundCodec(codec))


def write_out(
    session: Session,
    options: argparse.Namespace,
    span: SampleRange | None,
    progress: ProgressLine,
    interrupt: Interrupt,
) -> int:
    """Export as the options of a command say, print the report, return the exit code."""
    progress.begin(f"Writing {options.out.name}")
    report = write_export(
        session,
        options.out,
        codec=None if options.codec is None else SoundCodec(options.codec),
        span=span,
        keep_original=options.keep_original,
        report_path=options.report,
        progress=progress,
        cancelled=interrupt,
    )
    progress.clear()
    print(report.to_text(), end="")
    return 0


def verify(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Print the null test of two films; exit 1 if anything outside the regions differs."""
    progress.begin(f"Comparing {options.out.name} with {options.film.name}")
    info = probe(options.out, cancelled=interrupt)
    film = probe(options.film, cancelled=interrupt)
    rate_hz = info.sounds[0].rate_hz if info.sounds else 48_000
    picture = None if film.picture is None else picture_stream(film, rate_hz)
    regions = [parse_range(text, rate_hz=rate_hz, picture=picture) for text in options.region]
    result = null_test(
        options.film, options.out, regions, rate_hz=rate_hz, progress=progress, cancelled=interrupt
    )
    progress.clear()
    if options.as_json:
        print(json.dumps(result.to_record(), indent=2, ensure_ascii=False))
    else:
        print(result.to_text(), end="")
    is_same = result.is_identical_outside and result.is_picture_identical is not False
    return 0 if is_same else 1
