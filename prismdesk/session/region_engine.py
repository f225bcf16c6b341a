"""Which engine makes a region that names none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.catalogue import engines_that_can
from prismdesk.session.replacing import AMBIENCE

if TYPE_CHECKING:
    from prismdesk.project.model import Region


def engine_of(region: Region) -> str:
    """Return the id of the engine that a region is made by."""
    return region.engine or first_engine(region)


def first_engine(region: Region) -> str:
    """Return the id of the engine that a region without one gets."""
    able = engines_that_can(EngineTask(region.task.value))
    return able[0].id if able else AMBIENCE
