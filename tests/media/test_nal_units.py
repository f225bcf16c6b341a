from __future__ import annotations

from prismdesk.media.nal_units import nal_units

UNITS = [b"\x67abc", b"\x65" + bytes(range(1, 200)), b"\x41x"]


def test_both_framings_give_the_same_units() -> None:
    stream = b"\0" + b"".join(b"\0\0\1" + unit + b"\0" for unit in UNITS)
    lengths = b"".join(len(unit).to_bytes(4, "big") + unit for unit in UNITS)
    assert list(nal_units(stream, "h264", None)) == UNITS
    assert list(nal_units(lengths, "h264", b"\1\x64\0\x1f\xff")) == UNITS


def test_short_lengths_are_read_as_the_header_says() -> None:
    lengths = b"".join(len(unit).to_bytes(2, "big") + unit for unit in UNITS)
    assert list(nal_units(lengths, "hevc", b"\1" + bytes(20) + b"\xfd")) == UNITS


def test_a_lying_length_ends_the_packet() -> None:
    assert list(nal_units(b"\xff\xff\xff\xffab", "h264", b"\1\0\0\0\3")) == [b"ab"]
