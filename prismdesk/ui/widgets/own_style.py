"""A style sheet of a single widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def set_own_style(widget: QWidget, sheet: str) -> None:
    """Give a widget a style sheet, unless it has it: Qt would style it anew for the same one."""
    if widget.styleSheet() != sheet:
        widget.setStyleSheet(sheet)
