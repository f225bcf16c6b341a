"""The broadcast extension chunk of a WAV: EBU Tech 3285 version 2 (May 2011), section 2.3."""

from __future__ import annotations

import struct
from dataclasses import dataclass

FIXED_BYTES = 602
"""Length of the chunk before the coding history."""

_LAYOUT = struct.Struct("<256s32s32s10s8sIIH64s5h180x")
_UNSET = 0x7FFF
_VERSION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastExtension:
    """What a broadcast WAV says about itself.

    Texts are ASCII and cut to their field (``description`` 256, ``originator`` and
    ``originator_reference`` 32 characters); other characters are written as ``?``.
    ``origination_date`` is ``yyyy-mm-dd``, ``origination_time`` ``hh:mm:ss``.
    ``time_reference_samples`` counts from midnight to the first sample. Loudness values are in
    LUFS, LU and dBTP, stored in hundredths, None where unknown. ``umid`` is up to 64 bytes.
    """

    description: str = ""
    originator: str = ""
    originator_reference: str = ""
    origination_date: str = ""
    origination_time: str = ""
    time_reference_samples: int = 0
    umid: bytes = b""
    loudness_lufs: float | None = None
    loudness_range_lu: float | None = None
    max_true_peak_dbtp: float | None = None
    max_momentary_lufs: float | None = None
    max_short_term_lufs: float | None = None
    coding_history: str = ""

    def encoded(self) -> bytes:
        """Return the chunk's bytes: the fixed part, then the coding history."""
        fixed = _LAYOUT.pack(
            _ascii(self.description),
            _ascii(self.originator),
            _ascii(self.originator_reference),
            _ascii(self.origination_date),
            _ascii(self.origination_time),
            self.time_reference_samples & 0xFFFFFFFF,
            (self.time_reference_samples >> 32) & 0xFFFFFFFF,
            _VERSION,
            self.umid,
            _hundredths(self.loudness_lufs),
            _hundredths(self.loudness_range_lu),
            _hundredths(self.max_true_peak_dbtp),
            _hundredths(self.max_momentary_lufs),
            _hundredths(self.max_short_term_lufs),
        )
        return fixed + _ascii(self.coding_history)


def parse_bext(data: bytes) -> BroadcastExtension:
    """Read a chunk of any version; what a shorter or older chunk lacks is left unset."""
    fields = _LAYOUT.unpack(data[:FIXED_BYTES].ljust(FIXED_BYTES, b"\0"))
    version = fields[7]
    loudness = fields[9:14] if version >= _VERSION else (_UNSET,) * 5
    return BroadcastExtension(
        description=_text(fields[0]),
        originator=_text(fields[1]),
        originator_reference=_text(fields[2]),
        origination_date=_text(fields[3]),
        origination_time=_text(fields[4]),
        time_reference_samples=fields[5] | fields[6] << 32,
        umid=fields[8].rstrip(b"\0") if version >= 1 else b"",
        loudness_lufs=_from_hundredths(loudness[0]),
        loudness_range_lu=_from_hundredths(loudness[1]),
        max_true_peak_dbtp=_from_hundredths(loudness[2]),
        max_momentary_lufs=_from_hundredths(loudness[3]),
        max_short_term_lufs=_from_hundredths(loudness[4]),
        coding_history=_text(data[FIXED_BYTES:]),
    )


def _ascii(text: str) -> bytes:
    return text.encode("ascii", "replace")


def _text(data: bytes) -> str:
    """Decode a zero-ended field; old programs wrote other character sets than ASCII."""
    data = data.split(b"\0", 1)[0]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _hundredths(value: float | None) -> int:
    if value is None:
        return _UNSET
    return max(-0x8000, min(_UNSET - 1, round(value * 100)))


def _from_hundredths(value: int) -> float | None:
    return None if value == _UNSET else value / 100
