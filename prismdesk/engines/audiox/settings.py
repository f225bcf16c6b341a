"""The settings of one run, checked, with those of the quality chosen filled in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.audiox.offer import ENGINE_NAME
from prismdesk.engines.audiox.presets import PRESETS
from prismdesk.engines.audiox.setting_specs import AUDIOX_SETTINGS
from prismdesk.engines.setting_values import SettingError, checked_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prismdesk.engines.capabilities import SettingValue

_LOWEST_SHARE = 0.3
"""Of the level that a variation starts from, how low its last one is at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioxSettings:
    """Checked settings; see ``setting_specs.AUDIOX_SETTINGS`` for what each does.

    ``noise_level`` is that of a variation, None if new sound is made.
    """

    sampler: str
    steps: int
    sigma_min: float
    sigma_max: float
    guidance: float
    guidance_rescale: float
    strength: float
    noise_level: float | None
    audio_prompt: str
    softness: float
    marination: float
    mel_span: str
    frames: str
    long: str
    window_overlap_seconds: float
    work_length: str
    placement: str
    precision: str
    stop_at_step: int

    @property
    def levels(self) -> tuple[float, float]:
        """The lowest and the highest noise level of sampling."""
        if self.noise_level is None:
            return self.sigma_min, self.sigma_max
        return min(self.sigma_min, _LOWEST_SHARE * self.noise_level), self.noise_level


def read_settings(given: Mapping[str, SettingValue]) -> AudioxSettings:
    """Fill in defaults and check what was given.

    Raises:
        SettingError: an unknown name, a wrong type, or a value outside its range.
    """
    values = checked_settings(ENGINE_NAME, AUDIOX_SETTINGS, given)
    preset = PRESETS[str(values["preset"])]
    sampler = str(values["sampler"])
    sigma_min = float(values["sigma_min"]) or preset.sigma_min
    sigma_max = float(values["sigma_max"]) or preset.sigma_max
    if not sigma_min < sigma_max:
        raise SettingError(
            f'"sigma_min" must lie below "sigma_max"; {sigma_min:g} is not below {sigma_max:g}.'
        )
    return AudioxSettings(
        sampler=preset.sampler if sampler == "preset" else sampler,
        steps=round(float(values["steps"])) or preset.steps,
        sigma_min=sigma_min,
        sigma_max=sigma_max,
        guidance=float(values["guidance"]),
        guidance_rescale=float(values["guidance_rescale"]),
        strength=float(values["strength"]),
        noise_level=_noise_level(float(values["strength"]), float(values["noise_level"])),
        audio_prompt=str(values["audio_prompt"]),
        softness=float(values["softness"]),
        marination=float(values["marination"]),
        mel_span=str(values["mel_span"]),
        frames=str(values["frames"]),
        long=str(values["long"]),
        window_overlap_seconds=float(values["window_overlap_seconds"]),
        work_length=str(values["work_length"]),
        placement=str(values["placement"]),
        precision=str(values["precision"]),
        stop_at_step=round(float(values["stop_at_step"])),
    )


def _noise_level(strength: float, given: float) -> float | None:
    """Return the level that a variation starts from, tan(pi / 2 strength) unless it is given.

    So the strength is the time that the network was trained with: 0.5 is as much noise as sound.
    """
    if given > 0.0:
        return given
    return math.tan(0.5 * math.pi * strength) if strength < 1.0 else None
