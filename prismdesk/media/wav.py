"""WAV files: a streaming writer, and a reader that maps the file.

Layout written: ``RIFF``, ``JUNK`` (28 bytes, the place of RF64's ``ds64``), ``bext``, ``iXML``,
further chunks, ``fmt ``, ``fact`` (float only), ``JUNK`` so that the samples begin at a multiple
of 64 bytes, ``data``. Past 4 GiB the first words become ``RF64`` and ``ds64`` (EBU Tech 3306).
"""

from __future__ import annotations

import mmap
import os
import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from prismdesk.media.bext import BroadcastExtension, parse_bext
from prismdesk.media.errors import MediaError, reading, writing
from prismdesk.media.riff import (
    GUID_TAIL,
    MAX_TEXT_CHUNK_BYTES,
    TAG_EXTENSIBLE,
    UNKNOWN_SIZE,
    WavFormat,
    WavHeader,
    read_header,
)
from prismdesk.project.model import ChannelLayout

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from prismdesk.media.audio import AudioBlock

__all__ = [
    "BroadcastExtension",
    "MappedWav",
    "WavChunks",
    "WavFormat",
    "WavWriter",
    "map_wav",
    "partial_path",
    "read_chunks",
]

CHANNEL_MASKS: dict[ChannelLayout, int] = {
    ChannelLayout.MONO: 0x4,
    ChannelLayout.STEREO: 0x3,
    ChannelLayout.SURROUND_3_0: 0x7,
    ChannelLayout.QUAD: 0x33,
    ChannelLayout.SURROUND_5_0: 0x37,
    ChannelLayout.SURROUND_5_1: 0x3F,
    ChannelLayout.SURROUND_6_1: 0x70F,
    ChannelLayout.SURROUND_7_1: 0x63F,
}
"""Speakers of each layout as WAVE_FORMAT_EXTENSIBLE counts them (bit 0 is front left)."""

_DATA_ALIGNMENT_BYTES = 64
_RIFF_LIMIT_BYTES = 2**32 - 1


def partial_path(path: Path) -> Path:
    """Where a file is written until it is whole: ``.NAME.partial`` beside it."""
    return path.with_name(f".{path.name}.partial")


class WavWriter:
    """Writes a WAV block by block; the file appears under its name only when closed whole.

    Used as a context manager: leaving it with an error removes what was written. Floats become
    integers by rounding to the nearest (ties to even) of x·2^23 or x·2^15 without dither, so
    sound that came from such integers is written back exactly; beyond full scale is clipped and
    NaN is written as 0.

    Args:
        path: the file to make; one of that name is replaced at the end.
        rate_hz: sampling rate.
        channels: their number; more than two are written as WAVE_FORMAT_EXTENSIBLE.
        sample_format: kind of samples.
        bext: broadcast extension chunk.
        ixml: iXML text, written as UTF-8.
        chunks: further (name of four bytes, payload) before the samples.
        is_durable: whether closing waits until the disk has everything.
        keeps_partial: leave ``partial_path(path)`` after an error, to be continued.
        continue_at_samples: go on with a kept partial file after this many samples; the other
            arguments must be what they were.
        riff_limit_bytes: file size from which the header is RF64.

    Raises:
        MediaWorkError: the file can't be written.
        ValueError: the arguments make no WAV.
    """

    def __init__(
        self,
        path: Path,
        *,
        rate_hz: int,
        channels: int,
        sample_format: WavFormat = WavFormat.FLOAT32,
        bext: BroadcastExtension | None = None,
        ixml: str | None = None,
        chunks: Sequence[tuple[bytes, bytes]] = (),
        is_durable: bool = True,
        keeps_partial: bool = False,
        continue_at_samples: int | None = None,
        riff_limit_bytes: int = _RIFF_LIMIT_BYTES,
    ) -> None:
        if channels < 1 or rate_hz < 1:
            raise ValueError(f"no WAV has {channels} channels at {rate_hz} Hz")
        self.path = path
        self.rate_hz = rate_hz
        self.channels = channels
        self.sample_format = sample_format
        self.length_samples = continue_at_samples or 0
        self._is_durable = is_durable
        self._keeps_partial = keeps_partial
        self._riff_limit_bytes = riff_limit_bytes
        self._frame_bytes = channels * sample_format.sample_bytes
        self._chunks = _metadata_chunks(bext, ixml, chunks)
        self._partial = partial_path(path)
        header = self._header()
        self.data_offset = len(header)
        with writing(path):
            self._file = self._partial.open("wb" if continue_at_samples is None else "r+b", 0)
            try:
                self._write_all(header)
                if continue_at_samples is not None:
                    end = self.data_offset + continue_at_samples * self._frame_bytes
                    self._file.truncate(end)
                    self._file.seek(end)
            except OSError:
                self.discard()
                raise

    def write(self, block: AudioBlock) -> None:
        """Append float32 (channels, samples).

        Raises:
            MediaWorkError: the disk is full or gone.
            ValueError: the block has other channels than the file.
        """
        if block.ndim != 2 or block.shape[0] != self.channels:
            raise ValueError(f"block of shape {block.shape} for {self.channels} channels")
        interleaved = np.empty((block.shape[1], self.channels), "<f4")
        for index, channel in enumerate(block):  # four times as fast as copying block.T
            interleaved[:, index] = channel
        with writing(self.path):
            self._write_all(_encode(interleaved, self.sample_format).data)
        self.length_samples += block.shape[1]

    def written_part(self, start_samples: int, count_samples: int) -> AudioBlock:
        """Read back float32 (channels, count) of a float file that is being written.

        Raises:
            MediaWorkError: it can't be read back.
            ValueError: the stretch isn't written yet.
        """
        if not 0 <= start_samples <= start_samples + count_samples <= self.length_samples:
            raise ValueError(f"samples from {start_samples} on aren't written yet")
        with writing(self.path), self._partial.open("rb") as file:
            file.seek(self.data_offset + start_samples * self._frame_bytes)
            data = np.frombuffer(file.read(count_samples * self._frame_bytes), "<f4")
        return np.ascontiguousarray(data.reshape(count_samples, self.channels).T)

    def close(self) -> None:
        """Finish the header and give the file its name."""
        with writing(self.path):
            if self.length_samples * self._frame_bytes % 2:
                self._write_all(b"\0")
            self._file.seek(0)
            self._write_all(self._header())
            if self._is_durable:
                os.fsync(self._file.fileno())
            self._file.close()
            self._partial.replace(self.path)

    def discard(self) -> None:
        """Stop writing; removes what was written unless it is to be kept."""
        self._file.close()
        if not self._keeps_partial:
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

    def _write_all(self, data: bytes | memoryview) -> None:
        rest = memoryview(data)
        if rest.nbytes:
            rest = rest.cast("B")
        while len(rest) > 0:
            rest = rest[self._file.write(rest) :]

    def _header(self) -> bytes:
        """Everything before the samples; its length doesn't depend on how many there are."""
        data_bytes = self.length_samples * self._frame_bytes
        fmt = _chunk(b"fmt ", _format(self.sample_format, self.rate_hz, self.channels))
        body = b"".join(_chunk(*chunk) for chunk in self._chunks) + fmt
        is_float = self.sample_format is WavFormat.FLOAT32
        before_data = 12 + 36 + len(body) + (12 if is_float else 0)
        padding = -(before_data + 16) % _DATA_ALIGNMENT_BYTES
        file_bytes = before_data + 8 + padding + 8 + data_bytes + data_bytes % 2
        is_rf64 = file_bytes - 8 > self._riff_limit_bytes
        if is_float:
            body += _chunk(b"fact", struct.pack("<I", _size_32(self.length_samples, is_rf64)))
        if is_rf64:
            sizes = struct.pack("<QQQI", file_bytes - 8, data_bytes, self.length_samples, 0)
            start = b"RF64" + struct.pack("<I", UNKNOWN_SIZE) + b"WAVE" + _chunk(b"ds64", sizes)
        else:
            start = b"RIFF" + struct.pack("<I", file_bytes - 8) + b"WAVE"
            start += _chunk(b"JUNK", bytes(28))
        end = b"data" + struct.pack("<I", _size_32(data_bytes, is_rf64))
        return start + body + _chunk(b"JUNK", bytes(padding)) + end


@dataclass(frozen=True, slots=True)
class WavChunks:
    """What a WAV says about itself beside its samples."""

    bext: BroadcastExtension | None
    ixml: str | None
    other_names: tuple[bytes, ...]


def read_chunks(path: Path) -> WavChunks:
    """Read the broadcast extension and iXML of a WAV, None where it has none.

    Raises:
        MediaError: the file is missing or no WAV.
    """
    with reading(path), path.open("rb") as file:
        chunks = read_header(file, path).chunks

        def payload(name: bytes) -> bytes | None:
            if name not in chunks:
                return None
            offset, length_bytes = chunks[name]
            file.seek(offset)
            return file.read(min(length_bytes, MAX_TEXT_CHUNK_BYTES))

        bext, ixml = payload(b"bext"), payload(b"iXML")
    return WavChunks(
        bext=None if bext is None else parse_bext(bext),
        ixml=None if ixml is None else ixml.rstrip(b"\0").decode("utf-8", "replace"),
        other_names=tuple(name for name in chunks if name not in (b"bext", b"iXML")),
    )


class MappedWav:
    """The samples of a WAV, read where they lie on disk; any thread may read.

    Attributes:
        path, rate_hz, channels, length_samples, sample_format, channel_mask: of the file.
    """

    def __init__(self, path: Path, header: WavHeader, mapping: mmap.mmap) -> None:
        self.path = path
        self.rate_hz = header.rate_hz
        self.channels = header.channels
        self.channel_mask = header.channel_mask
        self.length_samples = header.length_samples
        self.sample_format = header.sample_format
        self._mapping = mapping
        kind = {WavFormat.FLOAT32: "<f4", WavFormat.PCM_24: "u1", WavFormat.PCM_16: "<i2"}
        per_sample = 3 if header.sample_format is WavFormat.PCM_24 else 1
        self._samples = np.frombuffer(
            mapping,
            kind[header.sample_format],
            count=header.length_samples * header.channels * per_sample,
            offset=header.data_offset,
        ).reshape(header.length_samples, header.channels * per_sample)

    def read(self, start_samples: int, count_samples: int) -> AudioBlock:
        """Return float32 (channels, count); zeros before 0 and past the end."""
        out = np.zeros((self.channels, max(0, count_samples)), np.float32)
        first = max(0, start_samples)
        last = min(self.length_samples, start_samples + count_samples)
        if first < last:
            stretch = self._samples[first:last]
            out[:, first - start_samples : last - start_samples] = _decode(stretch, self.channels)
        return out

    def close(self) -> None:
        """Let go of the file; what is read from now on is silent."""
        self.length_samples = 0
        self._samples = self._samples[:0].copy()
        with suppress(BufferError):  # another thread is reading: the last one to leave lets go
            self._mapping.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def map_wav(path: Path) -> MappedWav:
    """Map a WAV of 16, 24 or 32-bit float samples, RIFF or RF64.

    A file shorter than its header says is read as far as it goes.

    Raises:
        MediaError: the file is missing, no WAV, or of another kind of samples.
    """
    with reading(path), path.open("rb") as file:
        header = read_header(file, path)
        try:
            mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:
            raise MediaError(f"Can't read {path}: it changed meanwhile; try again.") from error
        if len(mapping) < header.data_offset:
            mapping.close()
            raise MediaError(f"Can't read {path}: it changed meanwhile; try again.")
    return MappedWav(path, header, mapping)


def _encode(samples: npt.NDArray[np.float32], sample_format: WavFormat) -> npt.NDArray[Any]:
    if sample_format is WavFormat.FLOAT32:
        return samples
    full_scale = 2.0 ** (8 * sample_format.sample_bytes - 1)
    scaled = np.rint(samples * np.float32(full_scale))
    np.clip(scaled, -full_scale, full_scale - 1, out=scaled)
    np.nan_to_num(scaled, copy=False, nan=0.0)
    integers: npt.NDArray[np.int32] = scaled.astype("<i4", order="C")
    if sample_format is WavFormat.PCM_16:
        return integers.astype("<i2")
    return np.ascontiguousarray(integers.view("u1").reshape(-1, 4)[:, :3])


def _decode(stretch: npt.NDArray[Any], channels: int) -> npt.NDArray[np.float32]:
    """Return float32 (channels, samples) of interleaved samples; integers exactly.

    What is no number (damage, or a program's fault) would spread through every sum: it becomes 0.
    """
    if stretch.dtype == np.float32:
        floats: npt.NDArray[np.float32] = stretch.T
        if np.isfinite(floats).all():
            return floats
        return np.nan_to_num(floats, nan=0.0, posinf=0.0, neginf=0.0)
    if stretch.dtype == np.int16:
        return stretch.T.astype(np.float32) * np.float32(2.0**-15)
    wide = np.zeros((stretch.shape[0], channels, 4), np.uint8)
    wide[:, :, 1:] = stretch.reshape(-1, channels, 3)
    integers = wide.view("<i4")[:, :, 0].T
    return (integers >> 8).astype(np.float32) * np.float32(2.0**-23)


def _metadata_chunks(
    bext: BroadcastExtension | None, ixml: str | None, chunks: Sequence[tuple[bytes, bytes]]
) -> list[tuple[bytes, bytes]]:
    result = [] if bext is None else [(b"bext", bext.encoded())]
    if ixml is not None:
        result.append((b"iXML", ixml.encode("utf-8")))
    return [*result, *chunks]


def _format(sample_format: WavFormat, rate_hz: int, channels: int) -> bytes:
    """Return the ``fmt `` chunk; more than two channels need to say which is which."""
    tag = sample_format.tag if channels <= 2 else TAG_EXTENSIBLE
    bits = 8 * sample_format.sample_bytes
    frame_bytes = channels * sample_format.sample_bytes
    fmt = struct.pack("<HHIIHH", tag, channels, rate_hz, rate_hz * frame_bytes, frame_bytes, bits)
    if tag == TAG_EXTENSIBLE:
        mask = next((m for lay, m in CHANNEL_MASKS.items() if lay.channels == channels), 0)
        return fmt + struct.pack("<HHIH", 22, bits, mask, sample_format.tag) + GUID_TAIL
    return fmt if sample_format is not WavFormat.FLOAT32 else fmt + struct.pack("<H", 0)


def _chunk(name: bytes, payload: bytes) -> bytes:
    return name + struct.pack("<I", len(payload)) + payload + bytes(len(payload) % 2)


def _size_32(size: int, is_rf64: bool) -> int:
    return UNKNOWN_SIZE if is_rf64 else size
