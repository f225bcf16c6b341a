"""The five-minute path, in the program itself: nothing is fetched to read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout

from prismdesk.resources import resource_path
from prismdesk.ui.theme import scaled_px, ui_font

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from prismdesk.ui.theme import Theme


class GuidePage(QDialog):
    """Shows ``resources/quick_guide.md`` beside the window."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("From fault to finished film in five minutes")
        self.text = QTextBrowser()
        self.text.setFont(ui_font(13))
        self.text.setOpenExternalLinks(False)
        self.text.setAccessibleName("Guide")
        self.text.document().setDefaultStyleSheet(f"a {{ color: {theme.accent}; }}")
        self.text.setMarkdown(resource_path("quick_guide.md").read_text(encoding="utf-8"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)
        self.resize(scaled_px(640), scaled_px(560))
