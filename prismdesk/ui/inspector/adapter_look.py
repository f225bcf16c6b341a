"""How the presets of a region stand: found and held against its model in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.adapters.library import NoSuchPresetError
from prismdesk.adapters.reference import name_in
from prismdesk.engines.weights.one_look import one_look
from prismdesk.session.preset_fit import base_of, fits, unusable
from prismdesk.session.presets import library, seen_preset
from prismdesk.session.project_presets import is_beside_project

if TYPE_CHECKING:
    from prismdesk.adapters.card import Preset
    from prismdesk.engines.weights.model import Model

Adapters = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterLook:
    """A preset of a region as it stands.

    Attributes:
        reference: which the region names.
        preset: None if neither the library nor the project's folder has it.
        problem: why takes can't be made with it, in a sentence; "" if they can.
        base: the model to choose for it, where that is what lacks.
        is_in_project: whether it lies in the project's folder, and the library hasn't got it.
    """

    reference: str
    preset: Preset | None = None
    problem: str = ""
    base: Model | None = None
    is_in_project: bool = False

    @property
    def name(self) -> str:
        """What people call it."""
        return name_in(self.reference) if self.preset is None else self.preset.name


def look_at_adapters(adapters: Adapters, engine: str, variant: str) -> tuple[AdapterLook, ...]:
    """Return how each of a region's presets stands with its model."""
    with one_look():
        return tuple(_look(reference, engine, variant) for reference, _ in adapters)


def fitting_presets(engine: str, variant: str) -> tuple[Preset, ...]:
    """Return the presets that a model can use, by name."""
    with one_look():
        usable = [one for one in library().presets() if not unusable(one)]
        fitting = [one for one in usable if not fits(one, engine, variant)]
    return tuple(sorted(fitting, key=lambda one: (not one.is_favourite, one.name.casefold())))


def unfit_adapter(adapters: Adapters, engine: str, variant: str) -> AdapterLook | None:
    """Return the first of a region's presets that stands against making it; None if none does."""
    return next((one for one in look_at_adapters(adapters, engine, variant) if one.problem), None)


def _look(reference: str, engine: str, variant: str) -> AdapterLook:
    try:
        preset = seen_preset(reference)
    except NoSuchPresetError as error:
        return AdapterLook(reference=reference, problem=str(error))
    reason, base = unusable(preset), None
    if not reason:
        reason = fits(preset, engine, variant)
        base = base_of(preset) if reason else None
    if base is not None and (base.engine, base.id) != (engine, variant):
        reason = f"This adapter belongs to {base.name}."
    elif base is not None:
        base = None
    return AdapterLook(
        reference=reference,
        preset=preset,
        problem=reason,
        base=base,
        is_in_project=is_beside_project(preset) and preset.root not in library().roots,
    )
