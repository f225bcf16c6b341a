"""Prompt tables as CSV: named prompts out, for a spreadsheet; written there, and in again.

One line per prompt, headings in the first. Settings stand in one cell, as ``guidance=4.5;
steps=25``; what they may be is for their engine to say.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.errors import InputError
from prismdesk.interchange.csv_rows import CsvKind
from prismdesk.project.table_cells import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prismdesk.project.model import NamedPrompt, SettingValue

HEADINGS = ("name", "prompt", "negative prompt", "engine", "variant", "settings")


class PromptTableError(InputError):
    """A table can't be read; the sentence names line and column."""


_KIND = CsvKind(
    short="table", name="prompt table", needed=("name", "prompt"), error=PromptTableError
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptLine:
    """One line of a table; ``settings`` are texts as they were typed."""

    number: int
    name: str
    prompt: str = ""
    negative_prompt: str = ""
    engine: str = ""
    variant: str = ""
    settings: tuple[tuple[str, str], ...] = ()


def write_prompt_table(prompts: Iterable[NamedPrompt]) -> str:
    """Return named prompts as CSV text, lines ended by CR LF (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for line in prompts:
        cells = (line.name, line.prompt, line.negative_prompt, line.engine, line.variant)
        settings = settings_words(line.settings)
        writer.writerow(harmless(cell) for cell in (*cells, settings))
    return out.getvalue()


def decode_prompt_table(data: bytes) -> str:
    """Return a file's text, as ``csv_rows.CsvKind.decode`` does.

    Raises:
        PromptTableError: it is too large, or in another encoding.
    """
    return _KIND.decode(data)


def read_prompt_table(text: str) -> tuple[PromptLine, ...]:
    """Read a table; separators may be comma, semicolon or tab, columns may come in any order.

    Only ``name`` and ``prompt`` are needed. Columns that it doesn't know are passed over.

    Raises:
        PromptTableError: a line can't be read, has no name, or a name comes twice.
    """
    found: dict[str, PromptLine] = {}
    for number, row in _KIND.rows(text):
        line = _line(number, row)
        if line.name.casefold() in found:
            raise PromptTableError(
                f"Line {line.number}: the name “{line.name}” is in the table already."
            )
        found[line.name.casefold()] = line
    return tuple(found.values())


def settings_words(settings: Iterable[tuple[str, SettingValue]]) -> str:
    """Return settings as one text, ``guidance=4.5; steps=25``."""
    return "; ".join(f"{name}={_shown(value)}" for name, value in settings)


def read_settings_words(text: str) -> tuple[tuple[str, str], ...]:
    """Return names and values, as typed, of settings written as one text.

    Raises:
        InputError: a part has no name or no value.
    """
    pairs = []
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if not part.strip():
            continue
        if not (equals and name.strip() and value.strip()):
            raise InputError(
                f"“{part.strip()}” is no setting; write settings as guidance=4.5; steps=25."
            )
        pairs.append((name.strip(), value.strip()))
    return tuple(pairs)


def _line(number: int, row: dict[str, str]) -> PromptLine:
    name = row.get("name", "").strip()
    if not name:
        raise PromptTableError(f"Line {number} has no name.")
    try:
        settings = read_settings_words(row.get("settings", ""))
    except InputError as error:
        raise PromptTableError(f"Line {number}, column “settings”: {error}") from None
    return PromptLine(
        number=number,
        name=name,
        prompt=row.get("prompt", "").strip(),
        negative_prompt=row.get("negative prompt", "").strip(),
        engine=row.get("engine", "").strip(),
        variant=row.get("variant", "").strip(),
        settings=settings,
    )


def _shown(value: SettingValue) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return repr(value) if isinstance(value, float) else str(value)
