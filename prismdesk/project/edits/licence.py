"""Edits of what a project may be used for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prismdesk.project.model import Project, ProjectUse


def set_project_use(project: Project, use: ProjectUse) -> Project:
    """Say what the film is for: engines and exports then refuse what mustn't be in it."""
    return replace(project, use=use)
