"""What leaves a project, described in one value, and the making of it beside further edits."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from prismdesk.media.errors import writing
from prismdesk.media.export import (
    ExportRequest,
    export_film,
    export_regions,
    export_stems,
    export_wav,
)
from prismdesk.media.export.findings import Finding, findings_of
from prismdesk.media.export.request import refuse_licences, refuse_overwriting
from prismdesk.media.loudness import measure_loudness
from prismdesk.media.mixdown import mix_blocks
from prismdesk.media.sounds import SoundLibrary
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
)
from prismdesk.project.lookup import picture_of, project_end_samples
from prismdesk.project.timebase import SampleRange
from prismdesk.session.cache_place import project_cache
from prismdesk.session.credits import credits_of
from prismdesk.session.labels import label_findings
from prismdesk.session.licences import TakeJudge
from prismdesk.session.timelines import ENDING as TIMELINE_ENDING
from prismdesk.session.timelines import write_timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from prismdesk.media.export import ExportReport, SoundCodec
    from prismdesk.media.loudness import Loudness
    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Project
    from prismdesk.session.session import Session


class DeliveryKind(StrEnum):
    """What is made: a film, the mix alone, a WAV per bus, a WAV per region."""

    FILM = "film"
    SOUND = "sound"
    STEMS = "stems"
    REGIONS = "regions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One export as the user asked for it.

    ``out`` is the file; of stems and regions the folder and the beginning of their names.
    ``range`` None is everything; of regions, ``region_ids`` alone count.
    """

    kind: DeliveryKind
    out: Path
    codec: SoundCodec | None = None
    range: SampleRange | None = None
    region_ids: tuple[RegionId, ...] = ()
    keep_original: bool = True
    writes_report: bool = False
    writes_timeline: bool = False

    @property
    def report_path(self) -> Path | None:
        """Where the report is written (as JSON; the text lies beside it), None for nowhere."""
        if not self.writes_report:
            return None
        return self.out.with_name(f"{self.out.stem} report.json")

    @property
    def timeline_path(self) -> Path | None:
        """Where the .otio timeline is written, None for nowhere."""
        return self.out.with_suffix(TIMELINE_ENDING) if self.writes_timeline else None


@dataclass(frozen=True, slots=True)
class DeliverySource:
    """What a delivery is made of: the project as it stood, whatever is edited afterwards."""

    project: Project
    folder: Path
    film_path: Path | None

    @classmethod
    def of(cls, session: Session) -> DeliverySource:
        """Take the session's project as it stands; call it on the thread that edits."""
        return cls(session.project, session.folder, session.film_path())


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A finished export. ``files`` are all that was written, the report's too."""

    delivery: Delivery
    report: ExportReport
    findings: tuple[Finding, ...]
    loudness: Loudness | None
    files: tuple[Path, ...]
    size_bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class DeliveryStep:
    """One part of the work: its name and the share of the whole at which it is done."""

    name: str
    ends_at: float


_MEASURING_SHARE = 0.15

_STEPS = {
    DeliveryKind.FILM: ("Mix, encode and join", 0.7),
    DeliveryKind.SOUND: ("Mix and write", 0.6),
    DeliveryKind.STEMS: ("Mix each bus", 0.6),
    DeliveryKind.REGIONS: ("Mix, write and read back each", 1.0),
}


def steps_of(kind: DeliveryKind) -> tuple[DeliveryStep, ...]:
    """Return the steps of a delivery in their order."""
    name, share = _STEPS[kind]
    if kind is DeliveryKind.REGIONS:
        return (DeliveryStep(name, 1.0),)
    begun = _MEASURING_SHARE
    return (
        DeliveryStep("Measure the loudness", begun),
        DeliveryStep(name, begun + share * (1 - begun)),
        DeliveryStep("Read back and compare", 1.0),
    )


def deliver(
    source: DeliverySource,
    delivery: Delivery,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Delivered:
    """Make a delivery, check it and report; it opens the sounds anew, so any thread may call it.

    Args:
        source: what it is made of.
        delivery: what is wanted.
        progress: called with the share done; see ``steps_of``.
        cancelled: asked often.

    Raises:
        ExportRefusedError: it can't be made so; the message says what can.
        ExportCheckError: what was written is not what was meant; it was taken away again.
        MediaError, MediaWorkError: something went wrong on the way; nothing is left behind.
        Cancelled: the user stopped it; nothing is left behind.
    """
    begun_seconds = time.monotonic()
    with _folder_for(delivery.out):
        report, loudness = _make(source, delivery, progress, cancelled)
    files = report.written
    timeline = delivery.timeline_path
    if timeline is not None:
        write_timeline(
            source.project,
            source.folder,
            timeline,
            film_path=source.film_path,
            span=delivery.range,
        )
        files = (*files, timeline)
    if delivery.report_path is not None:
        json_path = delivery.report_path
        files = (*files, json_path, *(json_path.with_suffix(end) for end in (".txt", ".csv")))
    return Delivered(
        delivery=delivery,
        report=report,
        findings=(*findings_of(report), *label_findings(report, timeline)),
        loudness=loudness,
        files=files,
        size_bytes=sum(path.stat().st_size for path in files),
        seconds=time.monotonic() - begun_seconds,
    )


@contextmanager
def _folder_for(out: Path) -> Iterator[None]:
    """Make the folder of a file if only that is missing; take it away again if nothing comes."""
    folder = out.parent
    is_new = not folder.exists() and folder.parent.is_dir()
    if is_new:
        with writing(folder):
            folder.mkdir()
    try:
        yield
    except BaseException:
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise


def _make(
    source: DeliverySource, delivery: Delivery, progress: FractionDone, cancelled: IsCancelled
) -> tuple[ExportReport, Loudness | None]:
    project = source.project
    cache = project_cache(source.folder)
    with closing(SoundLibrary(source.folder, cache, rate_hz=project.rate_hz)) as sounds:
        request = ExportRequest(
            project=project,
            sounds=sounds,
            film_path=source.film_path,
            out=delivery.out,
            codec=delivery.codec,
            range=delivery.range,
            keep_original=delivery.keep_original,
            report_path=delivery.report_path,
            project_folder=source.folder,
            judge=TakeJudge(),
            credits=credits_of,
        )
        write = _writer_of(delivery)
        if delivery.kind is DeliveryKind.REGIONS:
            return write(request, progress=progress, cancelled=cancelled), None
        return _measured(request, write, progress, cancelled)


def _writer_of(delivery: Delivery) -> Callable[..., ExportReport]:
    if delivery.kind is DeliveryKind.REGIONS:
        return partial(export_regions, region_ids=delivery.region_ids)
    return {
        DeliveryKind.FILM: export_film,
        DeliveryKind.SOUND: export_wav,
        DeliveryKind.STEMS: export_stems,
    }[delivery.kind]


def _measured(
    request: ExportRequest,
    write: Callable[..., ExportReport],
    progress: FractionDone,
    cancelled: IsCancelled,
) -> tuple[ExportReport, Loudness]:
    """Measure the mix, then write; a refusal that needs no work comes before both."""
    project = request.project
    picture = picture_of(project)
    whole = picture.duration_samples if picture and write is export_film else None
    span = request.range or SampleRange(0, whole or project_end_samples(project))
    refuse_overwriting(request)
    refuse_licences(project, span, request.judge)
    share = _MEASURING_SHARE
    loudness = measure_loudness(
        mix_blocks(project, request.sounds, span),
        project.rate_hz,
        project.layout,
        length_samples=span.length_samples,
        progress=lambda done: progress(share * done),
        cancelled=cancelled,
    )
    report = write(
        request, progress=lambda done: progress(share + (1 - share) * done), cancelled=cancelled
    )
    return report, loudness
