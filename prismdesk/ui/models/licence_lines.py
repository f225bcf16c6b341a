"""Licences in the window: their names, what they mean, and a way to where they are stated."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QWidget

from prismdesk.session.licences import verdict_of
from prismdesk.session.model_words import stated_at
from prismdesk.ui.icons import IconName, icon_pixmap
from prismdesk.ui.theme import ui_font
from prismdesk.ui.widgets.arranging import column, row, wrapped_label
from prismdesk.ui.widgets.buttons import KeyButton
from prismdesk.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from prismdesk.engines.weights.model import Licence
    from prismdesk.session.licence_statements import Statement
    from prismdesk.session.licences import Refusal
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
        words = f"{subject}: {licence.name}"
        title = wrapped_label(words) if in_full else ElidedLabel(words)
        title.setProperty("kind", "" if in_full else "faint")
        title.setFont(ui_font(12 if in_full else 11, bold=in_full))
        self.link = link_to(subject, licence, theme)
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
            title.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            head = row(title, spacing_px=4)
            head.setStretch(0, 1)
            self.link.setText("Where")
            head.addWidget(self.link)
            lines.addLayout(head)
        self.setLayout(lines)


class TermsLine(QWidget):
    """What a model's terms come to in the open project, in plain words.

    ``link``, to where they are stated, is its owner's to place.

    Args:
        licence: of its weights.
        theme: colours.
    """

    def __init__(self, licence: Licence, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._mark = QLabel()
        self.verdict = wrapped_label()
        self.plain_words = wrapped_label(licence.plain_words, kind="dim")
        self.plain_words.setFont(ui_font(11))
        self.link = link_to("Weights", licence, theme)
        lines = column(self.verdict, self.plain_words, spacing_px=1)
        line = row(self._mark, spacing_px=6)
        line.addLayout(lines, 1)
        line.setAlignment(self._mark, Qt.AlignmentFlag.AlignTop)
        self.setLayout(line)

    def show_verdict(self, refusal: Refusal | None, said: tuple[Statement, ...]) -> None:
        """Show whether the project may use the model, and what publisher or policy say."""
        theme, name, colour = self._theme, IconName.CHECK_CIRCLE, self._theme.good
        verdict = verdict_of(said) if said else ""
        if refusal is not None:
            name, colour = IconName.PROHIBIT, theme.error
        elif not verdict.startswith("Any use"):
            name, colour = IconName.INFO, theme.warning
        ratio = self.devicePixelRatioF()
        self._mark.setPixmap(icon_pixmap(name, colour, size_px=16, pixel_ratio=ratio))
        self.verdict.setText(verdict)
        told = "Allowed in this project" if refusal is None else refusal.sentence
        self.verdict.setToolTip(told)
        self.setAccessibleName(told)


def link_to(subject: str, licence: Licence, theme: Theme) -> KeyButton:
    """Return a link to the page where a licence is stated; hidden if there is none."""
    link = KeyButton(
        "Where it says so" if licence.is_stated else "Where it was looked for",
        theme,
        kind="link",
    )
    link.setToolTip(licence.where_stated)
    link.setAccessibleName(f"Where the licence is stated of: {subject}")
    link.setAccessibleDescription(licence.where_stated)
    link.setVisible(bool(stated_at(licence)))
    link.clicked.connect(partial(_open, licence))
    return link


def _open(licence: Licence, _: bool = False) -> None:
    QDesktopServices.openUrl(QUrl(stated_at(licence)))
