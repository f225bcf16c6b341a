"""The file of a film's thumbnails: grows record by record, readable at any moment.

``PDTHUMB1``, then records: when it was wanted and when the picture begins (microseconds from the
first picture), how exactly it was looked for, length and CRC-32 of the JPEG, the JPEG. A length of
0 says that there is no other picture at that time than one already held. What a crash cut off at
the end is ignored by readers and overwritten by the next writer.
"""

from __future__ import annotations

import bisect
import os
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Self

from prismdesk.media.errors import writing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction
    from pathlib import Path

_MAGIC = b"PDTHUMB1"
_RECORD = struct.Struct("<qqIII")
_KEYFRAME, _EXACT = 0, 1
_LARGEST_JPEG_BYTES = 2**20


def to_microseconds(seconds: Fraction) -> int:
    """Return a time as the file keeps it, rounded to the nearest."""
    return round(seconds * 1_000_000)


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """Where a thumbnail lies in its file, and when its picture begins."""

    shown_us: int
    offset: int
    length: int
    checksum: int


@dataclass(frozen=True, slots=True)
class _Record:
    wanted_us: int
    level: int
    thumbnail: Thumbnail | None
    end: int


class Thumbnails:
    """The thumbnails that a file holds, for one reading thread; others may be writing to it.

    Args:
        path: of the file; it needn't exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._end = 0
        self._by_time: dict[int, Thumbnail] = {}
        self._times: list[int] = []
        self.refresh()

    def __len__(self) -> int:
        return len(self._times)

    def refresh(self) -> bool:
        """Take note of what was added since; return whether there is any."""
        before = len(self._times)
        try:
            with self._path.open("rb") as file:
                if os.fstat(file.fileno()).st_size < self._end:
                    self._forget()
                for record in _records(file, self._end):
                    self._end = record.end
                    self._add(record)
        except OSError:
            self._forget()
        return len(self._times) != before

    def nearest(self, seconds: Fraction, start: Fraction, end: Fraction) -> Thumbnail | None:
        """Return the one of a shot, from ``start`` to ``end``, that is nearest to a time.

        The one before counts as nearer than the one after; None if the shot has none yet.
        """
        first = bisect.bisect_left(self._times, to_microseconds(start))
        last = bisect.bisect_left(self._times, to_microseconds(end))
        if first >= last:
            return None
        place = bisect.bisect_right(self._times, to_microseconds(seconds), first, last) - 1
        return self._by_time[self._times[max(place, first)]]

    def jpeg(self, thumbnail: Thumbnail) -> bytes:
        """Return a thumbnail as a JPEG file; empty if it can't be read any more."""
        try:
            with self._path.open("rb") as file:
                file.seek(thumbnail.offset)
                data = file.read(thumbnail.length)
        except OSError:
            return b""
        return data if zlib.crc32(data) == thumbnail.checksum else b""

    def _add(self, record: _Record) -> None:
        found = record.thumbnail
        if found is not None and found.shown_us not in self._by_time:
            self._by_time[found.shown_us] = found
            bisect.insort(self._times, found.shown_us)

    def _forget(self) -> None:
        self._end = 0
        self._by_time.clear()
        self._times.clear()


class ThumbnailWriter:
    """Adds thumbnails to a file; what it holds already, of whichever run, is kept.

    Raises:
        MediaWorkError: the file can't be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._wanted: dict[int, int] = {}
        self._shown: set[int] = set()
        with writing(path):
            self._file = path.open("r+b" if path.exists() else "w+b")
            try:
                self._take_stock()
            except BaseException:
                self._file.close()
                raise

    def has(self, wanted: Fraction, *, is_exact: bool) -> bool:
        """Whether a time was seen to, at least as exactly."""
        level = self._wanted.get(to_microseconds(wanted))
        return level is not None and (level == _EXACT or not is_exact)

    def holds(self, shown: Fraction) -> bool:
        """Whether the picture that begins at a time is there."""
        return to_microseconds(shown) in self._shown

    def add(self, wanted: Fraction, shown: Fraction, jpeg: bytes, *, is_exact: bool) -> None:
        """Add a picture, which readers see at once; no bytes: it is one of those held."""
        wanted_us, shown_us = to_microseconds(wanted), to_microseconds(shown)
        level = _EXACT if is_exact else _KEYFRAME
        header = _RECORD.pack(wanted_us, shown_us, level, len(jpeg), zlib.crc32(jpeg))
        with writing(self._path):
            self._file.write(header + jpeg)
            self._file.flush()
        self._note(wanted_us, level, shown_us if jpeg else None)

    def _note(self, wanted_us: int, level: int, shown_us: int | None) -> None:
        self._wanted[wanted_us] = max(self._wanted.get(wanted_us, _KEYFRAME), level)
        if shown_us is not None:
            self._shown.add(shown_us)

    def _take_stock(self) -> None:
        end = 0
        for record in _records(self._file, 0):
            end = record.end
            found = record.thumbnail
            self._note(record.wanted_us, record.level, found.shown_us if found else None)
        self._file.seek(end)
        self._file.truncate()
        if end == 0:
            self._file.write(_MAGIC)
            self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with writing(self._path):
            self._file.close()


def _records(file: BinaryIO, start: int) -> Iterator[_Record]:
    """Yield the whole records from a place on; nothing if it isn't such a file."""
    if start == 0:
        file.seek(0)
        if file.read(len(_MAGIC)) != _MAGIC:
            return
        start = len(_MAGIC)
    size = os.fstat(file.fileno()).st_size
    while start + _RECORD.size <= size:
        file.seek(start)
        wanted_us, shown_us, level, length, checksum = _RECORD.unpack(file.read(_RECORD.size))
        offset, end = start + _RECORD.size, start + _RECORD.size + length
        if length > _LARGEST_JPEG_BYTES or end > size:
            return
        thumbnail = Thumbnail(shown_us, offset, length, checksum) if length else None
        yield _Record(wanted_us, level, thumbnail, end)
        start = end
