"""CSV files that people write with spreadsheets, read line by line: untrusted, so bounded."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.project.table_cells import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prismdesk.errors import InputError

MOST_BYTES = 20_000_000
MOST_LINES = 100_000
_SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvKind:
    """A kind of CSV file with headings in its first line.

    Attributes:
        short: what it is called after "This", e.g. ``list``.
        name: what it is called in full, e.g. ``spotting list``.
        needed: the headings that must be there, in small letters.
        error: raised with a sentence for the user.
    """

    short: str
    name: str
    needed: tuple[str, ...]
    error: type[InputError]

    def decode(self, data: bytes) -> str:
        """Return a file's text: UTF-8 with or without a mark, or UTF-16 as spreadsheets write it.

        Raises:
            InputError: of the kind's class: it is too large, or in another encoding.
        """
        if len(data) > MOST_BYTES:
            raise self.error(f"This {self.short} is larger than 20 MB; it can't be a {self.name}.")
        is_utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        try:
            return data.decode("utf-16" if is_utf16 else "utf-8-sig")
        except UnicodeDecodeError:
            raise self.error(
                f"This {self.short} isn't in UTF-8; save it from the spreadsheet as “CSV UTF-8”."
            ) from None

    def rows(self, text: str) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield each line that holds something: its number, and its cells by heading.

        Separators may be comma, semicolon or tab; columns may come in any order.

        Raises:
            InputError: of the kind's class: there are no such headings, or a line can't be read.
        """
        lines = text.splitlines()
        if not lines:
            raise self.error(f"This {self.short} is empty.")
        separator = max(_SEPARATORS, key=lines[0].count)
        reader = csv.reader(io.StringIO(text), delimiter=separator)
        count = 0
        try:
            headings = [heading.strip().lower() for heading in next(reader)]
            self._check_headings(headings)
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                count += 1
                if count > MOST_LINES:
                    raise self.error(f"This {self.short} has more than 100 000 lines.")
                yield (
                    reader.line_num,
                    dict(zip(headings, (plain(cell) for cell in cells), strict=False)),
                )
        except csv.Error as error:
            raise self.error(f"Line {reader.line_num} can't be read: {error}.") from None

    def _check_headings(self, headings: list[str]) -> None:
        missing = [name for name in self.needed if name not in headings]
        if missing:
            needed = " and ".join(f"“{name}”" for name in self.needed)
            raise self.error(
                f"The first line has no column “{missing[0]}”; a {self.name} begins with headings, "
                f"of which {needed} are needed."
            )
