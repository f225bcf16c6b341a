"""The record of a take becomes a take of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.project.ids import TakeId
from prismdesk.project.model import MadeOn, Provenance, Take, Task
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from prismdesk.engines import contract
    from prismdesk.jobs.take_record import TakeRecord
    from prismdesk.project.picture_mask import DrawnMask


def take_of_record(
    record: TakeRecord,
    *,
    name: str,
    path: str,
    drawn_masks: tuple[DrawnMask, ...] = (),
    moved_by_samples: int = 0,
) -> Take:
    """Return a take of the project.

    Args:
        record: of the take.
        name: how it is called.
        path: of its WAV, relative to the project's folder.
        drawn_masks: those of the record, as values.
        moved_by_samples: how far its region lies from what it was made for.

    Raises:
        ValueError: the record's positions are no ranges.
    """
    made_for = SampleRange(record.region_start_samples, record.region_end_samples)
    return Take(
        id=TakeId(record.take),
        name=name,
        path=path,
        content_key=record.content_key,
        region=made_for.shifted(moved_by_samples),
        head_samples=record.head_samples,
        tail_samples=record.tail_samples,
        channels=record.channels,
        seam_samples=record.seam_samples,
        created_utc=record.created_utc,
        note=" ".join(record.notes),
        proposed_gain_db=record.proposed_gain_db,
        provenance=_provenance(record, made_for, drawn_masks),
    )


def _provenance(
    record: TakeRecord, made_for: SampleRange, drawn_masks: tuple[DrawnMask, ...]
) -> Provenance:
    varied = record.varied
    return Provenance(
        engine=record.engine,
        engine_version=record.engine_version,
        software_version=record.software_version,
        task=Task(record.task.value),
        seed=record.seed,
        variant=record.variant,
        prompt=record.prompt,
        negative_prompt=record.negative_prompt,
        settings=tuple(sorted(record.settings.items())),
        adapters=record.adapters,
        saw_picture=record.saw_picture,
        masks=record.masks,
        drawn_masks=drawn_masks,
        mask_stills=record.mask_stills,
        varied_take_id="" if varied is None else varied.take,
        weights=tuple(record.weights.items()),
        licence=record.licence,
        allows_commercial_use=record.allows_commercial_use,
        context=SampleRange(record.context_start_samples, record.context_end_samples),
        request_key=record.request_key,
        inputs=tuple(record.inputs.items()),
        made_for=made_for,
        asked_head_samples=record.asked_head_samples,
        asked_tail_samples=record.asked_tail_samples,
        batch_seeds=record.batch_seeds,
        varied_path="" if varied is None else varied.path,
        varied_start_samples=0 if varied is None else varied.start_samples,
        again_of_take_id=record.again_of,
        made_on=None if record.made_on is None else _made_on(record.made_on),
    )


def _made_on(told: contract.MadeOn) -> MadeOn:
    return MadeOn(
        device=told.device,
        precision=told.precision,
        libraries=told.libraries,
        at_once=told.at_once,
    )
