"""Takes on disk: broadcast WAV, 32-bit float, that says in itself where it came from.

Beside it lies the same as JSON: see ``jobs.take_record``.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.engines.catalogue import variant_of
from prismdesk.engines.errors import EngineError
from prismdesk.jobs.messages import FinishedTake
from prismdesk.jobs.request_key import input_keys, request_key
from prismdesk.jobs.spec import JobSpec, inside
from prismdesk.jobs.take_record import ixml_of, record_of, record_path, write_beside
from prismdesk.media.bext import BroadcastExtension
from prismdesk.media.content_key import content_key
from prismdesk.media.wav import WavWriter, partial_path
from prismdesk.project.ids import new_id
from prismdesk.project.instants import utc_text

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.engines.contract import Result
    from prismdesk.engines.request import Request
    from prismdesk.engines.sound import Sound


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
    _check(result.sounds[index], request, capabilities)
    path = inside(project_folder, spec.take_path(index))
    path.parent.mkdir(parents=True, exist_ok=True)
    created = datetime.now(UTC)
    take = _facts_of(spec, index, request, result, capabilities, created)
    with WavWriter(
        path,
        rate_hz=spec.rate_hz,
        channels=take.channels,
        bext=_bext(spec, take, created=created),
        ixml=ixml_of(record_of(spec, take)),
    ) as writer:
        writer.write(result.sounds[index].audio)
    take = replace(take, content_key=content_key(path))
    write_beside(path, record_of(spec, take))
    return take


def _facts_of(
    spec: JobSpec,
    index: int,
    request: Request,
    result: Result,
    capabilities: Capabilities,
    created: datetime,
) -> FinishedTake:
    """Return what is known of a take before its file is there."""
    sound = result.sounds[index]
    licence, allows_commercial_use = _licence(spec, result, capabilities)
    return FinishedTake(
        take_id=new_id("take"),
        path=spec.take_path(index),
        content_key="",
        seed=sound.seed,
        channels=sound.audio.shape[0],
        length_samples=sound.audio.shape[1],
        seam_samples=sound.seam_samples,
        head_samples=sound.head_samples,
        tail_samples=sound.tail_samples,
        engine=capabilities.id,
        engine_version=capabilities.version,
        request_key=request_key(
            _as_made(request, sound),
            seed=sound.seed,
            engine=capabilities.id,
            engine_version=capabilities.version,
        ),
        created_utc=utc_text(created),
        notes=sound.notes,
        weights=result.weights,
        licence=licence,
        allows_commercial_use=allows_commercial_use,
        proposed_gain_db=sound.proposed_gain_db,
        settings_used=sound.settings_used,
        made_on=result.made_on,
        batch_seeds=sound.batch_seeds,
        inputs=input_keys(request),
    )


def _as_made(request: Request, sound: Sound) -> Request:
    """Return the request that would have given the sound as it is."""
    return replace(request, settings=request.settings | dict(sound.settings_used))


def remove_takes(spec: JobSpec, project_folder: Path) -> None:
    """Remove whatever a job left in the takes' folder, whole or half written."""
    with suppress(OSError, ValueError):
        for index in range(spec.takes):
            path = inside(project_folder, spec.take_path(index))
            for file in (path, record_path(path)):
                file.unlink(missing_ok=True)
                partial_path(file).unlink(missing_ok=True)


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


def _bext(spec: JobSpec, take: FinishedTake, *, created: datetime) -> BroadcastExtension:
    start_samples = (
        spec.time_reference_samples + spec.region_timeline_start_samples - take.head_samples
    )
    # The field is ASCII: other quotation marks would become question marks.
    prompt = f', "{spec.prompt}"' if spec.prompt else ""
    variant = f", {spec.variant}" if spec.variant else ""
    made_by = f"{take.engine} {take.engine_version}{variant}"
    what = f"{spec.task.value} with {made_by}, seed {take.seed}"
    return BroadcastExtension(
        description=f"{what}{prompt}",
        originator=f"PrismDesk {spec.software_version}".strip(),
        originator_reference=take.take_id,
        origination_date=f"{created:%Y-%m-%d}",
        origination_time=f"{created:%H:%M:%S}",
        time_reference_samples=max(0, start_samples),
        coding_history=f"A=PCM,F={spec.rate_hz},W=32,T=PrismDesk; synthetic: {take.engine}\r\n",
    )


def _licence(spec: JobSpec, result: Result, capabilities: Capabilities) -> tuple[str, bool]:
    """Return licence of the weights and whether it allows commercial use: of what was used."""
    offer = variant_of(capabilities, spec.variant) or capabilities
    allows = result.allows_commercial_use
    return (
        result.licence or offer.licence_weights,
        offer.allows_commercial_use if allows is None else allows,
    )
