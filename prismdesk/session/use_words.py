"""What a project is for, in words that window and command line share."""

from __future__ import annotations

from prismdesk.project.model import ProjectUse

USE_NAMES = {
    ProjectUse.PERSONAL: "Personal",
    ProjectUse.NON_COMMERCIAL: "Non-commercial",
    ProjectUse.COMMERCIAL: "Commercial",
}


def use_label(use: ProjectUse) -> str:
    """Return the name of the step that says what a project is for."""
    return f"Mark as {use.value}"
