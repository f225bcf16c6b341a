"""Which container and codec: what each file ending can hold, and what it gets without a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.media.export.request import ExportRefusedError, SoundCodec

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Container:
    """A kind of film file.

    ``codecs`` are those the mix can have in it, its default first. ``tick_hz`` is the clock of
    its timestamps where it has a fixed one (Matroska counts whole milliseconds).
    """

    name: str
    muxer: str
    codecs: tuple[SoundCodec, ...]
    tick_hz: int | None = None

    @property
    def is_mov(self) -> bool:
        """Whether it is of the QuickTime family, with edit lists."""
        return self.muxer in ("mov", "mp4")


_MOV = Container(
    "QuickTime",
    "mov",
    (SoundCodec.PCM_24, SoundCodec.PCM_16, SoundCodec.PCM_32F, SoundCodec.AAC),
)
_MP4 = Container("MP4", "mp4", (SoundCodec.AAC, *(c for c in SoundCodec if c != SoundCodec.AAC)))
_MATROSKA = Container(
    "Matroska",
    "matroska",
    (SoundCodec.PCM_24, *(c for c in SoundCodec if c != SoundCodec.PCM_24)),
    tick_hz=1000,
)
_WEBM = Container("WebM", "webm", (SoundCodec.OPUS,), tick_hz=1000)

CONTAINERS = {".mov": _MOV, ".mp4": _MP4, ".m4v": _MP4, ".mkv": _MATROSKA, ".webm": _WEBM}
"""Film containers by file ending."""


def choose_container(out: Path) -> Container:
    """Return the container that a file name asks for.

    Raises:
        ExportRefusedError: no film can be written under that ending.
    """
    container = CONTAINERS.get(out.suffix.lower())
    if container is None:
        known = ", ".join(CONTAINERS)
        raise ExportRefusedError(
            f"A film can't be written as {out.name}; end the name in one of {known}, "
            "or in .wav for the mix alone."
        )
    return container


def choose_codec(container: Container, wanted: SoundCodec | None) -> SoundCodec:
    """Return the codec of the mix: the one wanted, or the container's own.

    Raises:
        ExportRefusedError: the container can't hold it.
    """
    if wanted is None:
        return container.codecs[0]
    if wanted not in container.codecs:
        known = ", ".join(container.codecs)
        raise ExportRefusedError(f"{container.name} can't hold {wanted} sound; it takes {known}.")
    return wanted
