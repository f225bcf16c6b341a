"""What is heard of a region's takes, as a variant of the project. No Qt."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from prismdesk.project.edits import choose_take, clear_choice
from prismdesk.project.errors import EditError
from prismdesk.project.lookup import region_of, replace_region

if TYPE_CHECKING:
    from prismdesk.project.ids import RegionId, TakeId
    from prismdesk.project.model import Project, Region, Take


class Hear(Enum):
    """What is heard where it is no particular take."""

    AS_CHOSEN = auto()
    NO_TAKE = auto()


Heard = Hear | str
"""A take's id, or one of ``Hear``."""


def chosen_take_of(region: Region) -> Take | None:
    """Return the take that is heard over the region; None if none is, or several."""
    ids = {segment.take_id for segment in region.comp}
    takes = [take for take in region.takes if take.id in ids]
    return takes[0] if len(takes) == 1 else None


def auditioned(
    project: Project, region_id: RegionId, heard: Heard, gains_db: dict[TakeId, float]
) -> Project:
    """Return the project as it is to be heard; the value given stays as it is.

    Args:
        project: what is edited.
        region_id: the region whose takes are compared.
        heard: what to hear in it.
        gains_db: added to the gains of its takes.
    """
    try:
        region = region_of(project, region_id)
        if gains_db:
            takes = tuple(
                replace(take, gain_db=take.gain_db + gains_db.get(take.id, 0.0))
                for take in region.takes
            )
            project = replace_region(project, replace(region, takes=takes))
        if heard is Hear.NO_TAKE:
            return clear_choice(project, region_id)
        if isinstance(heard, str):
            return choose_take(project, _take_id(region, heard))
    except EditError:
        # The take or its region has gone: what the project says is heard.
        return project
    return project


def _take_id(region: Region, wanted: str) -> TakeId:
    for take in region.takes:
        if take.id == wanted:
            return take.id
    raise EditError(f'There is no take "{wanted}".')
