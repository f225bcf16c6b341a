"""The cache of an open project: what of it can go without anybody noticing now."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from prismdesk.jobs.feature_store import FEATURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from prismdesk.session.session import Session


def cache_size_bytes(session: Session) -> int:
    """Return how much the project's cache holds."""
    return session.cache.size_bytes()


def clear_unneeded(session: Session) -> int:
    """Delete what the open project plays without: proxies, thumbnails, sounds of other media.

    The sounds that its clips play stay, since they are being played from. What was deleted is
    made again when it is next wanted.

    Returns:
        How many bytes came free.
    """
    return _delete(_unneeded(session))


def unneeded_size_bytes(session: Session) -> int:
    """Return how much ``clear_unneeded`` would delete."""
    size_bytes = 0
    for path in _unneeded(session):
        with suppress(OSError):
            size_bytes += path.stat().st_size
    return size_bytes


def _unneeded(session: Session) -> Iterator[Path]:
    needed = {
        path
        for media in session.project.media
        for sound in media.sounds
        for files in session.cache.find_sounds(media.content_key, sound.stream_index)
        for path in (files.wav_path, files.peaks_path, files.facts_path)
    }
    return (path for path in _files_in(session.cache.folder) if path not in needed)


def features_size_bytes(session: Session) -> int:
    """Return how much is kept of what engines worked out of picture and text."""
    size_bytes = 0
    for path in _files_in(session.cache.folder / FEATURES):
        # The engine's process may remove files meanwhile.
        with suppress(OSError):
            size_bytes += path.stat().st_size
    return size_bytes


def clear_features(session: Session) -> int:
    """Delete what engines worked out of picture and text; return how many bytes came free."""
    return _delete(_files_in(session.cache.folder / FEATURES))


def keep_within(session: Session, most_bytes: int) -> int:
    """Delete what is unneeded if the cache holds more than it may; return the bytes freed."""
    return clear_unneeded(session) if session.cache.size_bytes() > most_bytes else 0


def _files_in(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path


def _delete(paths: Iterable[Path]) -> int:
    freed_bytes = 0
    for path in paths:
        with suppress(OSError):
            size_bytes = path.stat().st_size
            path.unlink()
            freed_bytes += size_bytes
    return freed_bytes
