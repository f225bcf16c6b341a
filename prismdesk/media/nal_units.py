"""The units inside coded H.264 and HEVC pictures, whichever way a container frames them.

A byte stream (MPEG-TS, raw files) puts a start code before each unit: ISO/IEC 14496-10 and
23008-2, annex B. MP4 and Matroska put its length there instead: ISO/IEC 14496-15, sections 5.3
and 8.3. Going from one to the other changes each packet but no unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

UNIT_CODECS = ("h264", "hevc")
"""Codecs whose packets are made of units."""

_START_CODE = b"\0\0\1"
_LENGTH_SIZE_AT = {"h264": 4, "hevc": 21}


def nal_units(packet: bytes, codec: str, extradata: bytes | None) -> Iterator[bytes]:
    """Yield the units of a packet without start codes, lengths and padding.

    Args:
        packet: one coded picture.
        codec: one of ``UNIT_CODECS``.
        extradata: of its stream; begins with 1 where units have lengths.
    """
    size_at = _LENGTH_SIZE_AT[codec]
    if extradata and extradata[0] == 1 and len(extradata) > size_at:
        yield from _after_lengths(packet, (extradata[size_at] & 3) + 1)
        return
    for unit in packet.split(_START_CODE)[1:]:
        yield unit.rstrip(b"\0")


def _after_lengths(packet: bytes, length_bytes: int) -> Iterator[bytes]:
    position = 0
    while position + length_bytes <= len(packet):
        length = int.from_bytes(packet[position : position + length_bytes], "big")
        position += length_bytes
        yield packet[position : position + length].rstrip(b"\0")
        position += length
