"""Takes on disk: broadcast WAV, 32-bit float, that says in itself where it came from."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np

from prismdesk.engines.catalogue import variant_of
from prismdesk.engines.contract import EngineError
from prismdesk.jobs.messages import FinishedTake
from prismdesk.jobs.request_key import request_key
from prismdesk.jobs.spec import JobSpec, inside
from prismdesk.media.bext import BroadcastExtension
from prismdesk.media.content_key import content_key
from prismdesk.media.wav import WavWriter, partial_path
from prismdesk.project.ids import new_id

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.contract import Capabilities, Request, Result, Sound


def write_take(
    spec: JobSpec,
    project_folder: Path,
    *,
    index: int,
    request: Request,
    result: Result,
    capabilities: Capabilities,
) -> FinishedTake:
    """Write one sound of a result, beside and renamed, and return what is to be known of it.

    Raises:
        MediaWorkError: it can't be written.
        EngineError: the engine returned something that is no take of this request.
    """
    sound = result.sounds[index]
    _check(sound, request, capabilities)
    path = inside(project_folder, spec.take_path(index))
    path.parent.mkdir(parents=True, exist_ok=True)
    created = datetime.now(UTC)
    key = request_key(
        request, seed=sound.seed, engine=capabilities.id, engine_version=capabilities.version
    )
    take_id = new_id("take")
    licence, allows_commercial_use = _licence(spec, result, capabilities)
    about = _about(spec, sound, capabilities) | {
        "take": take_id,
        "weights": dict(result.weights),
        "licence": licence,
        "allows_commercial_use": allows_commercial_use,
        "request_key": key,
    }
    with WavWriter(
        path,
        rate_hz=spec.rate_hz,
        channels=sound.audio.shape[0],
        bext=_bext(spec, sound, capabilities, take_id=take_id, created=created),
        ixml=_ixml(spec, about),
    ) as writer:
        writer.write(sound.audio)
    return FinishedTake(
        take_id=take_id,
        path=spec.take_path(index),
        content_key=content_key(path),
        seed=sound.seed,
        channels=sound.audio.shape[0],
        length_samples=sound.audio.shape[1],
        seam_samples=sound.seam_samples,
        head_samples=sound.head_samples,
        tail_samples=sound.tail_samples,
        engine=capabilities.id,
        engine_version=capabilities.version,
        request_key=key,
        created_utc=created.isoformat(timespec="seconds").replace("+00:00", "Z"),
        notes=sound.notes,
        weights=result.weights,
        licence=licence,
        allows_commercial_use=allows_commercial_use,
        proposed_gain_db=sound.proposed_gain_db,
    )


def remove_takes(spec: JobSpec, project_folder: Path) -> None:
    """Remove whatever a job left in the takes' folder, whole or half written."""
    with suppress(OSError, ValueError):
        for index in range(spec.takes):
            path = inside(project_folder, spec.take_path(index))
            path.unlink(missing_ok=True)
            partial_path(path).unlink(missing_ok=True)


def _check(sound: Sound, request: Request, capabilities: Capabilities) -> None:
    """Hold the engine to the contract: a broken sound must not reach a lane."""
    wanted = (
        request.context.shape[0],
        sound.head_samples
        + request.region_end_samples
        - request.region_start_samples
        + sound.tail_samples,
    )
    if sound.audio.shape != wanted:
        raise EngineError(
            f"The engine {capabilities.name} returned a sound of {sound.audio.shape} "
            f"(channels, samples) where {wanted} was asked for; this is a fault of the engine."
        )
    if not np.isfinite(sound.audio).all():
        raise EngineError(
            f"The engine {capabilities.name} returned a sound with invalid samples; "
            "try another seed, and report it if that happens again."
        )


def _bext(
    spec: JobSpec, sound: Sound, capabilities: Capabilities, *, take_id: str, created: datetime
) -> BroadcastExtension:
    start_samples = (
        spec.time_reference_samples + spec.region_timeline_start_samples - sound.head_samples
    )
    # The field is ASCII: other quotation marks would become question marks.
    prompt = f', "{spec.prompt}"' if spec.prompt else ""
    variant = f", {spec.variant}" if spec.variant else ""
    made_by = f"{capabilities.id} {capabilities.version}{variant}"
    what = f"{spec.task.value} with {made_by}, seed {sound.seed}"
    return BroadcastExtension(
        description=f"{what}{prompt}",
        originator=f"PrismDesk {spec.software_version}".strip(),
        originator_reference=take_id,
        origination_date=f"{created:%Y-%m-%d}",
        origination_time=f"{created:%H:%M:%S}",
        time_reference_samples=max(0, start_samples),
        coding_history=f"A=PCM,F={spec.rate_hz},W=32,T=PrismDesk; synthetic: {capabilities.id}\r\n",
    )


def _licence(spec: JobSpec, result: Result, capabilities: Capabilities) -> tuple[str, bool]:
    """Return licence of the weights and whether it allows commercial use: of what was used."""
    offer = variant_of(capabilities, spec.variant) or capabilities
    allows = result.allows_commercial_use
    return (
        result.licence or offer.licence_weights,
        offer.allows_commercial_use if allows is None else allows,
    )


def _about(spec: JobSpec, sound: Sound, capabilities: Capabilities) -> dict[str, object]:
    """What the take was asked for, by name, as it is written into the file."""
    return {
        "region": spec.region_id,
        "engine": capabilities.id,
        "engine_version": capabilities.version,
        "software_version": spec.software_version,
        "task": spec.task.value,
        "variant": spec.variant,
        "prompt": spec.prompt,
        "negative_prompt": spec.negative_prompt,
        "seed": sound.seed,
        "settings": dict(spec.settings),
        "adapters": [list(adapter) for adapter in spec.adapters],
        "masks": list(spec.masks),
        "saw_picture": spec.picture is not None,
        "varied_take": None if spec.source is None else spec.source.take_id,
        "notes": list(sound.notes),
    }


def _ixml(spec: JobSpec, about: dict[str, object]) -> str:
    """Return iXML (gallery.co.uk, version 3): the standard's fields, and all of it as JSON.

    The standard leaves ``USER`` to the program; the JSON there reads back without loss.
    """
    root = ElementTree.Element("BWFXML")
    for name, text in (
        ("IXML_VERSION", "3.0"),
        ("PROJECT", spec.project_name),
        ("TAPE", str(about["region"])),
        ("NOTE", f"Synthetic sound: {about['task']} with {about['engine']}, seed {about['seed']}"),
        ("USER", json.dumps({"prismdesk": about}, sort_keys=True)),
    ):
        ElementTree.SubElement(root, name).text = _printable(text)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def _printable(text: str) -> str:
    """Drop the control characters that no XML may hold."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n")
