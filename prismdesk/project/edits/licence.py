"""Edits of what a project may be used for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prismdesk.project.model import Project


def set_commercial(project: Project, *, is_commercial: bool) -> Project:
    """Say whether the film is to be sold: engines and exports then refuse what mustn't be."""
    return replace(project, is_commercial=is_commercial)
