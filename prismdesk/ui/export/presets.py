"""What is exported as a rule: presets that ship, and those of the user. No Qt."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from prismdesk.media.export import SoundCodec
from prismdesk.session.delivery import DeliveryKind

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_KEPT = 50
_MAX_NAME_CHARACTERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPreset:
    """Settings under a name. ``ending`` is that of the file, with its dot."""

    name: str
    about: str
    kind: DeliveryKind
    ending: str = ".wav"
    codec: SoundCodec | None = None
    keep_original: bool = True
    writes_report: bool = True
    writes_timeline: bool = False
    suffix: str = ""

    def file_name(self, project_name: str) -> str:
        """Return what a file of this preset is called: ``Pier festival.mov``."""
        return f"{project_name}{' ' + self.suffix if self.suffix else ''}{self.ending}"


BUILT_IN = (
    ExportPreset(
        name="Festival master",
        about="Picture copied, 24-bit PCM",
        kind=DeliveryKind.FILM,
        ending=".mov",
        codec=SoundCodec.PCM_24,
        suffix="festival",
    ),
    ExportPreset(
        name="Review copy",
        about="Picture copied, AAC",
        kind=DeliveryKind.FILM,
        ending=".mp4",
        codec=SoundCodec.AAC,
        keep_original=False,
        writes_report=False,
        suffix="review",
    ),
    ExportPreset(
        name="Stems for the mix",
        about="32-bit float WAV per bus",
        kind=DeliveryKind.STEMS,
        suffix="stem",
        writes_timeline=True,
    ),
    ExportPreset(
        name="Regions as WAV",
        about="One file each, time-stamped",
        kind=DeliveryKind.REGIONS,
        suffix="region",
        writes_report=False,
    ),
    ExportPreset(
        name="Sound only",
        about="The mix, 32-bit float WAV",
        kind=DeliveryKind.SOUND,
        suffix="mix",
    ),
)


def to_record(preset: ExportPreset) -> dict[str, Any]:
    """Return a preset as the preferences keep it."""
    return asdict(preset)


def from_records(records: object) -> tuple[ExportPreset, ...]:
    """Return the presets that can be read; what can't be is left out."""
    found = [_read(record) for record in records] if isinstance(records, list | tuple) else []
    return tuple(preset for preset in found if preset is not None)[:MOST_KEPT]


def with_preset(presets: Iterable[ExportPreset], added: ExportPreset) -> tuple[ExportPreset, ...]:
    """Return the presets with one more, in place of one of the same name."""
    return (*(preset for preset in presets if preset.name != added.name), added)[-MOST_KEPT:]


def fit_name(text: str) -> str:
    """Return a preset's name as typed, without what can't be shown; empty if nothing is left."""
    shown = "".join(character for character in text if character.isprintable())
    return shown.strip()[:_MAX_NAME_CHARACTERS]


def _read(record: object) -> ExportPreset | None:
    if not isinstance(record, dict):
        return None
    try:
        codec = record.get("codec")
        return ExportPreset(
            name=fit_name(str(record["name"])) or "Untitled",
            about=fit_name(str(record.get("about", ""))),
            kind=DeliveryKind(record["kind"]),
            ending=str(record["ending"])[:10],
            codec=None if codec is None else SoundCodec(codec),
            keep_original=bool(record.get("keep_original", True)),
            writes_report=bool(record.get("writes_report", True)),
            writes_timeline=bool(record.get("writes_timeline", False)),
            suffix=fit_name(str(record.get("suffix", ""))),
        )
    except (KeyError, ValueError):
        return None
