"""What waveforms are drawn from: a pyramid of minimum, maximum and RMS.

File format, little endian, version 1:

===========  =====================================================================
bytes 0-7    ``PDPEAKS1``
8-11         u32 channels
12-15        u32 samples per entry at level 0 (256)
16-19        u32 entries of one level per entry of the next (4)
20-23        u32 number of levels
24-31        u64 length of the sound in samples
32-          per level: u64 offset in bytes, u64 number of entries
4096-        level 0, then the further levels: float32 (entries, channels, 3), the three being
             minimum, maximum and root mean square of the samples of the entry
===========  =====================================================================

Entry i of level k covers samples [i·256·4^k, (i+1)·256·4^k), the last one what is left.
"""

from __future__ import annotations

import mmap
import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from prismdesk.media.errors import MediaError, reading, writing
from prismdesk.media.wav import partial_path

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    import numpy.typing as npt

    from prismdesk.media.audio import AudioBlock

BASE_SAMPLES = 256
LEVEL_FACTOR = 4

_MAGIC = b"PDPEAKS1"
_HEAD = struct.Struct("<8sIIIIQ")
_LEVEL = struct.Struct("<QQ")
_DATA_OFFSET = 4096
_MAX_LEVELS = 32
_CHUNK_ENTRIES = 2**16


class PeakWriter:
    """Builds the pyramid of a sound that comes block by block; level 0 goes straight to disk.

    A context manager like ``WavWriter``: the file gets its name when whole.

    Raises:
        MediaWorkError: the file can't be written.
    """

    def __init__(self, path: Path, *, channels: int) -> None:
        self.path = path
        self.channels = channels
        self.length_samples = 0
        self._partial = partial_path(path)
        self._rest: AudioBlock = np.zeros((channels, 0), np.float32)
        self._levels: list[tuple[int, int]] = []
        with writing(path):
            self._file = self._partial.open("w+b")
            self._file.write(bytes(_DATA_OFFSET))

    def add(self, block: AudioBlock) -> None:
        """Take the next float32 (channels, samples)."""
        self.length_samples += block.shape[1]
        if self._rest.shape[1]:
            missing = min(BASE_SAMPLES - self._rest.shape[1], block.shape[1])
            self._rest = np.concatenate([self._rest, block[:, :missing]], axis=1)
            block = block[:, missing:]
            if self._rest.shape[1] < BASE_SAMPLES:
                return
            self._write(_entries(self._rest))
        whole = block.shape[1] - block.shape[1] % BASE_SAMPLES
        self._rest = block[:, whole:].copy()
        if whole:
            self._write(_entries(block[:, :whole]))

    def close(self) -> None:
        """Add the further levels and give the file its name."""
        if self._rest.shape[1]:
            self._write(_entries(self._rest))
        entries = -(-self.length_samples // BASE_SAMPLES)
        with writing(self.path):
            self._levels = [(_DATA_OFFSET, entries)]
            while self._levels[-1][1] > LEVEL_FACTOR:
                self._levels.append(self._write_level(len(self._levels)))
            self._file.seek(0)
            self._file.write(self._header())
            self._file.close()
            self._partial.replace(self.path)

    def discard(self) -> None:
        """Stop and remove what was written."""
        self._file.close()
        with suppress(OSError):
            self._partial.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self.discard()
            return
        try:
            self.close()
        except BaseException:
            self.discard()
            raise

    def _write(self, entries: npt.NDArray[np.float32]) -> None:
        with writing(self.path):
            self._file.write(entries.tobytes())

    def _write_level(self, level: int) -> tuple[int, int]:
        """Append one level made from the one below, a chunk at a time."""
        below_offset, below_count = self._levels[-1]
        entry_bytes = 12 * self.channels
        below_samples = BASE_SAMPLES * LEVEL_FACTOR ** (level - 1)
        self._file.seek(0, 2)
        offset = self._file.tell()
        for start in range(0, below_count, _CHUNK_ENTRIES):
            count = min(_CHUNK_ENTRIES, below_count - start)
            self._file.seek(below_offset + start * entry_bytes)
            below = np.frombuffer(self._file.read(count * entry_bytes), "<f4")
            samples = np.full(count, below_samples, np.int64)
            if start + count == below_count:
                samples[-1] = self.length_samples - (below_count - 1) * below_samples
            self._file.seek(0, 2)
            self._file.write(_merged(below.reshape(count, self.channels, 3), samples).tobytes())
        return offset, -(-below_count // LEVEL_FACTOR)

    def _header(self) -> bytes:
        head = _HEAD.pack(
            _MAGIC,
            self.channels,
            BASE_SAMPLES,
            LEVEL_FACTOR,
            len(self._levels),
            self.length_samples,
        )
        return head + b"".join(_LEVEL.pack(*level) for level in self._levels)


@dataclass(frozen=True, slots=True)
class Peaks:
    """A stretch of one level: each float32 (channels, entries)."""

    minimum: npt.NDArray[np.float32]
    maximum: npt.NDArray[np.float32]
    rms: npt.NDArray[np.float32]


class PeakPyramid:
    """The peaks of a sound, mapped from disk; any thread may read."""

    def __init__(
        self,
        mapping: mmap.mmap,
        channels: int,
        length_samples: int,
        levels: list[tuple[int, int]],
    ) -> None:
        self.channels = channels
        self.length_samples = length_samples
        self._mapping = mapping
        self._levels = [
            np.frombuffer(mapping, "<f4", count * channels * 3, offset).reshape(-1, channels, 3)
            for offset, count in levels
        ]

    @classmethod
    def open(cls, path: Path) -> PeakPyramid:
        """Map a file of peaks.

        Raises:
            MediaError: it is missing or damaged; it can be made again from the sound.
        """
        damaged = MediaError(f"The waveform {path} is damaged; empty the cache to have it redrawn.")
        with reading(path), path.open("rb") as file:
            try:
                mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:
                raise damaged from error
        if len(mapping) < _DATA_OFFSET:
            raise damaged
        magic, channels, base, factor, count, length_samples = _HEAD.unpack_from(mapping, 0)
        if (
            magic != _MAGIC
            or (base, factor) != (BASE_SAMPLES, LEVEL_FACTOR)
            or not 0 < channels <= 1024
            or not 0 < count <= _MAX_LEVELS
        ):
            raise damaged
        levels = [_LEVEL.unpack_from(mapping, _HEAD.size + i * _LEVEL.size) for i in range(count)]
        if any(offset + entries * channels * 12 > len(mapping) for offset, entries in levels):
            raise damaged
        return cls(mapping, channels, length_samples, levels)

    @property
    def levels(self) -> int:
        """Number of levels, from finest (0) to coarsest."""
        return len(self._levels)

    def samples_per_entry(self, level: int) -> int:
        """Return how many samples an entry of a level covers."""
        return BASE_SAMPLES * int(LEVEL_FACTOR**level)

    def level_for(self, samples_per_pixel: float) -> int | None:
        """Return the coarsest level with at least one entry per pixel, None if even 0 is coarser.

        For None, draw from the samples themselves.
        """
        fitting = [
            level
            for level in range(self.levels)
            if self.samples_per_entry(level) <= samples_per_pixel
        ]
        return fitting[-1] if fitting else None

    def read(self, level: int, start: int, count: int) -> Peaks:
        """Return ``count`` entries from entry ``start``; zeros outside the sound."""
        entries = self._levels[level]
        out = np.zeros((max(0, count), self.channels, 3), np.float32)
        first, last = max(0, start), min(len(entries), start + count)
        if first < last:
            out[first - start : last - start] = entries[first:last]
        return Peaks(out[:, :, 0].T, out[:, :, 1].T, out[:, :, 2].T)

    def close(self) -> None:
        """Let go of the file."""
        self._levels = [level[:0].copy() for level in self._levels]
        self._mapping.close()


def _entries(block: AudioBlock) -> npt.NDArray[np.float32]:
    """Return level-0 entries of whole stretches (or one short one), (entries, channels, 3)."""
    channels, samples = block.shape
    stretches = block.reshape(channels, -1, min(samples, BASE_SAMPLES))
    out = np.empty((stretches.shape[1], channels, 3), "<f4")
    out[:, :, 0] = stretches.min(axis=2).T
    out[:, :, 1] = stretches.max(axis=2).T
    squares = np.einsum("cns,cns->cn", stretches, stretches)
    out[:, :, 2] = np.sqrt(squares / stretches.shape[2]).T
    return out


def _merged(
    entries: npt.NDArray[np.float32], samples: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:
    """Return entries of the next level, each made of four (the last of what is left)."""
    starts = np.arange(0, len(entries), LEVEL_FACTOR)
    out = np.empty((len(starts), entries.shape[1], 3), "<f4")
    out[:, :, 0] = np.minimum.reduceat(entries[:, :, 0], starts)
    out[:, :, 1] = np.maximum.reduceat(entries[:, :, 1], starts)
    squares = np.square(entries[:, :, 2], dtype=np.float64) * samples[:, None]
    total = np.add.reduceat(samples, starts)
    out[:, :, 2] = np.sqrt(np.add.reduceat(squares, starts) / total[:, None])
    return out
