"""The left column of a take's page: how it was made, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, rule
from prismdesk.ui.widgets.labels import caption, section_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.ui.takes.recipe import Fact


class MadeFacts(QWidget):
    """A table of names and values, which can be selected and copied."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Fact, ...] = ()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(scaled_px(14))
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        whole = column(section_label("How it was made"), spacing_px=6)
        whole.addLayout(self._grid)
        self.setLayout(whole)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show other facts; the same again change nothing, so that a selection stays."""
        if tuple(facts) == self._shown:
            return
        self._shown = tuple(facts)
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for number, (name, words) in enumerate(facts):
            key = caption(name, kind="dim")
            key.setFont(ui_font(12))
            self._grid.addWidget(key, 2 * number, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(_value(name, words), 2 * number, 1)
            if number + 1 < len(facts):
                self._grid.addWidget(rule(), 2 * number + 1, 0, 1, 2)


def _value(name: str, words: str) -> QLabel:
    value = QLabel(words)
    value.setFont(ui_font(12))
    value.setTextFormat(Qt.TextFormat.PlainText)
    value.setWordWrap(True)
    value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    value.setAccessibleName(f"{name}: {words}")
    return value
