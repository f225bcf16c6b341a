"""A widget is styled anew only for another style sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLabel

from prismdesk.ui.widgets.own_style import set_own_style

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class _Styled(QLabel):
    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  (Qt's name)
        self.times += event.type() == QEvent.Type.StyleChange


def test_the_same_sheet_styles_nothing(qtbot: QtBot) -> None:
    label = _Styled()
    qtbot.addWidget(label)
    label.show()
    set_own_style(label, "color: #ff0000;")
    styled = label.times
    assert styled > 0
    set_own_style(label, "color: #ff0000;")
    assert label.times == styled
    set_own_style(label, "color: #00ff00;")
    assert label.times > styled
