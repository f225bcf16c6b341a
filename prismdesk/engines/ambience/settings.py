"""The settings of one run, checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.ambience.offer import AMBIENCE
from prismdesk.engines.contract import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prismdesk.engines.contract import SettingSpec, SettingValue


class SettingError(EngineError):
    """A setting has a value that the engine can't take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmbienceSettings:
    """Checked settings; see ``offer.AMBIENCE`` for what each does."""

    method: str
    context_seconds: float
    keep_tones: bool
    variation: float


def read_settings(given: Mapping[str, SettingValue]) -> AmbienceSettings:
    """Fill in defaults and check what was given.

    Raises:
        SettingError: an unknown name, a wrong type, or a value outside its range.
    """
    specs = {spec.name: spec for spec in AMBIENCE.settings}
    for name in given:
        if name not in specs:
            known = ", ".join(specs)
            raise SettingError(f'Ambience has no setting "{name}"; it has: {known}.')
    values = {name: _checked(spec, given.get(name, spec.default)) for name, spec in specs.items()}
    return AmbienceSettings(
        method=str(values["method"]),
        context_seconds=float(values["context_seconds"]),
        keep_tones=bool(values["keep_tones"]),
        variation=float(values["variation"]),
    )


def _checked(spec: SettingSpec, value: SettingValue) -> SettingValue:
    if spec.choices:
        if value not in spec.choices:
            choices = ", ".join(spec.choices)
            raise SettingError(f'"{spec.name}" must be one of {choices}, not "{value}".')
        return value
    if isinstance(spec.default, bool):
        if not isinstance(value, bool):
            raise SettingError(f'"{spec.name}" is either on or off, not "{value}".')
        return value
    if isinstance(value, bool | str) or not math.isfinite(value):
        raise SettingError(f'"{spec.name}" must be a number, not "{value}".')
    low, high = spec.minimum, spec.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise SettingError(f'"{spec.name}" must lie between {low:g} and {high:g}, not {value:g}.')
    return value
