"""Project values to JSON and back, field by field, as ``model`` declares them.

Each dataclass becomes an object with its fields' names; a ``SampleRange`` the pair
``[start, end]``, a ``Fraction`` the text ``"24000/1001"``, tuples lists. Fields that this program
doesn't know are kept in ``extra`` and written back. What is read is checked against the declared
types and bounds; a misfit raises ``FormatError`` with the path of the field.

A ``Memo`` remembers which value belongs to which JSON object, both ways: an edit of one clip
encodes that clip and its parents, and steps of the history that share JSON share values.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import json
import math
import re
import types
import typing
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from prismdesk.project.consistency import is_inner_path
from prismdesk.project.model import Extra, Media, Project
from prismdesk.project.store.errors import FormatError
from prismdesk.project.store.folder import is_absolute_anywhere
from prismdesk.project.timebase import SampleRange

if typing.TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.store.json_patch import Json

MAX_ITEMS = 1_000_000
MAX_TEXT_LENGTH = 1_000_000
MAX_ID_LENGTH = 200
MAX_EXTRA_DEPTH = 64
MAX_POSITION_SAMPLES = 2**53
"""Bound of all positions and lengths: exact as a JSON number in any reader."""
_MAX_INT = 2**63 - 1
_MAX_FLOAT = 1e12
_MEMO_LIMIT = 500_000

_INT_BOUNDS = {
    "_samples": (-MAX_POSITION_SAMPLES, MAX_POSITION_SAMPLES),
    "_hz": (1, 10_000_000),
    "_px": (0, 1_000_000),
    "_bits": (1, 1024),
    "_index": (0, 1_000_000),
    "_bytes": (0, _MAX_INT),
    "channels": (1, 1024),
}
_FRACTION = re.compile(r"([0-9]{1,15})(?:/([0-9]{1,15}))?")


class Memo:
    """Which value and which JSON object stand for each other, by identity.

    Values are frozen and JSON objects are never changed once made, so the pairs stay true.
    It holds both, so that identities can't be reused, and starts over when it grows too large.
    """

    def __init__(self) -> None:
        self._by_value: dict[int, tuple[object, dict[str, Json]]] = {}
        self._by_node: dict[int, tuple[dict[str, Json], object]] = {}

    def node_of(self, value: object) -> dict[str, Json] | None:
        """Return the JSON object that stands for the value, if it is known."""
        found = self._by_value.get(id(value))
        return found[1] if found else None

    def value_of(self, node: dict[str, Json]) -> object | None:
        """Return the value that the JSON object stands for, if it is known."""
        found = self._by_node.get(id(node))
        return found[1] if found else None

    def remember(self, value: object, node: dict[str, Json]) -> None:
        """Note that they stand for each other."""
        if len(self._by_node) >= _MEMO_LIMIT:
            self.clear()
        self._by_value[id(value)] = (value, node)
        self._by_node[id(node)] = (node, value)

    def clear(self) -> None:
        """Forget everything."""
        self._by_value.clear()
        self._by_node.clear()


def encode_project(project: Project, memo: Memo | None = None) -> dict[str, Json]:
    """Return the project as a JSON object that ``decode_project`` turns into an equal project.

    Raises:
        FormatError: a value couldn't be read back (NaN, out of bounds, of the wrong type).
    """
    try:
        node = _converter(Project, "").encode(project, memo or Memo())
    except _MisfitError as misfit:
        raise FormatError(misfit.sentence()) from None
    return typing.cast("dict[str, Json]", node)


def decode_project(node: Json, memo: Memo | None = None) -> Project:
    """Return the project that a JSON object describes.

    Raises:
        FormatError: a field is missing, of the wrong type, or out of bounds.
    """
    try:
        value = _converter(Project, "").decode(node, memo or Memo())
    except _MisfitError as misfit:
        raise FormatError(misfit.sentence()) from None
    return typing.cast("Project", value)


class _MisfitError(Exception):
    """A value that doesn't fit; the path grows on the way up."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.path: list[str] = []

    def sentence(self) -> str:
        path = "".join(reversed(self.path)).removeprefix(".")
        return f"{path or 'the project'} {self.problem}"


@dataclass(frozen=True, slots=True)
class _Converter:
    encode: Callable[[Any, Memo], Json]
    decode: Callable[[Json, Memo], Any]


def _unchanged(value: Any, memo: Memo) -> Json:
    return typing.cast("Json", value)


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = "null" if value is None else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


@functools.cache
def _converter(kind: Any, name: str) -> _Converter:
    """Return how values of a declared type are written and read; ``name`` is the field's."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _range_converter() if kind is SampleRange else _record_converter(kind)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return _list_converter(_converter(arguments[0], name))
    if origin is tuple:
        return _fixed_list_converter(tuple(_converter(a, name) for a in arguments))
    if origin in (typing.Union, types.UnionType):
        return _union_converter(arguments, name)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _Converter(lambda value, memo: str(value), _enum_decoder(kind))
    if isinstance(kind, typing.NewType):
        return _Converter(_unchanged, _decode_id)
    if kind is Fraction:
        return _Converter(lambda value, memo: str(value), _decode_fraction)
    if kind is float:
        return _Converter(_unchanged, _decode_float)
    if kind is int:
        return _Converter(_unchanged, _int_decoder(name))
    return _Converter(_unchanged, {str: _decode_text, bool: _decode_bool}[kind])


# Single values


def _decode_text(node: Json, memo: Memo) -> str:
    if not isinstance(node, str):
        raise _MisfitError(f"must be a text, not {_shown(node)}")
    if len(node) > MAX_TEXT_LENGTH:
        raise _MisfitError(f"is longer than {MAX_TEXT_LENGTH} characters")
    return node


def _decode_id(node: Json, memo: Memo) -> str:
    if not isinstance(node, str) or not 0 < len(node) <= MAX_ID_LENGTH:
        raise _MisfitError(f"must be an id of 1 to {MAX_ID_LENGTH} characters, not {_shown(node)}")
    return node


def _decode_bool(node: Json, memo: Memo) -> bool:
    if not isinstance(node, bool):
        raise _MisfitError(f"must be true or false, not {_shown(node)}")
    return node


def _decode_float(node: Json, memo: Memo) -> float:
    if isinstance(node, bool) or not isinstance(node, int | float):
        raise _MisfitError(f"must be a number, not {_shown(node)}")
    if not math.isfinite(node) or abs(node) > _MAX_FLOAT:
        raise _MisfitError(f"must be a number of at most {_MAX_FLOAT:g}, not {_shown(node)}")
    return float(node)


def _int_decoder(name: str) -> Callable[[Json, Memo], int]:
    low, high = next(
        (bounds for ending, bounds in _INT_BOUNDS.items() if name.endswith(ending)),
        (-_MAX_INT, _MAX_INT),
    )

    def decode(node: Json, memo: Memo) -> int:
        if isinstance(node, bool) or not isinstance(node, int):
            raise _MisfitError(f"must be a whole number, not {_shown(node)}")
        if not low <= node <= high:
            raise _MisfitError(f"must lie between {low} and {high}")
        return node

    return decode


def _decode_fraction(node: Json, memo: Memo) -> Fraction:
    match = _FRACTION.fullmatch(node) if isinstance(node, str) else None
    if match is None or int(match[2] or 1) == 0:
        raise _MisfitError(f"must be a rate like “24000/1001”, not {_shown(node)}")
    return Fraction(int(match[1]), int(match[2] or 1))


def _enum_decoder(kind: type[StrEnum]) -> Callable[[Json, Memo], StrEnum]:
    values = {member.value: member for member in kind}

    def decode(node: Json, memo: Memo) -> StrEnum:
        if not isinstance(node, str) or node not in values:
            raise _MisfitError(f"must be one of {', '.join(values)}, not {_shown(node)}")
        return values[node]

    return decode


def _union_converter(kinds: tuple[Any, ...], name: str) -> _Converter:
    """``X | None``, or the scalars of a setting, whose JSON types tell them apart."""
    inner = [kind for kind in kinds if kind is not types.NoneType]
    if len(inner) == 1:
        one = _converter(inner[0], name)
        return _Converter(
            lambda value, memo: None if value is None else one.encode(value, memo),
            lambda node, memo: None if node is None else one.decode(node, memo),
        )
    return _Converter(_unchanged, _decode_setting)


def _decode_setting(node: Json, memo: Memo) -> bool | int | float | str:
    if isinstance(node, bool):
        return node
    if isinstance(node, float):
        return _decode_float(node, memo)
    if isinstance(node, int):
        return _int_decoder("")(node, memo)
    return _decode_text(node, memo)


# Lists, ranges, records


def _each(work: typing.Iterable[Callable[[Any, Memo], Any]], items: Any, memo: Memo) -> list[Any]:
    """Convert items one by one; a misfit's path gets the index of its item."""
    done: list[Any] = []
    try:
        for convert, item in zip(work, items, strict=False):
            done.append(convert(item, memo))
    except _MisfitError as misfit:
        misfit.path.append(f"[{len(done)}]")
        raise
    return done


def _list_converter(item: _Converter) -> _Converter:
    def encode(values: tuple[Any, ...], memo: Memo) -> Json:
        return _each(itertools.repeat(item.encode), values, memo)

    def decode(node: Json, memo: Memo) -> tuple[Any, ...]:
        if not isinstance(node, list):
            raise _MisfitError(f"must be a list, not {_shown(node)}")
        if len(node) > MAX_ITEMS:
            raise _MisfitError(f"has more than {MAX_ITEMS} items")
        return tuple(_each(itertools.repeat(item.decode), node, memo))

    return _Converter(encode, decode)


def _fixed_list_converter(items: tuple[_Converter, ...]) -> _Converter:
    def encode(values: tuple[Any, ...], memo: Memo) -> Json:
        return _each((item.encode for item in items), values, memo)

    def decode(node: Json, memo: Memo) -> tuple[Any, ...]:
        if not isinstance(node, list) or len(node) != len(items):
            raise _MisfitError(f"must be a list of {len(items)} values")
        return tuple(_each((item.decode for item in items), node, memo))

    return _Converter(encode, decode)


def _range_converter() -> _Converter:
    positions = (_converter(int, "start_samples"), _converter(int, "end_samples"))

    def encode(value: SampleRange, memo: Memo) -> Json:
        return [value.start_samples, value.end_samples]

    def decode(node: Json, memo: Memo) -> SampleRange:
        if not isinstance(node, list) or len(node) != 2:
            raise _MisfitError("must be a pair [start, end] in samples")
        start, end = _each((position.decode for position in positions), node, memo)
        if end < start:
            raise _MisfitError(f"ends at {end}, before its start {start}")
        return SampleRange(start, end)

    return _Converter(encode, decode)


def _record_converter(kind: type[Any]) -> _Converter:
    hints = typing.get_type_hints(kind)
    fields = [f for f in dataclasses.fields(kind) if f.name != "extra"]
    converters = {f.name: _converter(hints[f.name], f.name) for f in fields}
    required = [
        f.name
        for f in fields
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]
    check = _RECORD_CHECKS.get(kind)

    def decode_fresh(node: dict[str, Json], memo: Memo) -> Any:
        values: dict[str, Any] = {}
        name = ""
        try:
            for name, converter in converters.items():
                if name in node:
                    values[name] = converter.decode(node[name], memo)
        except _MisfitError as misfit:
            misfit.path.append(f".{name}")
            raise
        for name in required:
            if name not in values:
                raise _MisfitError(f"has no {name}")
        value = kind(**values, extra=_unknown_fields(node, converters))
        if check is not None:
            check(value)
        return value

    def decode(node: Json, memo: Memo) -> Any:
        if not isinstance(node, dict):
            raise _MisfitError(f"must be an object, not {_shown(node)}")
        value = memo.value_of(node)
        if value is None:
            value = decode_fresh(node, memo)
            memo.remember(value, node)
        return value

    def encode(value: Any, memo: Memo) -> Json:
        known = memo.node_of(value)
        if known is not None:
            return known
        node: dict[str, Json] = {name: json.loads(text) for name, text in value.extra}
        name = ""
        try:
            for name, converter in converters.items():
                node[name] = converter.encode(getattr(value, name), memo)
        except _MisfitError as misfit:
            misfit.path.append(f".{name}")
            raise
        # What is written must come back as it was; only this level is new to the memo.
        if decode_fresh(node, memo) != value:
            raise _MisfitError(f"holds a {kind.__name__} that can't be written as it is")
        memo.remember(value, node)
        return node

    return _Converter(encode, decode)


def _unknown_fields(node: dict[str, Json], known: dict[str, _Converter]) -> Extra:
    unknown = sorted(name for name in node if name not in known)
    for name in unknown:
        if _is_deeper_than(node[name], MAX_EXTRA_DEPTH):
            raise _MisfitError(f"holds {name}, nested deeper than {MAX_EXTRA_DEPTH} levels")
    try:
        return tuple((n, json.dumps(node[n], sort_keys=True, allow_nan=False)) for n in unknown)
    except ValueError:
        raise _MisfitError("holds a number that JSON hasn't") from None


def _is_deeper_than(node: Json, levels: int) -> bool:
    if not isinstance(node, list | dict):
        return False
    inner = node.values() if isinstance(node, dict) else node
    return levels == 0 or any(_is_deeper_than(child, levels - 1) for child in inner)


def _check_media(media: Media) -> None:
    if not (is_absolute_anywhere(media.path) or is_inner_path(media.path)):
        misfit = _MisfitError(f"must be absolute or inside the folder, not {_shown(media.path)}")
        misfit.path.append(".path")
        raise misfit


_RECORD_CHECKS: dict[type[Any], Callable[[Any], None]] = {Media: _check_media}
