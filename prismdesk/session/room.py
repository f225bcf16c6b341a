"""Room on the project's disk for what is about to be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.catalogue import capabilities_of
from prismdesk.jobs.made_sound import free_bytes
from prismdesk.media.errors import NoRoomError
from prismdesk.project.lookup import track_of
from prismdesk.session.model_words import size_words

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Project, Region

_SAMPLE_BYTES = 4
_TAKE_HEADER_BYTES = 64 << 10


def needed_bytes(project: Project, region: Region, takes: int, handle_samples: int = 0) -> int:
    """Return how much room a region's takes need on the disk, and the sound stored with the job.

    Raises:
        UnsupportedError: there is no such engine.
    """
    channels = track_of(project, region.track_id).layout.channels * max(1, len(region.lane_ids))
    length = region.range.length_samples
    around = 2 * round(capabilities_of(region.engine).context_seconds * project.rate_hz)
    take_bytes = (length + 2 * handle_samples) * channels * _SAMPLE_BYTES + _TAKE_HEADER_BYTES
    return takes * take_bytes + (length + around) * channels * _SAMPLE_BYTES


def check_room(
    folder: Path, project: Project, region: Region, takes: int, handle_samples: int = 0
) -> None:
    """Do nothing if a project's disk has room for a region's takes, or can't say.

    Raises:
        NoRoomError: it has not; the sentence gives the figures.
        UnsupportedError: there is no such engine.
    """
    needed, free = needed_bytes(project, region, takes, handle_samples), free_bytes(folder)
    if 0 <= free < needed:
        raise NoRoomError(
            f"No more room on the disk: {size_words(needed)} are needed for "
            f"“{region.name or region.id}”, {size_words(free)} are free."
        )
