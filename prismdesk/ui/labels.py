"""Labels in the window's type, and icons as labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from prismdesk.ui.icons import icon_pixmap
from prismdesk.ui.theme import fixed_font, ui_font

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from prismdesk.ui.icons import IconName


def label(
    words: str,
    *,
    size_px: int = 12,
    kind: str = "",
    bold: bool = False,
    fixed: bool = False,
    wraps: bool = False,
    parent: QWidget | None = None,
) -> QLabel:
    """Return a label.

    Args:
        words: plain text.
        size_px: of its font at 100 % text scale.
        kind: as the style sheet knows it: "dim", "faint", "good", "warning", "error".
        bold: its weight.
        fixed: whether it is in the font for figures that must not jump.
        wraps: whether it may take several lines.
        parent: the widget it is in.
    """
    made = QLabel(words, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(fixed_font(size_px, bold=bold) if fixed else ui_font(size_px, bold=bold))
    made.setWordWrap(wraps)
    if wraps:
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
    if kind:
        made.setProperty("kind", kind)
    return made


def icon_label(name: IconName, colour: str, *, size_px: int = 16, means: str = "") -> QLabel:
    """Return an icon as a label; ``means`` is what it says to who can't see it."""
    made = QLabel()
    made.setPixmap(icon_pixmap(name, colour, size_px=size_px, pixel_ratio=2))
    made.setAccessibleName(means)
    return made
