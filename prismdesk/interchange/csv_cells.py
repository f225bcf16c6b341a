"""Cells of CSV files that spreadsheets open and write."""

from __future__ import annotations

from prismdesk.project.table_cells import harmless, plain

__all__ = ["decode_csv", "harmless", "plain"]


def decode_csv(data: bytes) -> str:
    """Return a file's text: UTF-8 with or without a mark, or UTF-16 as spreadsheets write it.

    Raises:
        UnicodeDecodeError: it is in another encoding.
    """
    is_utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    return data.decode("utf-16" if is_utf16 else "utf-8-sig")
