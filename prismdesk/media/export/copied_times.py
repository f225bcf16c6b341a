"""Timestamps of packets that are copied: kept, moved by one constant, completed where missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fractions import Fraction

    from av.packet import Packet

_MAX_WAITING = 64


class CopiedTimes:
    """The times of one stream's packets on their way into another file.

    Presentation times are kept exactly, less a constant. Matroska and raw streams don't store
    decoding times; those that the demuxer can't tell (before the first ones it can) are counted
    back from the first known, one frame each. Times that would run backwards are raised by the
    least that a muxer accepts, and counted in ``repaired``.

    Args:
        frame_ticks: length of a frame in the stream's ticks, for counting.
        shift_ticks: what is subtracted from all times.
    """

    def __init__(self, *, frame_ticks: Fraction, shift_ticks: int) -> None:
        self.repaired = 0
        self._frame_ticks = frame_ticks
        self._shift_ticks = shift_ticks
        self._waiting: list[Packet[Any]] = []
        self._last_dts: int | None = None
        self._counted = 0

    def place(self, packet: Packet[Any]) -> list[Packet[Any]]:
        """Return the packets whose times are now complete, in order."""
        if packet.dts is None and (self._last_dts is None or packet.pts is None):
            self._waiting.append(packet)
            return self.flush() if len(self._waiting) > _MAX_WAITING else []
        if packet.dts is None and self._last_dts is not None:
            packet.dts = self._last_dts + self._shift_ticks + max(1, int(self._frame_ticks))
        ready = []
        for place, early in enumerate(self._waiting):
            steps = len(self._waiting) - place
            early.dts = (packet.dts or 0) - max(steps, int(steps * self._frame_ticks))
            ready.append(self._shifted(early))
        self._waiting.clear()
        ready.append(self._shifted(packet))
        return ready

    def flush(self) -> list[Packet[Any]]:
        """Return what still waits, its decoding times guessed from the presentation times."""
        if not self._waiting:
            return []
        for packet in self._waiting:
            if packet.pts is None:
                packet.pts = int(self._counted * self._frame_ticks)
            self._counted += 1
        ordered = sorted(packet.pts or 0 for packet in self._waiting)
        behind = max(
            time - (packet.pts or 0) for time, packet in zip(ordered, self._waiting, strict=True)
        )
        ready = []
        for time, packet in zip(ordered, self._waiting, strict=True):
            packet.dts = time - behind
            ready.append(self._shifted(packet))
        self._waiting.clear()
        return ready

    def _shifted(self, packet: Packet[Any]) -> Packet[Any]:
        dts = (packet.dts or 0) - self._shift_ticks
        if self._last_dts is not None and dts <= self._last_dts:
            dts = self._last_dts + 1
            self.repaired += 1
        pts = dts if packet.pts is None else packet.pts - self._shift_ticks
        if pts < dts:
            pts = dts
            self.repaired += 1
        packet.dts, packet.pts = dts, pts
        self._last_dts = dts
        return packet
