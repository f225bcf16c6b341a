"""The settings of one run, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.ambience.offer import AMBIENCE
from prismdesk.engines.setting_values import checked_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prismdesk.engines.capabilities import SettingValue


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
    values = checked_settings("Ambience", AMBIENCE.settings, given)
    return AmbienceSettings(
        method=str(values["method"]),
        context_seconds=float(values["context_seconds"]),
        keep_tones=bool(values["keep_tones"]),
        variation=float(values["variation"]),
    )
