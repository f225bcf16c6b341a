"""What is asked of an export, and what makes it impossible."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.errors import InputError
from prismdesk.media.mixdown import sounding_takes

if TYPE_CHECKING:
    from prismdesk.media.sounds import Sounds
    from prismdesk.project.model import Project
    from prismdesk.project.timebase import SampleRange


class ExportRefusedError(InputError):
    """The export asked for can't be made; the message says why and what can."""


class SoundCodec(StrEnum):
    """How the mix is coded in a film."""

    AAC = "aac"
    OPUS = "opus"
    FLAC = "flac"
    PCM_16 = "pcm16"
    PCM_24 = "pcm24"
    PCM_32F = "pcm32f"

    @property
    def is_lossless(self) -> bool:
        """Whether decoding gives the samples that were coded."""
        return self not in (SoundCodec.AAC, SoundCodec.OPUS)

    @property
    def bits(self) -> int | None:
        """Bits of the whole numbers that samples are rounded to, None where they stay floats."""
        return {SoundCodec.FLAC: 24, SoundCodec.PCM_16: 16, SoundCodec.PCM_24: 24}.get(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """One export.

    ``film_path`` is the film whose picture is copied, None for a project without one. ``out``
    ends in .mov, .mp4, .m4v, .mkv or .webm for a film, in .wav for the mix alone. ``codec`` None
    means the container's own: PCM 24 bit in .mov and .mkv, AAC in .mp4, Opus in .webm.
    ``range`` is in timeline samples; None means the whole picture (or, without one, everything).
    ``project_folder`` is where relative paths of media and takes begin; with it, they are
    protected from being overwritten.
    """

    project: Project
    sounds: Sounds
    film_path: Path | None
    out: Path
    codec: SoundCodec | None = None
    range: SampleRange | None = None
    keep_original: bool = True
    report_path: Path | None = None
    project_folder: Path | None = None


def refuse_overwriting(request: ExportRequest) -> None:
    """Raise ``ExportRefusedError`` if ``out`` or the report is a file that the project reads."""
    sources = [] if request.film_path is None else [request.film_path]
    folder = request.project_folder or Path()
    sources += [folder / media.path for media in request.project.media]
    sources += [folder / take.path for region in request.project.regions for take in region.takes]
    for target in (request.out, request.report_path):
        if target is None:
            continue
        clash = next((source for source in sources if _is_same_file(target, source)), None)
        if clash is not None:
            raise ExportRefusedError(
                f"{target} is a source of this project and is never written to; "
                "choose another name for the export."
            )
    if request.report_path is not None and _is_same_file(request.out, request.report_path):
        raise ExportRefusedError(f"Film and report can't both be {request.out}; rename one.")


def refuse_licences(project: Project, span: SampleRange) -> None:
    """Raise ``ExportRefusedError`` if a commercial project sounds what mustn't be sold."""
    named = unsaleable_takes(project, span) if project.is_commercial else ()
    if named:
        raise ExportRefusedError(
            "This project is marked commercial, but the licence of the weights behind these "
            f"regions forbids commercial use: {', '.join(named)}; "
            "choose other takes there or make them with another engine."
        )


def unsaleable_takes(project: Project, span: SampleRange) -> tuple[str, ...]:
    """Return the regions, with take and engine, that sound what mustn't be sold."""
    return tuple(
        f"{region.name or region.id} (take {take.name}, {take.provenance.engine})"
        for region, take in sounding_takes(project, span)
        if not take.provenance.allows_commercial_use
    )


def _is_same_file(first: Path, second: Path) -> bool:
    try:
        return first.samefile(second)
    except OSError:
        return first.resolve() == second.resolve()
