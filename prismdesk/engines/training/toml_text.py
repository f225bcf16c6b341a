"""Plain values as the text of a TOML file, which ``tomllib`` reads back the same."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(values: Mapping[str, Any]) -> str:
    """Return a file of words, numbers, switches, lists and tables of these; None is left out.

    Raises:
        ValueError: a value is none that TOML can hold.
    """
    return "\n".join(_lines(values, ())) + "\n"


def _lines(values: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    own = {name: value for name, value in values.items() if value is not None}
    lines = [
        f"{_key(name)} = {_value(value)}" for name, value in own.items() if not _is_table(value)
    ]
    for name, value in own.items():
        if _is_table(value):
            inner = (*path, name)
            lines += ["", f"[{'.'.join(_key(part) for part in inner)}]", *_lines(value, inner)]
    return lines


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _words(name)


def _words(text: str) -> str:
    # JSON's escapes are TOML's too, but for the one character that JSON lets stand.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _words(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        text = repr(value) if math.isfinite(value) else str(value)
        return text if any(mark in text for mark in ".enai") else f"{text}.0"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items())
        return "{" + inner + "}"
    raise ValueError(f"a TOML file can't hold {value!r}")
