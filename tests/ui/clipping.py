"""Finds text that has less room than it needs."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea, QWidget


def clipped_texts(window: QWidget) -> list[str]:
    """Labels and buttons that have less room than they ask for; scrolling areas aside."""
    found = []
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, QLabel | QAbstractButton) or not widget.isVisible():
            continue
        needed = widget.minimumSizeHint()
        if isinstance(widget, QLabel) and widget.wordWrap():
            needed.setHeight(widget.heightForWidth(widget.width()))
            needed.setWidth(0)
        if widget.width() < needed.width() or widget.height() < needed.height():
            found.append(f"{type(widget).__name__} {widget.text()}")
    for area in window.findChildren(QScrollArea):
        if area.isVisible() and area.horizontalScrollBar().maximum() > 0:
            found.append("a page is wider than its window")
    return found
