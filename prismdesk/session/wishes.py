"""What the user asks for in words and times becomes a region of the project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.catalogue import capabilities_of
from prismdesk.engines.errors import AdapterRefusedError, UnsupportedError, WeightsMissingError
from prismdesk.engines.weights.catalogue import is_bare_variant, model_of, models_for
from prismdesk.errors import InputError
from prismdesk.media.still_picture import read_grey
from prismdesk.project.edits.masks import set_drawn_masks, set_masks_used
from prismdesk.project.edits.regions import (
    add_region,
    set_region_adapters,
    set_region_engine,
    set_region_masks,
    set_region_picture,
    set_region_prompt,
    set_region_seed,
    set_region_settings,
)
from prismdesk.project.ids import RegionId, new_id
from prismdesk.project.lookup import project_end_samples
from prismdesk.project.mask_words import read_masks
from prismdesk.project.model import Region, Task
from prismdesk.session.adapter_files import refusal_of_adapters
from prismdesk.session.masks import import_mask
from prismdesk.session.refusals import missing, why_not

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.capabilities import Capabilities, SettingSpec
    from prismdesk.engines.weights.model import Model
    from prismdesk.project.ids import LaneId
    from prismdesk.project.model import Project, SettingValue, Track
    from prismdesk.project.timebase import SampleRange
    from prismdesk.session.session import Session

_ANY_RATE_HZ = 48_000
"""To see whether times can be read at all, before the project's rate is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineWish:
    """Which engine is to make sound, and how.

    ``settings`` are texts as the user typed them, and so are ``mask_shapes`` (see
    ``project.mask_words``); ``masks`` are still pictures, wherever they lie. ``adapters`` are
    references and strengths (see ``adapter_wishes``).
    """

    engine: str = "ambience"
    variant: str = ""
    prompt: str = ""
    negative_prompt: str = ""
    seed: int | None = None
    settings: tuple[tuple[str, str], ...] = ()
    adapters: tuple[tuple[str, float], ...] = ()
    sees_picture: bool = True
    masks: tuple[Path, ...] = ()
    mask_shapes: tuple[str, ...] = ()


def mark_region(
    session: Session,
    *,
    task: Task,
    span: SampleRange,
    track_number: int,
    wish: EngineWish,
    lane_numbers: tuple[int, ...] = (1,),
) -> RegionId:
    """Make a region on lanes of a track, or take up the one that is there already.

    A region of the same lanes, range and task is used again, so that new takes join the old.

    Args:
        session: the open project.
        task: what is wanted.
        span: where, in timeline samples.
        track_number: the N-th track, from 1.
        wish: by which engine, and how.
        lane_numbers: on which lanes of the track, from 1.

    Raises:
        InputError: there is no such track or lane, the span lies outside the film, a setting, the
            variant or a mask is wrong.
        UnsupportedError: there is no such engine.
        MediaWorkError: a mask can't be copied into the project.
    """
    project = session.project
    track = _track_of_number(project, track_number)
    _check_span(project, span, task)
    capabilities = capabilities_of(wish.engine)
    settings = read_settings(capabilities, wish.settings)
    variant = read_variant(capabilities, wish.variant)
    drawn = read_masks(wish.mask_shapes, rate_hz=project.rate_hz)
    masks = tuple(import_mask(session.folder, mask) for mask in wish.masks)
    lane_ids = _lanes_of_numbers(track, lane_numbers)
    found = _same_region(project, lane_ids, span, task)
    region = found or Region(
        id=RegionId(new_id("region")),
        track_id=track.id,
        lane_ids=lane_ids,
        range=span,
        task=task,
        name=next_name(project, task),
    )

    def mark(before: Project) -> Project:
        marked = before if found else add_region(before, region)
        marked = set_region_engine(marked, region.id, wish.engine, variant)
        marked = set_region_prompt(marked, region.id, wish.prompt, wish.negative_prompt)
        marked = set_region_settings(marked, region.id, settings)
        marked = set_region_adapters(marked, region.id, wish.adapters, all_sound=True)
        marked = set_region_picture(marked, region.id, sees_picture=wish.sees_picture)
        marked = set_region_masks(marked, region.id, masks)
        marked = set_drawn_masks(marked, region.id, drawn)
        marked = set_masks_used(marked, region.id, uses_masks=True)
        return set_region_seed(marked, region.id, wish.seed)

    session.store.apply(f"{'Change' if found else 'Mark'} {region.name}", mark)
    return region.id


def check_wish(wish: EngineWish, task: Task) -> None:
    """Check what can be checked of a wish before there is a project.

    Raises:
        UnsupportedError: there is no such engine, or it can't do the task.
        InputError: a setting, the variant or a drawn mask is wrong.
        WeightsMissingError: the weights aren't there.
        AdapterRefusedError: a preset can't be used, or not with this checkpoint.
        MediaError: a mask is no picture.
    """
    if reason := why_not(wish.engine, EngineTask(task.value)):
        raise UnsupportedError(reason)
    capabilities = capabilities_of(wish.engine)
    read_settings(capabilities, wish.settings)
    variant = read_variant(capabilities, wish.variant)
    if reason := missing(wish.engine, variant):
        raise WeightsMissingError(reason)
    if reason := refusal_of_adapters(wish.adapters, wish.engine, variant):
        raise AdapterRefusedError(reason)
    for mask in wish.masks:
        read_grey(mask)
    read_masks(wish.mask_shapes, rate_hz=_ANY_RATE_HZ)


def read_variant(capabilities: Capabilities, typed: str) -> str:
    """Return the id of a variant as the user typed it; empty stays empty.

    A variant's bare name means the published checkpoint; where that isn't here, the user's own of
    that variant.

    Raises:
        InputError: the engine has none of that name.
    """
    known = [variant.id for variant in capabilities.variants]
    if not typed or typed in known:
        return typed
    if not known:
        raise InputError(f"{capabilities.id} has no variants; leave “{typed}” out.")
    if models_for(capabilities.id):
        named = model_of(typed, capabilities.id)
        if is_bare_variant(typed, named):
            named = _usable_of_variant(capabilities, named)
        return named.id
    raise InputError(
        f"{capabilities.id} has no variant “{typed}”; its variants are: {', '.join(known)}."
    )


def _usable_of_variant(capabilities: Capabilities, named: Model) -> Model:
    """Return a checkpoint, or where it isn't here the only one of its variant that is.

    Raises:
        InputError: several could be meant.
    """
    usable = {variant.id for variant in capabilities.variants if not variant.why_not}
    if named.id in usable:
        return named
    kind = (named.family, named.variant)
    same = [
        model
        for model in models_for(capabilities.id)
        if model.id in usable and (model.family, model.variant) == kind
    ]
    if len(same) > 1:
        ids = ", ".join(model.id for model in same)
        raise InputError(f"“{named.variant}” could be any of several models; choose by id: {ids}.")
    return same[0] if same else named


def read_settings(
    capabilities: Capabilities, typed: tuple[tuple[str, str], ...]
) -> dict[str, SettingValue]:
    """Read settings as the user typed them.

    Raises:
        InputError: the engine has no such setting, or the value is out of its range.
    """
    specs = {spec.name: spec for spec in capabilities.settings}
    values: dict[str, SettingValue] = {}
    for name, text in typed:
        if name not in specs:
            known = ", ".join(sorted(specs)) or "none"
            raise InputError(
                f"{capabilities.id} has no setting “{name}”; its settings are: {known}."
            )
        values[name] = read_setting(specs[name], text)
    return values


def read_setting(spec: SettingSpec, text: str) -> SettingValue:
    """Read one setting's value from text, checked against its type, range and choices.

    Raises:
        InputError: it doesn't fit.
    """
    value = _as_type_of(spec.default, text)
    fits = value is not None
    if isinstance(value, str) and spec.choices:
        fits = value in spec.choices
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        above = spec.minimum is None or value >= spec.minimum
        fits = above and (spec.maximum is None or value <= spec.maximum)
    if not fits or value is None:
        raise InputError(f"“{text}” doesn't fit the setting {spec.name}; it takes {accepts(spec)}.")
    return value


def accepts(spec: SettingSpec) -> str:
    """Say in a few words which values a setting takes."""
    if spec.choices:
        return ", ".join(spec.choices)
    if isinstance(spec.default, bool):
        return "on or off"
    if isinstance(spec.default, str):
        return "text"
    kind = "whole numbers" if isinstance(spec.default, int) else "numbers"
    unit = f" {spec.unit}" if spec.unit else ""
    if spec.minimum is None or spec.maximum is None:
        return kind + unit
    return f"{kind} from {spec.minimum:g} to {spec.maximum:g}{unit}"


def _as_type_of(default: SettingValue, text: str) -> SettingValue | None:
    if isinstance(default, bool):
        return {
            "on": True,
            "true": True,
            "yes": True,
            "off": False,
            "false": False,
            "no": False,
        }.get(text.lower())
    if isinstance(default, str):
        return text
    try:
        return int(text) if isinstance(default, int) else float(text)
    except ValueError:
        return None


def _track_of_number(project: Project, number: int) -> Track:
    if number > len(project.tracks):
        count = len(project.tracks)
        raise InputError(
            f"There is no track {number}; the project has {count} track{'s' * (count != 1)}."
        )
    return project.tracks[number - 1]


def _check_span(project: Project, span: SampleRange, task: Task) -> None:
    if span.is_empty():
        raise InputError("The region is empty; its end must lie after its start.")
    end_samples = project_end_samples(project)
    beyond = span.start_samples if task is Task.CONTINUE else span.end_samples
    if beyond > end_samples:
        raise InputError(
            f"The film ends at {end_samples / project.rate_hz:.3f}s ({end_samples}sm), "
            f"before the region does; choose a time inside the film."
        )


def _lanes_of_numbers(track: Track, numbers: tuple[int, ...]) -> tuple[LaneId, ...]:
    count = len(track.lanes)
    for number in numbers:
        if not 1 <= number <= count:
            raise InputError(
                f"{track.name} has no lane {number}; it has {count} lane{'s' * (count != 1)}."
            )
    return tuple(track.lanes[number - 1].id for number in sorted(set(numbers)))


def _same_region(
    project: Project, lane_ids: tuple[LaneId, ...], span: SampleRange, task: Task
) -> Region | None:
    for region in project.regions:
        if (region.lane_ids, region.range, region.task) == (lane_ids, span, task):
            return region
    return None


def next_name(project: Project, task: Task) -> str:
    """Return what to call the next region of a task: Fill 3, Extension 1, Sound 12."""
    word = {Task.INPAINT: "Fill", Task.CONTINUE: "Extension", Task.GENERATE: "Sound"}[task]
    number = 1 + sum(region.task is task for region in project.regions)
    return f"{word} {number}"
