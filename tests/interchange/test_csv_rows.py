from __future__ import annotations

import pytest

from prismdesk.errors import InputError
from prismdesk.interchange import csv_rows
from prismdesk.interchange.csv_rows import MOST_BYTES, CsvKind


class ListError(InputError):
    """The error of the lists of this test."""


KIND = CsvKind(short="list", name="shopping list", needed=("what", "many"), error=ListError)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_rows_come_by_heading_whatever_separates_them(separator: str) -> None:
    lines = (" Many", "WHAT "), ("2", "pears"), ("", " "), ("1", "a, b; c\t")
    quoted = (separator.join(f'"{cell}"' for cell in line) for line in lines)
    assert list(KIND.rows("\r\n".join(quoted))) == [
        (2, {"many": "2", "what": "pears"}),
        (4, {"many": "1", "what": "a, b; c\t"}),
    ]


def test_a_cell_that_was_made_harmless_for_spreadsheets_is_as_it_was() -> None:
    ((_, row),) = KIND.rows("what,many\n'=pears,1\n")
    assert row["what"] == "=pears"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_as_spreadsheets_write_it(encoding: str) -> None:
    assert KIND.decode("Äpfel".encode(encoding)) == "Äpfel"


@pytest.mark.parametrize("data", [b"\xff", b"\xff\xfe\x00", b"\xe4pfel"])
def test_another_encoding_is_told_with_what_to_do(data: bytes) -> None:
    with pytest.raises(ListError, match="This list isn't in UTF-8; save it"):
        KIND.decode(data)


def test_more_bytes_than_such_a_file_has_are_refused() -> None:
    assert len(KIND.decode(b"a" * MOST_BYTES)) == MOST_BYTES
    with pytest.raises(ListError, match="can't be a shopping list"):
        KIND.decode(b"a" * (MOST_BYTES + 1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "This list is empty"),
        ("what\npears", "no column “many”; a shopping list .* “what” and “many” are needed"),
        ("what,many\n" + "a" * 200_000, "Line 2 can't be read"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, words: str) -> None:
    with pytest.raises(ListError, match=words):
        list(KIND.rows(text))


def test_more_lines_than_any_list_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "MOST_LINES", 2)
    assert len(list(KIND.rows("what,many\na,1\n\nb,2\n"))) == 2
    with pytest.raises(ListError, match="more than 100 000 lines"):
        list(KIND.rows("what,many\na,1\nb,2\nc,3\n"))
