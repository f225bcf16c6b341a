"""What a take was made by, to be used again: as a command line, as JSON, on another region."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.capabilities import EngineInput, EngineTask
from prismdesk.engines.catalogue import capabilities_of
from prismdesk.errors import PrismDeskError
from prismdesk.project.edits.masks import set_drawn_masks, set_masks_used
from prismdesk.project.edits.regions import (
    set_region_adapters,
    set_region_engine,
    set_region_masks,
    set_region_picture,
    set_region_prompt,
    set_region_seed,
    set_region_settings,
)
from prismdesk.project.lookup import region_of_take, track_of
from prismdesk.project.mask_words import mask_words
from prismdesk.project.model import Task
from prismdesk.session.refusals import why_not

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Project, Region, Settings, SettingValue, Take
    from prismdesk.project.picture_mask import DrawnMask

_COMMANDS = {Task.GENERATE: "generate", Task.INPAINT: "fill", Task.CONTINUE: "extend"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What made a take, without where it lies.

    Attributes:
        name: of the take.
        task: what was wanted.
        engine, variant, prompt, negative_prompt, settings, adapters, seed: as in ``Region``.
        sees_picture, masks, drawn_masks: where in the film was looked; masks are stills in the
            project's folder.
    """

    name: str
    task: Task
    engine: str
    variant: str
    prompt: str
    negative_prompt: str
    settings: Settings
    adapters: tuple[tuple[str, float], ...]
    seed: int
    sees_picture: bool
    masks: tuple[str, ...]
    drawn_masks: tuple[DrawnMask, ...]

    @property
    def has_masks(self) -> bool:
        """Whether it says where in the picture to listen."""
        return bool(self.masks or self.drawn_masks)


def recipe_of(take: Take) -> Recipe:
    """Return what made a take."""
    made = take.provenance
    return Recipe(
        name=take.name,
        task=made.task,
        engine=made.engine,
        variant=made.variant,
        prompt=made.prompt,
        negative_prompt=made.negative_prompt,
        settings=made.settings,
        adapters=made.adapters,
        seed=made.seed,
        # An engine without eyes leaves open whether the next one is to look.
        sees_picture=made.saw_picture or not _can_look(made.engine),
        masks=made.masks,
        drawn_masks=made.drawn_masks,
    )


def recipe_json(take: Take) -> dict[str, object]:
    """Return what made a take, and its handles, as JSON values under the options' names."""
    recipe, made = recipe_of(take), take.provenance
    return {
        "task": recipe.task.value,
        "engine": recipe.engine,
        "engine_version": made.engine_version,
        "variant": recipe.variant,
        "prompt": recipe.prompt,
        "negative_prompt": recipe.negative_prompt,
        "seed": recipe.seed,
        "batch_seeds": list(made.batch_seeds),
        "settings": dict(recipe.settings),
        "adapters": [{"name": name, "strength": strength} for name, strength in recipe.adapters],
        "picture": recipe.sees_picture,
        "masks": list(recipe.masks),
        "mask_shapes": [mask_words(mask) for mask in recipe.drawn_masks],
        "handles_samples": _handles_of(take),
        "varied_take": made.varied_take_id or None,
    }


def why_not_for(region: Region, recipe: Recipe) -> str:
    """Say in a sentence why a recipe can't be used on a region; empty if it can."""
    try:
        return why_not(recipe.engine, EngineTask(region.task.value))
    except PrismDeskError as error:
        return str(error)


def apply_recipe(
    project: Project,
    region_id: RegionId,
    recipe: Recipe,
    *,
    with_seed: bool = False,
    with_masks: bool = True,
) -> Project:
    """Have a region made by a recipe: before ``ambience``, after ``selva, "rain", steps 50``.

    Its task, place, name and takes stay.

    Args:
        project: the project.
        region_id: which region.
        recipe: of a take of this project.
        with_seed: the same seed too, not one by chance.
        with_masks: the same masks of the picture too; without, the region keeps its own.

    Raises:
        EditError: there is no such region.
    """
    project = set_region_engine(project, region_id, recipe.engine, recipe.variant)
    project = set_region_prompt(project, region_id, recipe.prompt, recipe.negative_prompt)
    project = set_region_settings(project, region_id, dict(recipe.settings))
    project = set_region_adapters(project, region_id, recipe.adapters, all_sound=True)
    project = set_region_picture(project, region_id, sees_picture=recipe.sees_picture)
    project = set_region_seed(project, region_id, recipe.seed if with_seed else None)
    if not with_masks:
        return project
    project = set_region_masks(project, region_id, recipe.masks)
    project = set_drawn_masks(project, region_id, recipe.drawn_masks)
    return set_masks_used(project, region_id, uses_masks=True)


def command_line(project: Project, take: Take, project_file: Path) -> str:
    """Return the command that makes a take again; on the same device, with the same samples."""
    made = take.provenance
    words = _place_words(project, take, project_file)
    words += ["--variant", made.variant] if made.variant else []
    words += ["--prompt", made.prompt] if made.prompt else []
    words += ["--negative", made.negative_prompt] if made.negative_prompt else []
    words += ["--seed", str(made.seed)]
    if made.batch_seeds:
        words += ["--batch-seeds", ",".join(str(seed) for seed in made.batch_seeds)]
    words += ["--no-picture"] if _can_look(made.engine) and not made.saw_picture else []
    for mask in made.masks:
        words += ["--mask", str(project_file.parent / mask)]
    for drawn in made.drawn_masks:
        words += ["--mask-shape", mask_words(drawn)]
    for name, value in made.settings:
        words += ["--set", f"{name}={typed(value)}"]
    for name, strength in made.adapters:
        words += ["--adapter", f"{name}:{strength!r}"]
    if handles := _handles_of(take):
        words += ["--handles", f"{handles}sm"]
    # Another name than the film's, which may lie where the command is run.
    suffix = ".wav" if project.film_id is None else ".mov"
    return shlex.join(["prismdesk", *words, "--out", f"{project.name} again{suffix}"])


def typed(value: SettingValue) -> str:
    """Return a setting's value as it is typed, to its last digit."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return repr(value) if isinstance(value, float) else str(value)


def _place_words(project: Project, take: Take, project_file: Path) -> list[str]:
    """Return command, project and where; a variation's place is that of the take it varies."""
    made, where = take.provenance, take.made_range
    words = [_COMMANDS[made.task], str(project_file)]
    if made.varied_take_id:
        return [*words, "--vary", made.varied_take_id]
    if made.task is Task.CONTINUE:
        words += ["--at", f"{where.start_samples}sm", "--by", f"{where.length_samples}sm"]
    else:
        words += ["--from", f"{where.start_samples}sm", "--to", f"{where.end_samples}sm"]
    region = region_of_take(project, take.id)
    track = track_of(project, region.track_id)
    words += ["--track", str(project.tracks.index(track) + 1)]
    lane_ids = [lane.id for lane in track.lanes]
    numbers = [lane_ids.index(lane_id) + 1 for lane_id in region.lane_ids]
    for number in numbers if numbers != [1] else []:
        words += ["--lane", str(number)]
    return [*words, "--engine", made.engine]


def _handles_of(take: Take) -> int:
    """Return how long handles were asked for; the film's start may have cut the one before it."""
    made = take.provenance
    return max(made.asked_head_samples, made.asked_tail_samples)


def _can_look(engine: str) -> bool:
    try:
        return EngineInput.PICTURE in capabilities_of(engine).inputs
    except PrismDeskError:
        return False
