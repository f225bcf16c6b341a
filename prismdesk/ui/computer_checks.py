"""What of this computer matters to the work, each found out and put into words. No Qt."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from prismdesk.engines.catalogue import available_engines
from prismdesk.playback.player import list_devices

_ENOUGH_ROOM_BYTES = 5e9


@dataclass(frozen=True, slots=True)
class ComputerCheck:
    """One line: what was looked at, what was found, and whether all is well with it."""

    what: str
    found: str
    is_well: bool = True


def check_computer() -> tuple[ComputerCheck, ...]:
    """Look at sound, engines and disk; takes a moment, so not on the window's thread."""
    return (_sound(), *_engines(), _disk())


def _sound() -> ComputerCheck:
    devices = list_devices()
    if not devices:
        return ComputerCheck(
            "Sound out", "no device found. The picture plays in time, without sound", False
        )
    device = next((one for one in devices if one.is_default), devices[0])
    return ComputerCheck("Sound out", f"{device.name}, {device.rate_hz / 1000:g} kHz")


def _engines() -> list[ComputerCheck]:
    engines = available_engines()
    found = [
        ComputerCheck("Ambience, built in", "mends, fills and extends. Ready")
        for engine in engines
        if engine.id == "ambience"
    ]
    others = [engine.name for engine in engines if engine.id != "ambience"]
    words = ", ".join(others) or "none installed. Mending works without them"
    return [*found, ComputerCheck("Picture-to-sound models", words)]


def _disk() -> ComputerCheck:
    free = shutil.disk_usage(Path.home()).free
    is_well = free > _ENOUGH_ROOM_BYTES
    words = f"{free / 1e9:.0f} GB free for projects and cache"
    return ComputerCheck("Disk", words if is_well else f"only {words}", is_well)
