"""Another engine in place of the one a region has: one edit, with all that the other can't take."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.engines.capabilities import EngineInput, EngineTask
from prismdesk.engines.catalogue import capabilities_of
from prismdesk.project.lookup import region_of, replace_region
from prismdesk.project.model import Task
from prismdesk.session.licences import refused_takes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Project, Region

AMBIENCE = "ambience"
"""The engine that needs no weights, so that no licence forbids it."""


def with_engine(
    project: Project, region_ids: Sequence[RegionId], engine: str = AMBIENCE
) -> Project:
    """Give regions another engine; what that can't take goes: words, adapters, settings, the task.

    The takes and the choice among them stay, until there are new ones.

    Raises:
        UnsupportedError: there is no such engine.
        EditError: there is no such region.
    """
    offer = capabilities_of(engine)
    for region_id in region_ids:
        project = replace_region(project, fitted(region_of(project, region_id), offer))
    return project


def fitted(region: Region, offer: Capabilities) -> Region:
    """Return a region as an engine can make it; an engine it has already keeps its settings."""
    able = sorted(offer.tasks, key=list(EngineTask).index)
    is_able = EngineTask(region.task.value) in offer.tasks
    task = region.task if is_able or not able else Task(_nearest(able).value)
    known = {spec.name for spec in offer.settings}
    is_same = region.engine == offer.id
    return replace(
        region,
        task=task,
        engine=offer.id,
        variant=region.variant if is_same else "",
        prompt=region.prompt if EngineInput.TEXT in offer.inputs else "",
        negative_prompt=(
            region.negative_prompt if EngineInput.NEGATIVE_TEXT in offer.inputs else ""
        ),
        adapters=region.adapters if offer.takes_adapters else (),
        muted_adapters=region.muted_adapters if offer.takes_adapters else (),
        settings=tuple(one for one in region.settings if is_same and one[0] in known),
    )


def replacing_label(region_names: Sequence[str], engine: str = AMBIENCE) -> str:
    """Return the name of the step that gives regions another engine."""
    name = capabilities_of(engine).name
    if len(region_names) == 1:
        return f"Make {region_names[0]} with {name}"
    return f"Make {len(region_names)} regions with {name}"


def refused_region_ids(project: Project) -> tuple[RegionId, ...]:
    """Return the regions that sound what doesn't fit what the project is for, each once."""
    return tuple(dict.fromkeys(region.id for region, _, _ in refused_takes(project)))


def _nearest(able: Sequence[EngineTask]) -> EngineTask:
    """Return the task that comes nearest to any other: inpainting joins on both sides."""
    return EngineTask.INPAINT if EngineTask.INPAINT in able else able[0]
