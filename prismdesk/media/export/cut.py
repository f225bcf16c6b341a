"""Where a part of a film can be cut out when its picture is copied.

A copied picture can begin only at a keyframe. The rule: it begins at the last keyframe at or
before the range, and ends with the last packet, in coding order, whose picture begins inside the
range; pictures that precede the keyframe in showing but follow it in the file are left out. The
sound covers exactly the pictures that are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from prismdesk.media.container import open_media, read_packets
from prismdesk.media.export.request import ExportRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from av.packet import Packet

    from prismdesk.progress import IsCancelled


@dataclass(frozen=True, slots=True)
class Cut:
    """The packets of a part, in the film's own clock.

    ``first_seconds`` is the keyframe's presentation time, ``end_seconds`` the end of the last
    picture shown, ``packets`` how many picture packets there are from the keyframe on, those left
    out not counted.
    """

    first_seconds: Fraction
    end_seconds: Fraction
    packets: int


def find_cut(
    film: Path,
    stream_index: int,
    start_seconds: Fraction,
    end_seconds: Fraction,
    *,
    cancelled: IsCancelled,
) -> Cut:
    """Return the part of a film to copy for a range of its own clock.

    Raises:
        ExportRefusedError: there is no picture in the range, or it has no timestamps.
        Cancelled: the work is no longer wanted.
    """
    first: Fraction | None = None
    count = packets = 0
    last_end = Fraction(0)
    with open_media(film) as source:
        stream = source.streams[stream_index]
        for packet in read_packets(source, [stream], [], cancelled=cancelled):
            if packet.pts is None or packet.size == 0:
                continue
            time = packet.pts * packet.time_base
            if packet.is_keyframe and (first is None or time <= start_seconds):
                first, count, packets, last_end = time, 0, 0, time
            if first is None or time < first:
                continue
            count += 1
            if time < end_seconds:
                packets = count
            if time < end_seconds or packets == count:
                last_end = max(last_end, time + (packet.duration or 0) * packet.time_base)
    if first is None or packets == 0 or first >= end_seconds:
        raise ExportRefusedError(
            f"{film} has no picture inside the range asked for; choose another range."
        )
    return Cut(first, last_end, packets)


def packets_inside(
    packets: Iterator[Packet[Any]], cut: Cut | None, picture_index: int
) -> Iterator[Packet[Any]]:
    """Pass over empty packets and, where there is a cut, over what lies outside it.

    ``picture_index`` is the stream that the cut was made for.
    """
    pictures = 0
    for packet in packets:
        if packet.size == 0 and packet.pts is None:
            continue
        if cut is None:
            yield packet
            continue
        time = packet.pts * packet.time_base if packet.pts is not None else Fraction(-1)
        if packet.stream.index == picture_index:
            is_first = time == cut.first_seconds and packet.is_keyframe
            if (pictures == 0 and not is_first) or time < cut.first_seconds:
                continue
            pictures += 1
            if pictures <= cut.packets:
                yield packet
        elif cut.first_seconds <= time < cut.end_seconds:
            yield packet
