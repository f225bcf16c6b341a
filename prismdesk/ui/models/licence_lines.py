"""One licence in the window: its name, what it means, and a way to where it is stated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from prismdesk.session.model_words import stated_at
from prismdesk.ui.theme import ui_font
from prismdesk.ui.widgets.arranging import column, row, wrapped_label
from prismdesk.ui.widgets.buttons import KeyButton

if TYPE_CHECKING:
    from prismdesk.engines.weights.model import Licence
    from prismdesk.ui.theme import Theme


class LicenceLines(QWidget):
    """Shows a licence.

    Args:
        subject: what it is of: "Weights", "Code" or names of files.
        licence: the terms.
        theme: colours.
        in_full: with what it means and where it is stated in words, not only the link.
    """

    def __init__(self, subject: str, licence: Licence, theme: Theme, *, in_full: bool) -> None:
        super().__init__()
        self.licence = licence
        title = wrapped_label(f"{subject}: {licence.name}")
        title.setFont(ui_font(12, bold=in_full))
        self.link = KeyButton(
            "Where it says so" if licence.is_stated else "Where it was looked for",
            theme,
            kind="link",
        )
        self.link.setToolTip(licence.where_stated)
        self.link.setAccessibleName(f"Where the licence is stated of: {subject}")
        self.link.setAccessibleDescription(licence.where_stated)
        self.link.setVisible(bool(stated_at(licence)))
        self.link.clicked.connect(self._open)
        lines = column(spacing_px=2)
        if in_full:
            lines.addWidget(title)
            lines.addWidget(wrapped_label(licence.plain_words))
            nowhere = "" if licence.is_stated else "nowhere; "
            where = wrapped_label(f"Stated: {nowhere}{licence.where_stated}", kind="dim")
            lines.addWidget(where)
            lines.addLayout(row(self.link, None))
        else:
            title.setToolTip(licence.plain_words)
            head = row(title, spacing_px=4)
            head.setStretch(0, 1)
            head.addWidget(self.link)
            lines.addLayout(head)
        self.setLayout(lines)

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl(stated_at(self.licence)))
