"""The menu of a preset's card: each entry that is off says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.theme import ui_font

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from prismdesk.ui.theme import Theme


class CardMenu(QMenu):
    """Entries with icons, and reasons where they are off.

    Args:
        theme: colours.
        parent: the panel.
    """

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFont(ui_font(12))
        self.setToolTipsVisible(True)

    def add(
        self,
        words: str,
        do: Callable[[], object],
        *,
        icon_name: IconName | None = None,
        why_not: str = "",
    ) -> QAction:
        """Add an entry; with a reason it is off."""
        action = self.addAction(words)
        if icon_name is not None:
            action.setIcon(icon(icon_name, self._theme))
        action.setEnabled(not why_not)
        action.setToolTip(why_not)
        action.setStatusTip(why_not)
        action.triggered.connect(lambda: do())
        return action
