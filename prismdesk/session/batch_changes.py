"""What has changed about the regions of a batch since it began."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.project.model import RegionStatus
from prismdesk.session.batches import asked_parts, with_engine

if TYPE_CHECKING:
    from prismdesk.jobs.batch_records import BatchEntry
    from prismdesk.project.model import Region
    from prismdesk.session.batches import SessionNow

_PART_WORDS = {
    "place": "it was moved or trimmed",
    "task": "its task was changed",
    "prompt": "its prompt was edited",
    "engine": "another engine was chosen",
    "settings": "its settings were changed",
    "picture": "what it sees of the picture was changed",
}


def with_engine_of(entry: BatchEntry, region: Region, now: SessionNow) -> Region:
    """Return a region as an entry has it made; one that chose another engine has that."""
    if region.engine:
        return with_engine(region, now.refusal)
    return replace(region, engine=entry.engine, variant=entry.variant)


def why_needless(region: Region | None) -> str:
    """Say why a region of a batch needn't be made any more; empty if it still has to be."""
    if region is None:
        return "The region was removed after the batch began."
    if region.status is RegionStatus.DONE:
        return "It was marked as done after the batch began."
    return ""


def what_changed(entry: BatchEntry, region: Region) -> str:
    """Say what a region asks for in another way than when it was planned; empty for nothing."""
    asked = dict(entry.asked)
    changed = [part for part, value in asked_parts(region) if asked.get(part, value) != value]
    return " and ".join(_PART_WORDS[part] for part in changed)
