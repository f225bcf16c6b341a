"""Where a project's cache lies: beside it, or in the one place that the user chose for all."""

from __future__ import annotations

from pathlib import Path

from prismdesk.media.cache import MediaCache
from prismdesk.project.store.folder import CACHE
from prismdesk.session.preferences import PreferencesFile


def project_cache(project_folder: Path) -> MediaCache:
    """Return the cache of a project.

    Files in it are named by the content they were made from, so that projects can share one.
    A place that the user chose but that can't be written to is not used.
    """
    chosen = PreferencesFile().load().cache_folder
    if chosen:
        folder = Path(chosen)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return MediaCache(project_folder / CACHE)
        return MediaCache(folder)
    return MediaCache(project_folder / CACHE)
