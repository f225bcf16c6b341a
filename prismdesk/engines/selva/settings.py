"""The settings of one run, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.selva.setting_specs import SELVA_SETTINGS
from prismdesk.engines.setting_values import checked_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prismdesk.engines.capabilities import SettingValue


@dataclass(frozen=True, slots=True, kw_only=True)
class SelvaSettings:
    """Checked settings; see ``setting_specs.SELVA_SETTINGS`` for what each does."""

    steps: int
    guidance: float
    strength: float
    clip_picture: str
    sync_geometry: str
    resize: str
    mask_strength: float
    mask_clip: bool
    mask_sync: bool
    long: str
    window_overlap_seconds: float
    work_length: str
    feather_frames: int
    jumps: int
    placement: str
    negative: str
    precision: str
    stop_at_step: int


def read_settings(given: Mapping[str, SettingValue]) -> SelvaSettings:
    """Fill in defaults and check what was given.

    Raises:
        SettingError: an unknown name, a wrong type, or a value outside its range.
    """
    values = checked_settings("SelVA / MMAudio", SELVA_SETTINGS, given)
    return SelvaSettings(
        steps=round(float(values["steps"])),
        guidance=float(values["guidance"]),
        strength=float(values["strength"]),
        clip_picture=str(values["clip_picture"]),
        sync_geometry=str(values["sync_geometry"]),
        resize=str(values["resize"]),
        mask_strength=float(values["mask_strength"]),
        mask_clip=bool(values["mask_clip"]),
        mask_sync=bool(values["mask_sync"]),
        long=str(values["long"]),
        window_overlap_seconds=float(values["window_overlap_seconds"]),
        work_length=str(values["work_length"]),
        feather_frames=round(float(values["feather_frames"])),
        jumps=round(float(values["jumps"])),
        placement=str(values["placement"]),
        negative=str(values["negative"]),
        precision=str(values["precision"]),
        stop_at_step=round(float(values["stop_at_step"])),
    )
