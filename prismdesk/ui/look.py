"""The look of the whole application: style, colours, font, style sheet, focus ring."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from prismdesk.ui.focus_ring import FocusRing
from prismdesk.ui.fonts import set_text_scale, ui_font
from prismdesk.ui.style_images import StyleImages
from prismdesk.ui.style_sheet import style_sheet_of
from prismdesk.ui.theme import palette_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from prismdesk.ui.theme import Theme


def apply_look(application: QApplication, theme: Theme, *, text_scale_percent: int = 100) -> None:
    """Give the application a theme and a text scale; may be called again at any time.

    Fonts and icons that a widget was made with stay as they are: panels are made anew after it.
    """
    set_text_scale(text_scale_percent)
    application.setStyle("Fusion")
    application.setPalette(palette_of(theme))
    application.setFont(ui_font(12))
    images = _images().write(theme)
    application.setStyleSheet(style_sheet_of(theme, images=images))
    for ring in application.findChildren(FocusRing):
        ring.set_theme(theme)
        return
    FocusRing(application, theme)


@cache
def _images() -> StyleImages:
    return StyleImages()
