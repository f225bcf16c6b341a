"""What an export tells about the takes that sound in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.media.mixdown import sounding_takes
from prismdesk.project.mask_words import mask_words

if TYPE_CHECKING:
    from prismdesk.project.model import Project, Region, Take
    from prismdesk.project.timebase import SampleRange

JsonRecord = dict[str, object]

SYNTHETIC = "synthetic"
"""The label that machine-made sound carries in all that leaves the program."""


def take_records(project: Project, span: SampleRange) -> tuple[JsonRecord, ...]:
    """Return a plain record of each take heard in the span: where it lies and how it was made."""
    return tuple(take_record(region, take) for region, take in sounding_takes(project, span))


def take_record(region: Region, take: Take) -> JsonRecord:
    """Return everything that made a take, by name, with where it lies."""
    made = take.provenance
    return {
        "label": SYNTHETIC,
        "region": region.id,
        "region_name": region.name,
        "start_samples": region.range.start_samples,
        "end_samples": region.range.end_samples,
        "take": take.id,
        "take_name": take.name,
        "content_key": take.content_key,
        "task": made.task.value,
        "engine": made.engine,
        "engine_version": made.engine_version,
        "software_version": made.software_version,
        "variant": made.variant,
        "prompt": made.prompt,
        "negative_prompt": made.negative_prompt,
        "seed": made.seed,
        "settings": dict(made.settings),
        "adapters": [list(adapter) for adapter in made.adapters],
        "saw_picture": made.saw_picture,
        "masks": list(made.masks),
        "drawn_masks": [mask_words(mask) for mask in made.drawn_masks],
        "mask_stills": list(made.mask_stills),
        "varied_take": made.varied_take_id or None,
        "weights": [list(weight) for weight in made.weights],
        "licence": made.licence,
        "allows_commercial_use": made.allows_commercial_use,
        "request_key": made.request_key,
        "created_utc": take.created_utc,
    }
