"""What a region that is marked by hand is most likely for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.catalogue import capabilities_of, engines_that_can
from prismdesk.engines.errors import UnsupportedError
from prismdesk.project.edits.regions import (
    set_region_engine,
    set_region_prompt,
    set_region_settings,
    set_region_task,
)
from prismdesk.project.ids import RegionId, new_id
from prismdesk.project.lookup import lane_of
from prismdesk.project.model import Region, Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.avoiding import avoided_at_first
from prismdesk.session.preferences import KeptRecipe, Preferences
from prismdesk.session.refusals import refusal, why_not
from prismdesk.session.wishes import next_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.project.ids import LaneId
    from prismdesk.project.model import Project, SettingValue, Track
    from prismdesk.session.preferences import PreferencesFile

_OF_ONE_REGION = frozenset({"strength", "stop_at_step"})
"""Settings that were meant for the region at hand, and aren't what the next begins with."""

NEAR_SECONDS = 1.0
"""How far around a region sound is still something to mend from."""


def likely_task(project: Project, lane_ids: Iterable[LaneId], span: SampleRange) -> Task:
    """Return what a stretch of some lanes is most likely marked for.

    Continue where a clip ends just where it starts and nothing comes after inside it; inpaint
    where there is sound in it or within a second of it; else generate.
    """
    clips = [clip.range for lane_id in lane_ids for clip in lane_of(project, lane_id).clips]
    has_sound = any(clip.overlaps(span) for clip in clips)
    if not has_sound and any(clip.end_samples == span.start_samples for clip in clips):
        return Task.CONTINUE
    near = round(NEAR_SECONDS * project.rate_hz)
    around = SampleRange(max(0, span.start_samples - near), span.end_samples + near)
    is_near = any(clip.overlaps(around) for clip in clips)
    return Task.INPAINT if is_near else Task.GENERATE


def new_region(
    project: Project,
    track: Track,
    lane_ids: Iterable[LaneId],
    span: SampleRange,
    *,
    task: Task | None = None,
    preferences: Preferences | None = None,
) -> Region:
    """Return a region for a task, with a name and what the last one for that task was made by.

    Args:
        project: what it will be added to; counts the name.
        track: where it will lie.
        lane_ids: on which of the track's lanes; those of other tracks are left out, and the
            first lane is taken if none is left.
        span: from when to when.
        task: what it is for; None takes ``likely_task``.
        preferences: know what made sound last, and what effects shall avoid.
    """
    wanted = frozenset(lane_ids)
    lanes = tuple(lane.id for lane in track.lanes if lane.id in wanted) or (track.lanes[0].id,)
    task = task or likely_task(project, lanes, span)
    region = Region(
        id=RegionId(new_id("region")),
        track_id=track.id,
        lane_ids=lanes,
        range=span,
        task=task,
        name=next_name(project, task),
    )
    return begun(project, region, preferences or Preferences())


def begun(project: Project, region: Region, preferences: Preferences) -> Region:
    """Return a region with the engine, variant and settings that its task was made by last.

    Where that can't be had, or nothing was made yet, with the first engine that can do the task
    and is there to do it. What effects shall avoid is set too, if nothing is yet.
    """
    recipe = preferences.recipes.get(region.task.value)
    chosen = None if recipe is None else _recalled(project, region, recipe)
    if chosen is None:
        able = engines_that_can(EngineTask(region.task.value))
        offers = [replace(region, engine=offer.id, variant="", settings=()) for offer in able] or [
            region
        ]
        chosen = next(
            (one for one in offers if one.engine and not refusal(project, one)), offers[0]
        )
    if chosen.negative_prompt:
        return chosen
    engine = capabilities_of(chosen.engine) if chosen.engine else None
    usual = preferences.avoid_at_first
    avoid = avoided_at_first(project, chosen.track_id, chosen.task, engine, usual)
    return replace(chosen, negative_prompt=avoid)


def with_task(project: Project, region: Region, task: Task, preferences: Preferences) -> Project:
    """Return the project with a region for another task; its engine too, if it can't do that.

    Raises:
        EditError: there is no such region.
    """
    project = set_region_task(project, region.id, task)
    if region.engine and not why_not(region.engine, EngineTask(task.value)):
        return project
    chosen = begun(project, replace(region, task=task), preferences)
    project = set_region_engine(project, region.id, chosen.engine, chosen.variant)
    project = set_region_settings(project, region.id, dict(chosen.settings))
    return set_region_prompt(project, region.id, chosen.prompt, chosen.negative_prompt)


def remember_recipe(file: PreferencesFile, region: Region) -> None:
    """Note what makes a region's sound: the next region for its task begins with that.

    Raises:
        WorkError: the preferences can't be written; they hold all the same.
    """
    settings = {name: value for name, value in region.settings if name not in _OF_ONE_REGION}
    recipe = KeptRecipe(engine=region.engine, variant=region.variant, settings=settings)
    file.change(recipes={**file.now.recipes, region.task.value: recipe})


def _recalled(project: Project, region: Region, recipe: KeptRecipe) -> Region | None:
    """Return the region as the recipe has it; None if it can't be made so here and now."""
    try:
        engine = capabilities_of(recipe.engine)
    except UnsupportedError:
        return None
    known = {variant.id for variant in engine.variants}
    wanted = replace(
        region,
        engine=engine.id,
        variant=recipe.variant if recipe.variant in known else "",
        settings=tuple(sorted(_fitting(engine, recipe.settings).items())),
    )
    return None if refusal(project, wanted) else wanted


def _fitting(engine: Capabilities, settings: dict[str, SettingValue]) -> dict[str, SettingValue]:
    """Return the settings that an engine has still, of the type it takes."""
    specs = {spec.name: spec for spec in engine.settings}
    return {
        name: value
        for name, value in settings.items()
        if name in specs
        and isinstance(value, type(specs[name].default))
        and isinstance(value, bool) is isinstance(specs[name].default, bool)
    }
