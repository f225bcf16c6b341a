"""The page of credits and licences: every model and adapter heard, and every machine-made clip.

A plain value with three ways to read it: text for people, JSON for programs (format
``"prismdesk-credits"``, version 1), CSV for spreadsheets (one row for each clip).
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from prismdesk import __version__
from prismdesk.media.export.provenance import SYNTHETIC
from prismdesk.project.table_cells import harmless

if TYPE_CHECKING:
    from prismdesk.media.export.provenance import JsonRecord

CLIP_COLUMNS = (
    "number",
    "label",
    "in",
    "out",
    "start_samples",
    "end_samples",
    "seconds",
    "track",
    "lane",
    "region",
    "take",
    "task",
    "engine",
    "engine_version",
    "model",
    "prompt",
    "negative_prompt",
    "seed",
    "adapters",
    "licence",
    "fits",
    "refusal",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditedPart:
    """One file of a model, or an adapter, with who allows what.

    ``sha256`` is empty where the take didn't record it.
    """

    part: str
    name: str
    sha256: str
    licence: str
    where_stated: str
    credit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """One model, engine or adapter that is heard.

    Attributes:
        kind: "model", "adapter" or "engine" (one without weights).
        name: for people.
        id: the model's or engine's.
        version: of the engine that ran it.
        verdict: what its sound may be for, in words.
        licence: that of its strictest part.
        said_by: whose policy file answers; empty for the publishers.
        parts: what it consists of.
        clips: how many machine-made clips it is heard in.
        seconds: how long they are together.
        fits: whether that fits what the project is for.
    """

    kind: str
    name: str
    id: str
    version: str
    verdict: str
    licence: str
    said_by: str
    parts: tuple[CreditedPart, ...]
    clips: int
    seconds: float
    fits: bool

    @property
    def lines(self) -> tuple[str, ...]:
        """The credit lines that its licences ask for, each once."""
        return tuple(dict.fromkeys(part.credit for part in self.parts if part.credit))


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeClip:
    """One stretch of machine-made sound as it is heard.

    ``tc_in`` and ``tc_out`` (exclusive) are the film's timecode, or seconds without a picture;
    ``refusal`` says why it doesn't fit the project, else it is empty.
    """

    number: int
    tc_in: str
    tc_out: str
    start_samples: int
    end_samples: int
    seconds: float
    track: str
    lane: str
    region: str
    take: str
    task: str
    engine: str
    engine_version: str
    model: str
    prompt: str
    negative_prompt: str
    seed: int
    adapters: str
    licence: str
    refusal: str

    @property
    def fits(self) -> bool:
        """Whether it fits what the project is for."""
        return not self.refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """Who is to be credited for a stretch of a project, and what in it was machine-made."""

    project: str
    use: str
    policy: str
    rate_hz: int
    start_samples: int
    end_samples: int
    entries: tuple[Credit, ...]
    clips: tuple[MadeClip, ...]

    @property
    def seconds(self) -> float:
        """How long the machine-made clips are together."""
        return sum(clip.seconds for clip in self.clips)

    @property
    def fitting(self) -> int:
        """How many clips fit what the project is for."""
        return sum(clip.fits for clip in self.clips)

    def to_record(self) -> JsonRecord:
        """Return the page as a JSON object."""
        return {
            "format": "prismdesk-credits",
            "version": 1,
            "software_version": __version__,
            "project": self.project,
            "use": self.use,
            "policy": self.policy or None,
            "rate_hz": self.rate_hz,
            "start_samples": self.start_samples,
            "end_samples": self.end_samples,
            "machine_made_seconds": round(self.seconds, 3),
            "entries": [
                {**asdict(entry), "seconds": round(entry.seconds, 3), "lines": list(entry.lines)}
                for entry in self.entries
            ],
            "clips": [
                {
                    **asdict(clip),
                    "seconds": round(clip.seconds, 3),
                    "label": SYNTHETIC,
                    "fits": clip.fits,
                }
                for clip in self.clips
            ],
        }

    def to_json(self) -> str:
        """Return the page as JSON text."""
        return json.dumps(self.to_record(), indent=2, ensure_ascii=False) + "\n"

    def to_csv(self) -> str:
        """Return the clips as a table, a row each; no spreadsheet runs any of it."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(CLIP_COLUMNS)
        for clip in self.clips:
            node = asdict(clip) | {
                "label": SYNTHETIC,
                "in": clip.tc_in,
                "out": clip.tc_out,
                "seconds": f"{clip.seconds:.3f}",
                "fits": "yes" if clip.fits else "no",
            }
            writer.writerow([harmless(str(node[column])) for column in CLIP_COLUMNS])
        return text.getvalue()

    def to_text(self) -> str:
        """Return the page to read."""
        lines = [f"Credits and licences: {self.project}", ""]
        lines.append(f"This project is {self.use}.")
        if self.policy:
            lines.append(f"Licences are judged by {self.policy}.")
        return "\n".join([*lines, "", *self.text_lines()]) + "\n"

    def text_lines(self) -> list[str]:
        """Return the models and the clips as lines, for a page of which they are a part."""
        if not self.clips:
            return ["No machine-made sound is heard."]
        lines = []
        for entry in self.entries:
            lines += _entry_lines(entry)
        wanted = dict.fromkeys(line for entry in self.entries for line in entry.lines)
        if wanted:
            lines += ["Credits to show", *(f"  {line}" for line in wanted), ""]
        lines.append(
            f"Machine-made sound: {_clips(len(self.clips))}, {self.seconds:.1f} s; "
            f"{self.fitting} of {len(self.clips)} fit a {self.use} project"
        )
        for clip in self.clips:
            lines += _clip_lines(clip)
        return lines


def _entry_lines(entry: Credit) -> list[str]:
    heard = f"{_clips(entry.clips)}, {entry.seconds:.1f} s"
    version = f", engine version {entry.version}" if entry.version else ""
    lines = [f"{entry.name} ({entry.kind}{version}): {heard}", f"  {entry.verdict}"]
    for part in entry.parts:
        lines.append(f"  {part.part}: {part.name}: {part.licence}")
        if part.sha256:
            lines.append(f"    SHA-256 {part.sha256}")
        if part.where_stated:
            lines.append(f"    stated: {part.where_stated}")
    return [*lines, ""]


def _clip_lines(clip: MadeClip) -> list[str]:
    where = f"{clip.track}, {clip.lane}" if clip.lane else clip.track
    presets = f" and {clip.adapters}" if clip.adapters else ""
    lines = [
        f"{clip.number:4}  {clip.tc_in} - {clip.tc_out}  {clip.region}, {clip.take} ({where})",
        f"      {SYNTHETIC}: {clip.task} with {clip.model}{presets}, seed {clip.seed}; "
        f"{clip.licence}",
    ]
    if clip.prompt:
        lines.append(f"      “{clip.prompt}”")
    if clip.refusal:
        lines.append(f"      DOESN'T FIT: {clip.refusal}")
    return lines


def _clips(count: int) -> str:
    return "1 clip" if count == 1 else f"{count} clips"
