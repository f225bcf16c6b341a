"""The settings of a request, checked against what the engine says it takes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from prismdesk.engines.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prismdesk.engines.capabilities import SettingSpec, SettingValue


class SettingError(EngineError):
    """A setting has a value that the engine can't take."""


def checked_settings(
    engine_name: str, specs: Iterable[SettingSpec], given: Mapping[str, SettingValue]
) -> dict[str, SettingValue]:
    """Return every setting of an engine: what was given, and defaults for the rest.

    Raises:
        SettingError: an unknown name, a wrong type, or a value outside its range.
    """
    known = {spec.name: spec for spec in specs}
    for name in given:
        if name not in known:
            raise SettingError(
                f'{engine_name} has no setting "{name}"; it has: {", ".join(known)}.'
            )
    return {name: _checked(spec, given.get(name, spec.default)) for name, spec in known.items()}


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
