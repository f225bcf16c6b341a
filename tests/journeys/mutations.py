"""Ways to damage a file: cut, flipped, overwritten, and above all headers that lie.

Each mutation is a pure function of the bytes and a random generator; ``mutate`` draws one or a
few of those that fit the file's kind. The same seed gives the same damage.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    Mutation = Callable[[bytes, random.Random], bytes]

EVIL_INTEGERS: tuple[int, ...] = (
    0,
    1,
    2,
    3,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x10000,
    0x00FFFFFF,
)
EVIL_INTEGERS += (0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)

_MP4_CONTAINERS = frozenset(
    {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"udta", b"dinf"}
)
_LYING_BOXES = frozenset(
    {b"mvhd", b"tkhd", b"mdhd", b"stts", b"ctts", b"stsc", b"stsz", b"stco", b"co64", b"elst"}
    | {b"stsd", b"hdlr", b"stss", b"smhd", b"vmhd", b"dref", b"ftyp", b"mdat"}
)
_EVIL_JSON: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    2**31,
    2**63,
    2**64,
    10**40,
    -(10**40),
    0.5,
    1e308,
)
_EVIL_JSON += ("", "x" * 10_000, "../../../etc/passwd", "/etc/passwd", "\u0000", "\ud800", "0/0")
_EVIL_JSON += ("1/0", "24000/1001", [], {}, [[]], {"": ""}, "NaN", "é" * 300, "a\nb")


def truncate(data: bytes, draw: random.Random) -> bytes:
    """Keep a part from the start."""
    return data[: draw.randrange(len(data) + 1)]


def cut_out(data: bytes, draw: random.Random) -> bytes:
    """Leave a stretch out of the middle."""
    start = draw.randrange(len(data) + 1)
    return data[:start] + data[start + draw.randrange(1, 5000) :]


def flip_bits(data: bytes, draw: random.Random) -> bytes:
    """Flip some single bits anywhere."""
    changed = bytearray(data)
    for _ in range(draw.choice((1, 3, 30, 300))):
        if changed:
            changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def overwrite(data: bytes, draw: random.Random) -> bytes:
    """Put zeros, ones or noise over a stretch."""
    start = draw.randrange(len(data) + 1)
    length = min(draw.choice((4, 64, 1024, 20_000)), len(data) - start)
    filling = draw.choice((b"\0" * length, b"\xff" * length, draw.randbytes(length)))
    return data[:start] + filling + data[start + length :]


def repeat(data: bytes, draw: random.Random) -> bytes:
    """Have a stretch twice."""
    start = draw.randrange(len(data) + 1)
    end = start + draw.randrange(1, 5000)
    return data[:end] + data[start:]


def append_noise(data: bytes, draw: random.Random) -> bytes:
    """Go on with noise after the end."""
    return data + draw.randbytes(draw.choice((1, 100, 10_000)))


def lie_near_start(data: bytes, draw: random.Random) -> bytes:
    """Put an evil number somewhere in the first 512 bytes, in either byte order."""
    return _with_number(data, draw.randrange(max(1, min(len(data), 512))), draw)


def lie_in_mp4_box(data: bytes, draw: random.Random) -> bytes:
    """Change a box's size, name, rate, duration, time scale, count or table entry."""
    boxes = _mp4_boxes(data, 0, len(data))
    if not boxes:
        return flip_bits(data, draw)
    name, start, end = draw.choice([box for box in boxes if box[0] in _LYING_BOXES] or boxes)
    if name == b"mdat" or draw.random() < 0.2:
        return _with_number(data, start, draw)  # the size itself
    last = min(end, start + 128) if draw.random() < 0.8 else end
    return _with_number(data, draw.randrange(start + 8, max(start + 9, last), 1) & ~3, draw)


def _mp4_boxes(data: bytes, start: int, end: int) -> list[tuple[bytes, int, int]]:
    found = []
    while start + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, start)
        if size == 1 and start + 16 <= end:
            (size,) = struct.unpack_from(">Q", data, start + 8)
        box_end = min(end, start + size) if size >= 8 else end
        found.append((name, start, box_end))
        if name in _MP4_CONTAINERS:
            found.extend(_mp4_boxes(data, start + 8, box_end))
        start = box_end
    return found


def lie_in_wav_chunk(data: bytes, draw: random.Random) -> bytes:
    """Change the size, or a field of the beginning, of a RIFF chunk."""
    chunks = []
    place = 12
    while place + 8 <= len(data):
        (size,) = struct.unpack_from("<I", data, place + 4)
        chunks.append((place, size))
        place += 8 + size + (size & 1)
    chunks.append((0, 4))
    start, size = draw.choice(chunks)
    if draw.random() < 0.4:
        return _put(data, start + 4, struct.pack("<I", draw.choice(EVIL_INTEGERS)))
    offset = start + 8 + draw.randrange(0, max(1, min(size, 40)), 2)
    number = draw.choice(EVIL_INTEGERS)
    value = struct.pack("<I", number) if draw.random() < 0.5 else struct.pack("<H", number & 0xFFFF)
    return _put(data, offset, value)


def lie_after_start_code(data: bytes, draw: random.Random) -> bytes:
    """Change bytes behind an MPEG start code: sizes, rates, timestamps."""
    places: list[int] = []
    place = data.find(b"\0\0\1")
    while place >= 0 and len(places) < 2000:
        places.append(place)
        place = data.find(b"\0\0\1", place + 3)
    if not places:
        return flip_bits(data, draw)
    start = draw.choice(places) + 3 + draw.randrange(14)
    return _put(data, start, draw.randbytes(draw.choice((1, 2, 4))))


def lie_in_ebml(data: bytes, draw: random.Random) -> bytes:
    """Change bytes of a Matroska header: its lengths are where the first 600 bytes are odd."""
    return _put(
        data, draw.randrange(max(1, min(len(data), 600))), draw.randbytes(draw.choice((1, 2, 8)))
    )


def _with_number(data: bytes, offset: int, draw: random.Random) -> bytes:
    return _put(data, offset, struct.pack(draw.choice((">I", "<I")), draw.choice(EVIL_INTEGERS)))


def _put(data: bytes, offset: int, value: bytes) -> bytes:
    return (data[:offset] + value + data[offset + len(value) :])[: max(len(data), offset)]


def change_json_value(data: bytes, draw: random.Random) -> bytes:
    """Replace, remove, rename or repeat one value anywhere in the document."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return flip_bits(data, draw)
    places = _json_places(document)
    if not places:
        return flip_bits(data, draw)
    holder, key = draw.choice(places)
    deed = draw.randrange(5)
    if deed == 0:
        del holder[key]
    elif deed == 1 and isinstance(holder, dict):
        holder[draw.choice(("", "extra", "id", "unknown field", "x" * 500))] = holder.pop(key)
    elif deed == 2 and isinstance(holder, list):
        holder.extend([holder[key]] * draw.choice((1, 50)))
    elif deed == 3:
        other_holder, other_key = draw.choice(places)
        holder[key] = json.loads(json.dumps(other_holder[other_key]))
    else:
        holder[key] = draw.choice(_EVIL_JSON)
    return json.dumps(document).encode()


def _json_places(value: Any) -> list[tuple[Any, Any]]:
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    found = [(value, key) for key, _ in items]
    for _, inner in items:
        found.extend(_json_places(inner))
    return found


def nest_json(data: bytes, draw: random.Random) -> bytes:
    """Put brackets around everything, very many of them, or only opening ones."""
    depth = draw.choice((10, 2_000, 200_000))
    return b"[" * depth + draw.choice((data + b"]" * depth, b""))


def change_number_text(data: bytes, draw: random.Random) -> bytes:
    """Replace a digit by what a number's text should not hold."""
    places = [place for place, byte in enumerate(data) if 48 <= byte <= 57]
    if not places:
        return flip_bits(data, draw)
    evil = draw.choice((b"9" * 5000, b"-", b"1e999", b"NaN", b"Infinity", b"0x1", b""))
    place = draw.choice(places)
    return data[:place] + evil + data[place + 1 :]


def change_lines(data: bytes, draw: random.Random) -> bytes:
    """Drop, repeat, swap or damage lines, as in a journal that a crash left."""
    lines = data.splitlines(keepends=True)
    if not lines:
        return data
    place = draw.randrange(len(lines))
    deed = draw.randrange(5)
    if deed == 0:
        del lines[place]
    elif deed == 1:
        lines.insert(place, lines[draw.randrange(len(lines))])
    elif deed == 2:
        other = draw.randrange(len(lines))
        lines[place], lines[other] = lines[other], lines[place]
    elif deed == 3:
        lines[place] = truncate(lines[place], draw)
    else:
        lines[place] = change_json_value(lines[place].rstrip(b"\n"), draw) + b"\n"
    return b"".join(lines)


ANYWHERE: tuple[Mutation, ...] = (truncate, cut_out, flip_bits, overwrite, repeat, append_noise)
TEXT: tuple[Mutation, ...] = (change_json_value, change_json_value, change_json_value, nest_json)
TEXT += (change_number_text, change_lines)
BY_SUFFIX: dict[str, tuple[Mutation, ...]] = {
    ".mp4": (*ANYWHERE, *(lie_in_mp4_box,) * 8),
    ".mov": (*ANYWHERE, *(lie_in_mp4_box,) * 8),
    ".wav": (*ANYWHERE, *(lie_in_wav_chunk,) * 8),
    ".mkv": (*ANYWHERE, *(lie_in_ebml,) * 4),
    ".webm": (*ANYWHERE, *(lie_in_ebml,) * 4),
    ".mpg": (*ANYWHERE, *(lie_after_start_code,) * 4),
    ".prismdesk": (*ANYWHERE, *TEXT, *TEXT),
    ".journal": (*ANYWHERE, *(change_lines,) * 6, *TEXT),
}


def mutate(data: bytes, suffix: str, draw: random.Random) -> tuple[bytes, tuple[str, ...]]:
    """Return the bytes with one to three kinds of damage, and the names of these."""
    fitting = BY_SUFFIX.get(suffix, (*ANYWHERE, lie_near_start))
    names = []
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        mutation = draw.choice(fitting)
        data = mutation(data, draw)
        names.append(mutation.__name__)
    return data, tuple(names)
