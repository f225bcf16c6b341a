"""The chunks of a WAV file: RIFF, and RF64 (EBU Tech 3306) for more than 4 GiB.

Reads headers that may lie: sizes are held against the file, and nothing is allocated for them.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO

from prismdesk.media.errors import MediaError

if TYPE_CHECKING:
    from pathlib import Path

UNKNOWN_SIZE = 0xFFFFFFFF
"""In a 32-bit size field: look into ``ds64``, or read to the end of the file."""

MAX_TEXT_CHUNK_BYTES = 16 * 2**20
_MAX_CHUNKS = 10_000
_MAX_CHANNELS = 1024
_MAX_RATE_HZ = 10_000_000
_TAG_PCM, _TAG_FLOAT, TAG_EXTENSIBLE = 1, 3, 0xFFFE
GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")


class WavFormat(StrEnum):
    """Kinds of samples that are written and mapped."""

    FLOAT32 = "pcm32f"
    PCM_24 = "pcm24"
    PCM_16 = "pcm16"

    @property
    def sample_bytes(self) -> int:
        """Bytes of one sample of one channel."""
        return {WavFormat.FLOAT32: 4, WavFormat.PCM_24: 3, WavFormat.PCM_16: 2}[self]

    @property
    def tag(self) -> int:
        """The format tag of the ``fmt `` chunk."""
        return _TAG_FLOAT if self is WavFormat.FLOAT32 else _TAG_PCM


@dataclass(frozen=True, slots=True, kw_only=True)
class WavHeader:
    """Where the samples of a WAV lie, and what they are.

    ``channel_mask`` is that of WAVE_FORMAT_EXTENSIBLE, 0 where the file has none. ``chunks``
    gives (offset of the payload, length in bytes within the file) of the first of each name.
    """

    sample_format: WavFormat
    rate_hz: int
    channels: int
    channel_mask: int
    data_offset: int
    length_samples: int
    is_rf64: bool
    chunks: dict[bytes, tuple[int, int]] = field(default_factory=dict)


def read_header(file: BinaryIO, path: Path) -> WavHeader:
    """Read the header of an open WAV; ``path`` is for messages.

    Raises:
        MediaError: not a WAV, a damaged header, or a kind of sample that can't be mapped.
        OSError: the file can't be read.
    """
    file_bytes = file.seek(0, os.SEEK_END)
    file.seek(0)
    start = file.read(12)
    if len(start) < 12 or start[:4] not in (b"RIFF", b"RF64", b"BW64") or start[8:] != b"WAVE":
        raise MediaError(f"{path} isn't a WAV file; choose another file.")
    is_rf64 = start[:4] != b"RIFF"
    chunks = _find_chunks(file, file_bytes, is_rf64=is_rf64)
    if b"fmt " not in chunks or b"data" not in chunks:
        raise MediaError(
            f"{path} is damaged: its format or its samples are missing; use another copy."
        )
    sample_format, rate_hz, channels, mask = _read_format(file, path, chunks[b"fmt "])
    offset, length_bytes = chunks[b"data"]
    return WavHeader(
        sample_format=sample_format,
        rate_hz=rate_hz,
        channels=channels,
        channel_mask=mask,
        data_offset=offset,
        length_samples=length_bytes // (channels * sample_format.sample_bytes),
        is_rf64=is_rf64,
        chunks=chunks,
    )


def _find_chunks(file: BinaryIO, file_bytes: int, *, is_rf64: bool) -> dict[bytes, tuple[int, int]]:
    chunks: dict[bytes, tuple[int, int]] = {}
    data_bytes_64 = None
    position = 12
    for _ in range(_MAX_CHUNKS):
        file.seek(position)
        head = file.read(8)
        if len(head) < 8:
            break
        name, size = head[:4], int.from_bytes(head[4:], "little")
        payload = position + 8
        if name == b"ds64" and is_rf64:
            sizes = file.read(16)
            data_bytes_64 = int.from_bytes(sizes[8:16], "little") if len(sizes) == 16 else None
        if name == b"data" and size == UNKNOWN_SIZE:
            size = file_bytes - payload if data_bytes_64 is None else data_bytes_64
        chunks.setdefault(name, (payload, min(size, file_bytes - payload)))
        position = payload + size + size % 2
    return chunks


def _read_format(
    file: BinaryIO, path: Path, chunk: tuple[int, int]
) -> tuple[WavFormat, int, int, int]:
    offset, length_bytes = chunk
    file.seek(offset)
    fmt = file.read(min(length_bytes, 40))
    if len(fmt) < 16:
        raise MediaError(f"{path} is damaged: its format is cut short; use another copy.")
    tag, channels, rate_hz, _, block_bytes, bits = struct.unpack("<HHIIHH", fmt[:16])
    mask = 0
    if tag == TAG_EXTENSIBLE and len(fmt) == 40:
        mask, tag = struct.unpack("<IH", fmt[20:26])
    formats = {(f.tag, 8 * f.sample_bytes): f for f in WavFormat}
    sample_format = formats.get((tag, bits))
    if sample_format is None:
        raise MediaError(
            f"{path} has samples of {bits} bits of kind {tag}, which can't be used directly; "
            "import it as a film or convert it to 16 or 24 bits or 32-bit float."
        )
    if not (0 < channels <= _MAX_CHANNELS and 0 < rate_hz <= _MAX_RATE_HZ):
        raise MediaError(
            f"{path} is damaged: it claims {channels} channels at {rate_hz} Hz; use another copy."
        )
    if block_bytes != channels * sample_format.sample_bytes:
        raise MediaError(f"{path} is damaged: its sample size is wrong; use another copy.")
    return sample_format, rate_hz, channels, mask
