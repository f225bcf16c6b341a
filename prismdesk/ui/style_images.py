"""The marks that a style sheet can only take from files: check, dash and caret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTemporaryDir

from prismdesk.ui.icons import IconName, icon_pixmap

if TYPE_CHECKING:
    from prismdesk.ui.theme import Theme


class StyleImages:
    """A folder of marks that lasts as long as this value does."""

    def __init__(self) -> None:
        self._folder = QTemporaryDir()

    def write(self, theme: Theme) -> str:
        """Write the marks in a theme's colours at the present text scale.

        Returns:
            What their paths begin with; empty if they can't be written, and then controls show
            their state by outline and fill alone.
        """
        if not self._folder.isValid():
            return ""
        marks = (
            ("check", IconName.CHECK, theme.accent_text),
            ("check-off", IconName.CHECK, theme.off),
            ("check-text", IconName.CHECK, theme.text),
            ("dash", IconName.MINUS, theme.accent_text),
            ("caret", IconName.CARET_DOWN, theme.dim),
            ("caret-off", IconName.CARET_DOWN, theme.off),
        )
        stem = self._folder.filePath(theme.name)
        for name, icon_name, colour in marks:
            for ratio, suffix in ((1, ""), (2, "@2x"), (3, "@3x")):
                pixmap = icon_pixmap(icon_name, colour, size_px=12, pixel_ratio=ratio)
                if not pixmap.save(f"{stem}-{name}{suffix}.png"):
                    return ""
        return stem.replace("\\", "/")
