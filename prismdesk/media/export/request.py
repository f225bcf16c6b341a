"""What is asked of an export, and what makes it impossible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.errors import InputError
from prismdesk.media.mixdown import sounding_takes

if TYPE_CHECKING:
    from prismdesk.media.export.credits import Credits
    from prismdesk.media.sounds import Sounds
    from prismdesk.project.model import Project, ProjectUse, Region, Take
    from prismdesk.project.timebase import SampleRange


class ExportRefusedError(InputError):
    """The export asked for can't be made; the message says why and what can."""


LicenceJudge = Callable[["Project", "Take"], str]
"""Says why a take mustn't be heard in a project, "" if it may."""


@dataclass(frozen=True, slots=True)
class RefusedClip:
    """A take that is heard and mustn't be, with the sentence that says why."""

    region: Region
    take: Take
    reason: str

    @property
    def name(self) -> str:
        """The region's name, for lists."""
        return self.region.name or self.region.id


class LicencesRefusedError(ExportRefusedError):
    """Sound is heard that doesn't fit what the project is for; nothing was written.

    Args:
        clips: what is heard and mustn't be.
        use: what the project is for.
    """

    def __init__(self, clips: tuple[RefusedClip, ...], use: ProjectUse) -> None:
        self.clips = clips
        self.use = use
        super().__init__(
            f"Export stopped before writing: {self.told} Choose other takes there, or make them "
            "again with another engine."
        )

    @property
    def told(self) -> str:
        """How many clips, which, and why, each reason once."""
        by_reason: dict[str, list[str]] = {}
        for clip in self.clips:
            by_reason.setdefault(clip.reason.rstrip("."), []).append(clip.name)
        count = len(self.clips)
        what = "1 clip doesn't fit" if count == 1 else f"{count} clips don't fit"
        named = ". ".join(f"{'; '.join(names)}: {why}" for why, names in by_reason.items())
        return f"{what} this {self.use.value} project. {named}."


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


def judged_by_record(project: Project, take: Take) -> str:
    """Say why a take mustn't be heard in a project by what it recorded when it was made."""
    made = take.provenance
    if not project.is_commercial or made.allows_commercial_use:
        return ""
    return f"{made.engine}'s weights are for non-commercial use ({made.licence or 'unstated'})."


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """One export.

    ``film_path`` is the film whose picture is copied, None for a project without one. ``out``
    ends in .mov, .mp4, .m4v, .mkv or .webm for a film, in .wav for the mix alone. ``codec`` None
    means the container's own: PCM 24 bit in .mov and .mkv, AAC in .mp4, Opus in .webm.
    ``range`` is in timeline samples; None means the whole picture (or, without one, everything).
    ``project_folder`` is where relative paths of media and takes begin; with it, they are
    protected from being overwritten. ``judge`` says which takes mustn't be heard, ``credits`` whom
    the report credits.
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
    judge: LicenceJudge = judged_by_record
    credits: Callable[[Project, SampleRange], Credits] | None = None

    def credits_for(self, span: SampleRange) -> Credits | None:
        """Return the page of credits for a span, None where nobody makes one."""
        return None if self.credits is None else self.credits(self.project, span)


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


def refused_clips(
    project: Project, span: SampleRange, judge: LicenceJudge = judged_by_record
) -> tuple[RefusedClip, ...]:
    """Return the takes heard in a span that a judge refuses, with the judge's reasons."""
    judged = (
        (region, take, judge(project, take)) for region, take in sounding_takes(project, span)
    )
    return tuple(RefusedClip(region, take, reason) for region, take, reason in judged if reason)


def refuse_licences(
    project: Project, span: SampleRange, judge: LicenceJudge = judged_by_record
) -> None:
    """Raise ``LicencesRefusedError`` if the span sounds what doesn't fit the project's use."""
    if clips := refused_clips(project, span, judge):
        raise LicencesRefusedError(clips, project.use)


def _is_same_file(first: Path, second: Path) -> bool:
    try:
        return first.samefile(second)
    except OSError:
        return first.resolve() == second.resolve()
