"""What files of presets say, kept so that thousands need not be read again at every start.

A damaged or foreign file of this kind is as if it weren't there: everything is read anew.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import prismdesk
from prismdesk.engines.adapting.facts import AdapterFacts, facts_of
from prismdesk.errors import InputError
from prismdesk.project.store.durable import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

MAX_KEPT = 60_000
_MOST_BYTES = 512 << 20
_LONGEST_METADATA = 4000
_FIELDS = tuple(field.name for field in dataclasses.fields(AdapterFacts))
# Facts are read otherwise by other versions of the program.
_FORMAT = f"1 {prismdesk.__version__} {','.join(_FIELDS)}"


@dataclass(frozen=True, slots=True)
class Known:
    """What came of reading a file: its facts, or why it can't be used."""

    facts: AdapterFacts | None = None
    problem: str = ""


def look_into(path: Path) -> Known:
    """Read a file; of its metadata what is short, which pictures inside it aren't."""
    try:
        facts = facts_of(path)
    except InputError as error:
        return Known(problem=str(error))
    short = {name: text for name, text in facts.metadata.items() if len(text) <= _LONGEST_METADATA}
    return Known(dataclasses.replace(facts, metadata=short))


def read_known(path: Path) -> dict[str, Known]:
    """Return what was kept, by ``Candidate.key``; nothing where that can't be read."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return {}
        node = json.loads(path.read_text(encoding="utf-8"))
        if node["format"] != _FORMAT:
            return {}
        return {key: _known_of(one) for key, one in node["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def keep_known(path: Path, known: Mapping[str, Known]) -> None:
    """Keep what was read; where that can't be written, it is only read again next time."""
    latest = dict(list(known.items())[-MAX_KEPT:])
    node = {"format": _FORMAT, "files": {key: _node_of(one) for key, one in latest.items()}}
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(node, ensure_ascii=True).encode())


def _node_of(known: Known) -> object:
    if known.facts is None:
        return known.problem
    values = (getattr(known.facts, name) for name in _FIELDS)
    return [dict(one) if isinstance(one, Mapping) else one for one in values]


def _known_of(node: Any) -> Known:
    if isinstance(node, str):
        return Known(problem=node)
    values = dict(zip(_FIELDS, node, strict=True))
    tuples = {name: tuple(one) for name, one in values.items() if isinstance(one, list)}
    return Known(AdapterFacts(**{**values, **tuples}))
