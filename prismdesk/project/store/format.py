"""The text of ``NAME.prismdesk``: strict JSON, sorted, stable, readable in a diff.

The file is the project's object with its ``format`` number as first field. Reading checks size,
encoding, nesting and duplicate names before anything is believed.
"""

from __future__ import annotations

import hashlib
import json
import math
from typing import TYPE_CHECKING, Any, NoReturn

from prismdesk.project.store.errors import FormatError
from prismdesk.project.store.upgrades import CURRENT_FORMAT, check_format, upgrade

if TYPE_CHECKING:
    from prismdesk.project.store.json_patch import Json

MAX_FILE_BYTES = 256 * 2**20
_LINE_LENGTH = 100


def file_bytes(project: dict[str, Json]) -> bytes:
    """Return the bytes of a project file; the same project always gives the same bytes."""
    parts = [f' "format": {CURRENT_FORMAT}']
    parts += [f" {_text(name)}: {_pretty(project[name], 1)}" for name in sorted(project)]
    # Names from the disk may hold bytes that are no UTF-8 (lone surrogates here); the escapes
    # that this error handler writes are JSON's own.
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode("utf-8", errors="backslashreplace")


def read_file_bytes(data: bytes) -> dict[str, Json]:
    """Return the project object in a file's bytes, upgraded to the current format.

    Raises:
        NewerFormatError: a newer program wrote it.
        FormatError: it is no project file.
    """
    document = parse_object(data)
    if "format" not in document:
        raise FormatError("it has no format number")
    from_format = check_format(document["format"])
    return upgrade({k: v for k, v in document.items() if k != "format"}, from_format)


def content_hash(data: bytes) -> str:
    """Return the SHA-256 of a project file's bytes, by which the journal knows it again."""
    return hashlib.sha256(data).hexdigest()


def parse_object(data: bytes) -> dict[str, Json]:
    """Return the JSON object in the bytes.

    Raises:
        FormatError: too large, no UTF-8, no JSON, nested too deeply, a name twice, NaN.
    """
    if len(data) > MAX_FILE_BYTES:
        raise FormatError(f"it is larger than {MAX_FILE_BYTES // 2**20} MiB")
    try:
        document = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_finite,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError as error:
        raise FormatError(f"byte {error.start} is no UTF-8 text") from None
    except RecursionError:
        raise FormatError("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise FormatError(f"line {error.lineno} is no JSON ({error.msg})") from None
    except ValueError as error:  # a number of thousands of digits
        raise FormatError(f"it holds an absurd number ({str(error)[:60]})") from None
    if not isinstance(document, dict):
        raise FormatError("it is no JSON object")
    return document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FormatError(f"the name “{twice[:60]}” stands twice in one object")
    return found


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise FormatError(f"it holds an absurd number ({text[:60]})")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise FormatError(f"it holds {name}, which is no number")


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _pretty(value: Json, indent: int) -> str:
    """Lay a value out: on one line if it is short and flat, else an item a line."""
    items = _inner(value)
    if not items or not any(isinstance(item, list | dict) and item for item in items):
        line = _text(value)
        if not items or indent + len(line) <= _LINE_LENGTH:
            return line
    pad = " " * (indent + 1)
    if isinstance(value, dict):
        rows = [f"{pad}{_text(k)}: {_pretty(value[k], indent + 1)}" for k in sorted(value)]
        return "{\n" + ",\n".join(rows) + f"\n{' ' * indent}}}"
    rows = [f"{pad}{_pretty(item, indent + 1)}" for item in items]
    return "[\n" + ",\n".join(rows) + f"\n{' ' * indent}]"


def _inner(value: Json) -> list[Json]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
