"""The record of a take: all that it takes to make it again, in its WAV and as JSON beside it.

What the project holds of a take stays the truth; the record is for whoever has the WAV alone.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal
from xml.etree import ElementTree

from pydantic import Field, TypeAdapter, ValidationError

from prismdesk.engines.capabilities import (  # noqa: TC001  (pydantic reads it at run time)
    EngineTask,
    SettingValue,
)
from prismdesk.engines.contract import MadeOn  # noqa: TC001  (pydantic reads it at run time)
from prismdesk.media.content_key import content_key
from prismdesk.media.errors import MediaError, reading, writing
from prismdesk.media.wav import read_chunks
from prismdesk.project.mask_words import mask_words
from prismdesk.project.store.durable import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.jobs.messages import FinishedTake
    from prismdesk.jobs.spec import JobSpec

FORMAT: Literal["prismdesk-take"] = "prismdesk-take"
VERSION = 1
"""Raised when a reader of before would misunderstand; new fields alone don't raise it."""

_MOST_BYTES = 16 * 2**20

Samples = Annotated[int, Field(ge=0, le=2**53)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]


@dataclass(frozen=True, slots=True, kw_only=True)
class VariedSound:
    """The sound that a variation was made from: a take's WAV, from a sample of it on."""

    take: str
    path: str
    start_samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRecord:
    """One take; positions are samples at ``rate_hz`` from the film's first picture.

    Attributes:
        format, version: of the record.
        take, region, project: ids of take and region, name of the project.
        region_name, track_number, lane_numbers: where it belongs; numbers count from 1.
        file: name of the WAV; empty inside the WAV itself.
        content_key: of the WAV; empty inside the WAV itself, which can't hold its own.
        rate_hz, channels, length_samples: of the WAV.
        time_reference_samples: from midnight to the film's first picture.
        region_start_samples, region_end_samples: what the take was made for.
        head_samples, tail_samples: what the WAV holds before and after that.
        asked_head_samples, asked_tail_samples: what was asked for.
        context_start_samples, context_end_samples: what was heard around the region.
        seam_samples: fades to lay at the region's ends.
        proposed_gain_db: would bring it to the level around it.
        created_utc: when.
        task, engine, variant, prompt, negative_prompt, seed, settings, adapters: the recipe.
        engine_version, software_version: of what made it.
        batch_seeds: of all takes computed together with it, in order; empty if it was alone.
        masks: stills in the project's folder, named by their content.
        drawn_masks: what was drawn over these, as ``project.mask_words`` writes it.
        mask_stills: both together, as stills that the engine was given; empty if nothing was drawn.
        saw_picture, film, film_content_key: whether it saw the film, and which.
        varied: the sound it is a variation of.
        again_of: id of the take that it repeats.
        weights: SHA-256 by file name.
        licence, allows_commercial_use: of the weights.
        request_key, inputs: hashes of all that the engine was given, and of what it heard and saw.
        made_on: device, numbers, libraries.
        notes: sentences of the engine.
    """

    take: str
    region: str
    rate_hz: Annotated[int, Field(ge=1, le=768_000)]
    channels: Annotated[int, Field(ge=1, le=1024)]
    length_samples: Samples
    region_start_samples: int
    region_end_samples: int
    task: EngineTask
    engine: str
    seed: Seed
    format: Literal["prismdesk-take"] = FORMAT
    version: int = VERSION
    project: str = ""
    region_name: str = ""
    track_number: int = 1
    lane_numbers: tuple[int, ...] = ()
    file: str = ""
    content_key: str = ""
    time_reference_samples: int = 0
    head_samples: Samples = 0
    tail_samples: Samples = 0
    asked_head_samples: Samples = 0
    asked_tail_samples: Samples = 0
    context_start_samples: int = 0
    context_end_samples: int = 0
    seam_samples: Samples = 0
    proposed_gain_db: float | None = None
    created_utc: str = ""
    engine_version: str = ""
    software_version: str = ""
    variant: str = ""
    prompt: str = ""
    negative_prompt: str = ""
    settings: dict[str, SettingValue] = field(default_factory=dict)
    adapters: tuple[tuple[str, float], ...] = ()
    batch_seeds: tuple[Seed, ...] = ()
    masks: tuple[str, ...] = ()
    drawn_masks: tuple[str, ...] = ()
    mask_stills: tuple[str, ...] = ()
    saw_picture: bool = False
    film: str = ""
    film_content_key: str = ""
    varied: VariedSound | None = None
    again_of: str = ""
    weights: dict[str, str] = field(default_factory=dict)
    licence: str = ""
    allows_commercial_use: bool = True
    request_key: str = ""
    inputs: dict[str, str] = field(default_factory=dict)
    made_on: MadeOn | None = None
    notes: tuple[str, ...] = ()


def record_of(spec: JobSpec, done: FinishedTake) -> TakeRecord:
    """Return the record of a take that a job has made."""
    heard_samples = max(spec.context_length_samples, spec.region_end_samples)
    start_samples, source, picture = spec.region_timeline_start_samples, spec.source, spec.picture
    return TakeRecord(
        take=done.take_id,
        region=spec.region_id,
        region_name=spec.region_name,
        project=spec.project_name,
        track_number=spec.track_number,
        lane_numbers=spec.lane_numbers,
        content_key=done.content_key,
        rate_hz=spec.rate_hz,
        channels=done.channels,
        length_samples=done.length_samples,
        time_reference_samples=spec.time_reference_samples,
        region_start_samples=start_samples,
        region_end_samples=start_samples + spec.region_length_samples,
        head_samples=done.head_samples,
        tail_samples=done.tail_samples,
        asked_head_samples=spec.head_samples,
        asked_tail_samples=spec.tail_samples,
        context_start_samples=spec.context_start_samples,
        context_end_samples=spec.context_start_samples + heard_samples,
        seam_samples=done.seam_samples,
        proposed_gain_db=done.proposed_gain_db,
        created_utc=done.created_utc,
        task=spec.task,
        engine=done.engine,
        engine_version=done.engine_version,
        software_version=spec.software_version,
        variant=spec.variant,
        prompt=spec.prompt,
        negative_prompt=spec.negative_prompt,
        seed=done.seed,
        settings=dict(spec.settings) | dict(done.settings_used),
        adapters=spec.adapters,
        batch_seeds=done.batch_seeds,
        masks=spec.masks,
        drawn_masks=tuple(mask_words(mask) for mask in spec.drawn_masks),
        mask_stills=spec.mask_stills,
        saw_picture=picture is not None,
        film="" if picture is None else picture.path,
        film_content_key="" if picture is None else picture.content_key,
        varied=None
        if source is None
        else VariedSound(take=source.take_id, path=source.path, start_samples=source.start_samples),
        again_of=spec.again_of,
        weights=dict(done.weights),
        licence=done.licence,
        allows_commercial_use=done.allows_commercial_use,
        request_key=done.request_key,
        inputs=dict(done.inputs),
        made_on=done.made_on,
        notes=done.notes,
    )


def record_path(wav: Path) -> Path:
    """Return where the JSON of a take lies: beside the WAV, of the same name."""
    return wav.with_suffix(".json")


def ixml_of(record: TakeRecord) -> str:
    """Return iXML (gallery.co.uk, version 3): the standard's fields, and all of it as JSON.

    The standard leaves ``USER`` to the program; the JSON there reads back without loss.
    """
    root = ElementTree.Element("BWFXML")
    note = f"Synthetic sound: {record.task.value} with {record.engine}, seed {record.seed}"
    for name, text in (
        ("IXML_VERSION", "3.0"),
        ("PROJECT", record.project),
        ("TAPE", record.region),
        ("NOTE", note),
        ("USER", json.dumps({"prismdesk": _plain(record)})),
    ):
        ElementTree.SubElement(root, name).text = _printable(text)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def write_beside(wav: Path, record: TakeRecord) -> None:
    """Write the JSON beside a take's WAV that is there already, in one step.

    Raises:
        MediaWorkError: the disk refused.
    """
    whole = replace(record, file=wav.name, content_key=record.content_key or content_key(wav))
    path = record_path(wav)
    with writing(path):
        write_atomically(path, json.dumps(_plain(whole), indent=1).encode() + b"\n")


def read_beside(wav: Path) -> TakeRecord:
    """Return the record in the JSON beside a take's WAV.

    Raises:
        MediaError: it is missing, damaged, or of a newer program.
    """
    path = record_path(wav)
    with reading(path), path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    return _checked(data, path)


def read_inside(wav: Path) -> TakeRecord:
    """Return the record that a take's WAV holds itself.

    Raises:
        MediaError: it holds none, or one that can't be read.
    """
    ixml = read_chunks(wav).ixml or ""
    told: Any = None
    # The expat of today refuses expanding entities, and ours holds none at all.
    if "<!" not in ixml:
        with suppress(ElementTree.ParseError, ValueError, RecursionError):
            told = json.loads(ElementTree.fromstring(ixml).findtext("USER") or "")["prismdesk"]
    if not isinstance(told, dict):
        raise MediaError(f"{wav.name} is no take of PrismDesk: it says nothing of how it was made.")
    return _checked(json.dumps(told).encode(), wav)


def read_record(wav: Path) -> TakeRecord:
    """Return a take's record, from the WAV itself, else from the JSON beside it.

    Raises:
        MediaError: there is neither, or the WAV can't be read.
    """
    try:
        return replace(read_inside(wav), file=wav.name, content_key=content_key(wav))
    except MediaError as error:
        try:
            beside = read_beside(wav)
        except MediaError:
            raise error from None
        return replace(beside, file=wav.name, content_key=content_key(wav))


def _plain(record: TakeRecord) -> dict[str, Any]:
    plain: dict[str, Any] = _form().dump_python(record, mode="json")
    return {"format": plain.pop("format"), "version": plain.pop("version")} | plain


def _checked(data: bytes, path: Path) -> TakeRecord:
    try:
        record = _form().validate_json(data) if len(data) <= _MOST_BYTES else None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "it"
        raise MediaError(
            f"The record in {path.name} can't be read: {where}: {first['msg']}."
        ) from None
    if record is None or record.version > VERSION:
        raise MediaError(f"The record in {path.name} was written by a newer PrismDesk.")
    return record


def _printable(text: str) -> str:
    """Drop the control characters that no XML may hold."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n")


# Made when it is first of use: pydantic takes longer for it than Python for the module.
@cache
def _form() -> TypeAdapter[TakeRecord]:
    return TypeAdapter(TakeRecord)
