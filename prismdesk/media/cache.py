"""Where what is computed from media lives: sound, peaks, proxies. It can be deleted any time."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.media.errors import writing

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class SoundFiles:
    """The files of one conformed stream: samples, peaks, and what they were made from."""

    wav_path: Path
    peaks_path: Path
    facts_path: Path

    def are_there(self) -> bool:
        """Whether all three exist (each gets its name only when whole)."""
        return all(p.is_file() for p in (self.wav_path, self.peaks_path, self.facts_path))


class MediaCache:
    """A folder of files named by the content they were made from.

    Names are hashes, so that a key from a project file can't lead out of the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def sound_files(self, content_key: str, stream_index: int, *, rate_hz: int) -> SoundFiles:
        """Return where a stream's conformed sound at a rate lies or will lie; makes the folder.

        Raises:
            MediaWorkError: the folder can't be made.
        """
        folder = self.folder / "sound"
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        name = f"{_hash(content_key)}-{stream_index}-{rate_hz}"
        return SoundFiles(folder / f"{name}.wav", folder / f"{name}.peaks", folder / f"{name}.json")

    def find_sounds(self, content_key: str, stream_index: int) -> tuple[SoundFiles, ...]:
        """Return the conformed sound of a stream at every rate that is there, by file name."""
        folder = self.folder / "sound"
        wavs = sorted(folder.glob(f"{_hash(content_key)}-{stream_index}-*.wav"))
        files = (
            SoundFiles(wav, wav.with_suffix(".peaks"), wav.with_suffix(".json")) for wav in wavs
        )
        return tuple(f for f in files if f.are_there())

    def picture_file(self, content_key: str, name: str) -> Path:
        """Return where something made from a film's picture lies or will lie; makes the folder.

        Args:
            content_key: of the film.
            name: what it is, with its suffix, e.g. ``proxy.mov``.

        Raises:
            MediaWorkError: the folder can't be made.
        """
        folder = self.folder / "picture"
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{_hash(content_key)}-{name}"

    def size_bytes(self) -> int:
        """Return how much the cache holds."""
        return sum(p.stat().st_size for p in self.folder.rglob("*") if p.is_file())

    def clear(self) -> None:
        """Delete everything; it is made again when needed.

        Raises:
            MediaWorkError: something can't be deleted.
        """
        with writing(self.folder):
            if self.folder.is_dir():
                shutil.rmtree(self.folder)


def _hash(content_key: str) -> str:
    return hashlib.blake2b(content_key.encode("utf-8", "replace"), digest_size=12).hexdigest()
