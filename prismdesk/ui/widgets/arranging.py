"""Rows, columns and lines to put controls together, and changing how a control looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.widgets.labels import plain_label

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QFormLayout, QLineEdit

    from prismdesk.ui.theme import Theme

Part = QWidget | int | None
"""A control, a gap in pixels, or None for all the room that is left."""


def row(*parts: Part, spacing_px: int = 8) -> QHBoxLayout:
    """Return controls side by side."""
    made = QHBoxLayout()
    _fill(made, parts, spacing_px)
    return made


def column(*parts: Part, spacing_px: int = 8) -> QVBoxLayout:
    """Return controls one below the other."""
    made = QVBoxLayout()
    _fill(made, parts, spacing_px)
    return made


def _fill(layout: QBoxLayout, parts: tuple[Part, ...], spacing_px: int) -> None:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing_px)
    for part in parts:
        if part is None:
            layout.addStretch()
        elif isinstance(part, int):
            layout.addSpacing(part)
        else:
            layout.addWidget(part)


def rule(*, is_vertical: bool = False) -> QFrame:
    """Return a line of one pixel."""
    made = QFrame()
    made.setProperty("kind", "rule")
    if is_vertical:
        made.setFixedWidth(1)
    else:
        made.setFixedHeight(1)
    return made


def wrapped_label(text: str = "", *, kind: str = "") -> QLabel:
    """Return text that takes as many lines as it needs in the width that it gets."""
    made = plain_label(text, kind=kind)
    made.setWordWrap(True)
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return made


def add_field(form: QFormLayout, words: str, field: QWidget) -> None:
    """Put a field with its label below what a form has.

    Args:
        form: of a dialog.
        words: on the label; & stands before the letter that goes to the field.
        field: named by the words.
    """
    label = QLabel(words)
    label.setFont(ui_font(12))
    label.setBuddy(field)
    field.setFont(ui_font(12))
    field.setAccessibleName(words.replace("&", ""))
    form.addRow(label, field)


def set_kind(widget: QWidget, kind: str) -> None:
    """Give a control another of the style sheet's kinds."""
    if widget.property("kind") != kind:
        widget.setProperty("kind", kind)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def show_icon(
    button: QAbstractButton,
    name: IconName,
    words: str,
    theme: Theme,
    *,
    colour: str | None = None,
) -> None:
    """Give a button that is an icon alone another icon and name."""
    button.setIcon(icon(name, theme, colour=colour))
    button.setIconSize(QSize(scaled_px(16), scaled_px(16)))
    button.setToolTip(words)
    button.setAccessibleName(words)


def key_words(action: QAction) -> str:
    """Return an action's first key as the user reads it, empty if it has none."""
    return action.shortcut().toString().replace("Return", "Enter")


def make_title_field(field: QLineEdit, theme: Theme) -> None:
    """Let a field look like a title until the pointer or the keyboard is on it."""
    field.setObjectName("title")
    field.setStyleSheet(
        "#title { background: transparent; border: 1px solid transparent; padding: 1px 4px; "
        "margin-left: -5px; min-height: 0; }"
        f"#title:hover {{ border-color: {theme.line_strong}; }}"
        f"#title:focus {{ background: {theme.field}; border: 2px solid {theme.accent}; "
        "padding: 0 3px; }"
    )
