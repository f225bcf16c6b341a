"""Where the mixdown gets its samples: conformed streams from the cache, takes from the project."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from prismdesk.media.errors import MediaError, folder_gone
from prismdesk.media.wav import MappedWav, map_wav

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.media.audio import AudioBlock
    from prismdesk.media.cache import MediaCache
    from prismdesk.project.model import Media, Take


class SoundSource(Protocol):
    """Sound that can be read at any place, such as a mapped WAV."""

    @property
    def rate_hz(self) -> int:
        """Samples per second."""

    @property
    def channels(self) -> int:
        """Number of channels."""

    @property
    def length_samples(self) -> int:
        """Samples per channel."""

    def read(self, start_samples: int, count_samples: int) -> AudioBlock:
        """Return float32 (channels, count); zeros before 0 and past the end."""


class Sounds(Protocol):
    """Gives the sound behind clips and takes."""

    def stream(self, media: Media, stream_index: int) -> SoundSource:
        """Return the conformed sound of one stream of a media file."""

    def take(self, take: Take) -> SoundSource:
        """Return the sound of a take, handles included."""


class SoundLibrary:
    """The ``Sounds`` of a project on disk; each file is mapped once, when first asked for.

    Any thread may ask it, and read what it returns.

    Args:
        project_folder: takes lie in it.
        cache: conformed streams lie in it.
        rate_hz: the project's rate; may be left out where the cache holds but one.
    """

    def __init__(
        self, project_folder: Path, cache: MediaCache, *, rate_hz: int | None = None
    ) -> None:
        self._folder = project_folder
        self._cache = cache
        self._rate_hz = rate_hz
        self._streams: dict[tuple[str, int], MappedWav] = {}
        self._takes: dict[str, MappedWav] = {}
        self._lock = threading.Lock()

    def stream(self, media: Media, stream_index: int) -> MappedWav:
        """Return the conformed sound of a stream.

        Raises:
            MediaError: it isn't in the cache, or can't be read.
        """
        key = (media.content_key, stream_index)
        with self._lock:
            if key not in self._streams:
                self._streams[key] = map_wav(self._conformed(media, stream_index))
            return self._streams[key]

    def take(self, take: Take) -> MappedWav:
        """Return the sound of a take.

        Raises:
            MediaError: its file is missing, damaged, or not inside the project's folder.
        """
        with self._lock:
            if take.path not in self._takes:
                self._takes[take.path] = map_wav(self._inside(take))
            return self._takes[take.path]

    def close(self) -> None:
        """Let go of all files."""
        for wav in (*self._streams.values(), *self._takes.values()):
            wav.close()
        self._streams.clear()
        self._takes.clear()

    def _inside(self, take: Take) -> Path:
        path = (self._folder / take.path).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise MediaError(
                f"The take {take.name} names a file outside the project's folder, {take.path}; "
                "put it into the folder's takes and correct the project file."
            )
        return path

    def _conformed(self, media: Media, stream_index: int) -> Path:
        found = [
            files.wav_path
            for files in self._cache.find_sounds(media.content_key, stream_index)
            if self._rate_hz is None or files.wav_path.stem.endswith(f"-{self._rate_hz}")
        ]
        if not found and not self._folder.is_dir():
            raise MediaError(folder_gone(self._folder))
        if not found:
            raise MediaError(
                f"The sound of {media.path} (stream {stream_index}) isn't in the project's cache; "
                "open the project again to have it read from the film."
            )
        if len(found) > 1:
            raise MediaError(
                f"The cache holds the sound of {media.path} at several rates; "
                "empty the cache and open the project again."
            )
        return found[0]
