"""Where and on what engines work for the user: from the preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import platformdirs

from prismdesk.engines.request import MachineOptions
from prismdesk.jobs.messages import Workplace
from prismdesk.media.cache import MediaCache
from prismdesk.session.preferences import PreferencesFile

if TYPE_CHECKING:
    from prismdesk.session.preferences import Preferences


def workplace_of(cache: MediaCache, machine: MachineOptions | None = None) -> Workplace:
    """Return what the engine process is told besides a job.

    Args:
        cache: of the project.
        machine: in place of the one that the preferences name.
    """
    chosen = PreferencesFile().load()
    return Workplace(
        cache_folder=str(cache.folder.resolve()),
        feature_cache_bytes=round(chosen.feature_cache_gb * 1e9),
        machine=machine or _machine(chosen),
    )


def training_workplace(machine: MachineOptions | None = None) -> Workplace:
    """Return what the training process is told: its features lie in a cache of all sets."""
    folder = platformdirs.user_cache_path("prismdesk", appauthor=False) / "training"
    return workplace_of(MediaCache(folder), machine)


def preferred_machine() -> MachineOptions:
    """Return on what engines are to work by the preferences."""
    return _machine(PreferencesFile().load())


def _machine(chosen: Preferences) -> MachineOptions:
    return MachineOptions(device=chosen.engine_device, offload=chosen.engine_offload)
