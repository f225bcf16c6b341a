"""Edits of buses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.project.edits.arguments import finite_gain
from prismdesk.project.lookup import bus_of, replace_bus

if TYPE_CHECKING:
    from prismdesk.project.ids import BusId
    from prismdesk.project.model import Project


def set_bus_gain(project: Project, bus_id: BusId, gain_db: float) -> Project:
    """Set a bus's gain in dB: before ``FX at 0 dB``, after ``FX at -3 dB``.

    Raises:
        EditError: there is no such bus, or the gain is no finite number.
    """
    return replace_bus(project, replace(bus_of(project, bus_id), gain_db=finite_gain(gain_db)))


def mute_bus(project: Project, bus_id: BusId, is_muted: bool) -> Project:
    """Mute or unmute a bus: before ``DX, FX``, after ``DX, (FX)``.

    Raises:
        EditError: there is no such bus.
    """
    return replace_bus(project, replace(bus_of(project, bus_id), is_muted=is_muted))
