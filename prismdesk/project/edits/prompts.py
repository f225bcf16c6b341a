"""Edits of the project's table of prompts. In the drawings each line is ``name: prompt``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.project.edits.regions import (
    set_region_engine,
    set_region_prompt,
    set_region_settings,
)
from prismdesk.project.errors import EditError
from prismdesk.project.lookup import region_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import NamedPrompt, Project


def named_prompt_of(project: Project, name: str) -> NamedPrompt:
    """Return the line of the table with a name, whatever its case.

    Raises:
        EditError: there is no such line.
    """
    for line in project.prompts:
        if line.name.casefold() == name.strip().casefold():
            return line
    known = ", ".join(line.name for line in project.prompts) or "none yet"
    raise EditError(f"The prompt table has no line “{name}”; its lines are: {known}.")


def put_named_prompt(project: Project, line: NamedPrompt) -> Project:
    """Set a line: before ``rain: …``, after ``rain: heavy rain``; a new name comes last.

    Raises:
        EditError: it has no name.
    """
    name = line.name.strip()
    if not name:
        raise EditError("A line of the prompt table needs a name.")
    line = replace(line, name=name, settings=tuple(sorted(dict(line.settings).items())))
    key = name.casefold()
    if any(one.name.casefold() == key for one in project.prompts):
        prompts = tuple(line if one.name.casefold() == key else one for one in project.prompts)
    else:
        prompts = (*project.prompts, line)
    return replace(project, prompts=prompts)


def put_named_prompts(project: Project, lines: Iterable[NamedPrompt]) -> Project:
    """Set several lines, one after another, as ``put_named_prompt`` does.

    Raises:
        EditError: one has no name.
    """
    for line in lines:
        project = put_named_prompt(project, line)
    return project


def change_named_prompt(project: Project, name: str, line: NamedPrompt) -> Project:
    """Change a line where it stands, its name too: before ``rain: …``, after ``storm: …``.

    Raises:
        EditError: there is no such line, or another has the new name, or it is empty.
    """
    before = named_prompt_of(project, name)
    new_name = line.name.strip()
    if not new_name:
        raise EditError("A line of the prompt table needs a name.")
    others = (one for one in project.prompts if one is not before)
    if any(one.name.casefold() == new_name.casefold() for one in others):
        raise EditError(f"The prompt table has a line “{new_name}” already.")
    changed = replace(line, name=new_name, settings=tuple(sorted(dict(line.settings).items())))
    prompts = tuple(changed if one is before else one for one in project.prompts)
    return replace(project, prompts=prompts)


def remove_named_prompt(project: Project, name: str) -> Project:
    """Take a line away: before ``rain: …``, after none; regions that used it stay as they are.

    Raises:
        EditError: there is no such line.
    """
    line = named_prompt_of(project, name)
    return replace(project, prompts=tuple(one for one in project.prompts if one is not line))


def apply_named_prompt(project: Project, region_ids: Iterable[RegionId], name: str) -> Project:
    """Have regions ask for what a line says: before ``{....}``, after ``{....} heavy rain``.

    An engine that the line names takes the place of the region's, with the line's settings.

    Raises:
        EditError: there is no such line or region.
    """
    line = named_prompt_of(project, name)
    for region_id in region_ids:
        region = region_of(project, region_id)
        project = set_region_prompt(project, region.id, line.prompt, line.negative_prompt)
        if line.engine:
            project = set_region_engine(project, region.id, line.engine, line.variant)
            project = set_region_settings(project, region.id, dict(line.settings))
    return project
