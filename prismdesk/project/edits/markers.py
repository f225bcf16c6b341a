"""Edits of markers. In the drawings ``v`` is a marker on the timeline."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.project.edits.arguments import unused_id, valid_position
from prismdesk.project.lookup import marker_of, replace_marker

if TYPE_CHECKING:
    from prismdesk.project.ids import MarkerId
    from prismdesk.project.model import Marker, Project


def add_marker(project: Project, marker: Marker) -> Project:
    """Set a marker: before ``......``, after ``..v...``.

    Raises:
        EditError: its id is used or its position lies before the film.
    """
    unused_id(project, marker.id)
    valid_position(marker.position_samples)
    return replace(project, markers=(*project.markers, marker))


def move_marker(project: Project, marker_id: MarkerId, position_samples: int) -> Project:
    """Move a marker: before ``..v...``, after ``....v.``.

    Raises:
        EditError: there is no such marker, or the position lies before the film.
    """
    valid_position(position_samples)
    marker = marker_of(project, marker_id)
    return replace_marker(project, replace(marker, position_samples=position_samples))


def rename_marker(project: Project, marker_id: MarkerId, name: str) -> Project:
    """Name a marker: before ``v``, after ``v door slams``.

    Raises:
        EditError: there is no such marker.
    """
    return replace_marker(project, replace(marker_of(project, marker_id), name=name))


def set_marker_colour(project: Project, marker_id: MarkerId, colour: str) -> Project:
    """Colour a marker: before ``v``, after ``v (red)``.

    Raises:
        EditError: there is no such marker.
    """
    return replace_marker(project, replace(marker_of(project, marker_id), colour=colour))


def remove_marker(project: Project, marker_id: MarkerId) -> Project:
    """Take a marker away: before ``..v...``, after ``......``.

    Raises:
        EditError: there is no such marker.
    """
    marker_of(project, marker_id)
    kept = tuple(marker for marker in project.markers if marker.id != marker_id)
    return replace(project, markers=kept)
