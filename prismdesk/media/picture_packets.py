"""Fingerprints of a film's coded pictures: what makes "copied bit for bit" checkable."""

from __future__ import annotations

import hashlib
from array import array
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from prismdesk.media.container import open_media, read_packets
from prismdesk.media.nal_units import UNIT_CODECS, nal_units
from prismdesk.progress import IsCancelled, never_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any

    from av.packet import Packet

    PacketFilter = Callable[[Iterator[Packet[Any]]], Iterator[Packet[Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePackets:
    """The coded packets of one picture stream, in file order.

    ``sha256`` is over length and content of each. ``ticks`` are their presentation times in
    units of ``time_base``, empty where the file stores none.
    """

    stream_index: int
    codec: str
    packets: int
    keyframes: int
    bytes: int
    sha256: str
    ticks: array[int]
    time_base: Fraction

    def first_seconds(self) -> Fraction:
        """Return the time of the picture shown first, 0 without times."""
        return min(self.ticks) * self.time_base if self.ticks else Fraction(0)

    def largest_time_difference_seconds(self, other: PicturePackets) -> Fraction | None:
        """Return how far pictures lie apart at most, both counted from their first picture.

        None if their number differs or one has no times.
        """
        if len(self.ticks) != len(other.ticks) or not self.ticks:
            return None
        mine, theirs = min(self.ticks), min(other.ticks)
        return max(
            abs((tick - mine) * self.time_base - (tock - theirs) * other.time_base)
            for tick, tock in zip(self.ticks, other.ticks, strict=True)
        )


def all_packets(packets: Iterator[Packet[Any]]) -> Iterator[Packet[Any]]:
    """Pass every packet: the filter that leaves nothing out."""
    return packets


def read_picture_packets(
    path: Path,
    stream_indexes: tuple[int, ...],
    *,
    inside: PacketFilter = all_packets,
    by_units: bool = False,
    cancelled: IsCancelled = never_cancelled,
) -> tuple[PicturePackets, ...]:
    """Read a film's picture packets, without decoding, and return their fingerprints.

    Args:
        path: the film.
        stream_indexes: which picture streams.
        inside: leaves packets out, e.g. those outside a cut.
        by_units: hash the units of H.264 and HEVC packets instead of the packets, so that two
            containers that frame them differently compare (see ``nal_units``).
        cancelled: asked every few packets.

    Raises:
        MediaError: the film can't be read.
        Cancelled: the work is no longer wanted.
    """
    with open_media(path) as source:
        streams = [source.streams[index] for index in stream_indexes]
        hashes = {index: hashlib.sha256() for index in stream_indexes}
        counts = {index: [0, 0, 0] for index in stream_indexes}
        ticks = {index: array("q") for index in stream_indexes}
        for packet in inside(read_packets(source, streams, [], cancelled=cancelled)):
            if packet.size == 0:
                continue
            index = packet.stream.index
            for part in _parts(packet, by_units=by_units):
                hashes[index].update(memoryview(part).nbytes.to_bytes(8, "little"))
                hashes[index].update(part)
            count = counts[index]
            count[0] += 1
            count[1] += packet.is_keyframe
            count[2] += packet.size
            if packet.pts is not None:
                ticks[index].append(packet.pts)
        return tuple(
            PicturePackets(
                stream_index=stream.index,
                codec=stream.codec_context.name if stream.codec_context else "",
                packets=counts[stream.index][0],
                keyframes=counts[stream.index][1],
                bytes=counts[stream.index][2],
                sha256=hashes[stream.index].hexdigest(),
                ticks=ticks[stream.index],
                time_base=stream.time_base or Fraction(1),
            )
            for stream in streams
        )


def _parts(packet: Packet[Any], *, by_units: bool) -> Iterator[Packet[Any] | bytes]:
    context = packet.stream.codec_context
    if by_units and context is not None and context.name in UNIT_CODECS:
        yield from nal_units(bytes(packet), context.name, context.extradata)
    else:
        yield packet
