"""The size of text, and the fonts at that size."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase

TEXT_SCALES_PERCENT = (100, 110, 125, 150, 175, 200)
"""The sizes of text on offer."""

_text_scale_percent = 100


def set_text_scale(percent: int) -> None:
    """Set the size of all text, and of what grows with it, from now on.

    Args:
        percent: 100 to 200; what lies outside is taken as the nearest of them.
    """
    global _text_scale_percent
    _text_scale_percent = min(max(percent, TEXT_SCALES_PERCENT[0]), TEXT_SCALES_PERCENT[-1])


def text_scale() -> int:
    """Return the size of text in percent, 100 to 200."""
    return _text_scale_percent


def scaled_px(size_px: float) -> int:
    """Return a length at the present text scale, rounded to whole pixels."""
    return round(size_px * _text_scale_percent / 100)


def ui_font(size_px: int, *, bold: bool = False) -> QFont:
    """Return the system's font for the window, with figures of one width.

    Args:
        size_px: the size at 100 % text scale.
        bold: 700 instead of 400.
    """
    return _font(QFontDatabase.SystemFont.GeneralFont, size_px, bold=bold)


def fixed_font(size_px: int, *, bold: bool = False) -> QFont:
    """Return the system's font for figures that must not jump.

    Args:
        size_px: the size at 100 % text scale.
        bold: 700 instead of 400.
    """
    return _font(QFontDatabase.SystemFont.FixedFont, size_px, bold=bold)


def _font(kind: QFontDatabase.SystemFont, size_px: int, *, bold: bool) -> QFont:
    font = QFontDatabase.systemFont(kind)
    font.setPixelSize(scaled_px(size_px))
    font.setBold(bold)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
