"""Cells of tables that people open in spreadsheets."""

from __future__ import annotations

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in _BEGINS_A_FORMULA else cell


def plain(cell: str) -> str:
    """Return a cell as it was before ``harmless``."""
    is_guarded = cell[:1] == "'" and cell[1:2] in _BEGINS_A_FORMULA
    return cell[1:] if is_guarded else cell
