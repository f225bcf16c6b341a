"""The help page of all keys, to search and to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QTextBrowser, QVBoxLayout, QWidget

from prismdesk.ui.actions.keymap import PRESETS
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.keyboard.key_list import keys_html
from prismdesk.ui.theme import LIGHT
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.labels import caption

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.ui.actions.registry import Actions
    from prismdesk.ui.theme import Theme


class KeyPage(QDialog):
    """Lists the keys in force by menu; stays open beside the window.

    Args:
        actions: whose keys these are.
        theme: the colours.
        change: opens the editor of keys.
        parent: the window it belongs to.
    """

    def __init__(
        self,
        actions: Actions,
        theme: Theme,
        *,
        change: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._theme = theme
        self.setWindowTitle("Keys")
        self.setFont(ui_font(12))
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search by name or key")
        self.search.setAccessibleName("Search keys")
        self.search.setClearButtonEnabled(True)
        self.page = QTextBrowser()
        self.page.setFont(ui_font(12))
        self.page.setAccessibleName("Keys by menu")
        self._preset = caption("", kind="dim")
        change_button = plain_button("Change keys…", theme)
        change_button.clicked.connect(lambda: change())
        print_button = plain_button("Print…", theme)
        print_button.clicked.connect(self._ask_printer)
        close_button = plain_button("Close", theme)
        close_button.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.setSpacing(scaled_px(8))
        foot.addWidget(self._preset, 1)
        for button in (change_button, print_button, close_button):
            button.setAutoDefault(False)
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(self.page, 1)
        column.addLayout(foot)
        self.search.textChanged.connect(self._show)
        actions.keymap_changed.connect(self._show)
        self._show()
        self.resize(scaled_px(760), scaled_px(620))

    def print_to(self, printer: QPrinter) -> None:
        """Print the whole list, dark on white whatever the theme."""
        paper = QTextBrowser()
        paper.setFont(ui_font(12))
        paper.setHtml(keys_html(self._actions.keymap, LIGHT))
        paper.document().print_(printer)

    def _show(self) -> None:
        keymap = self._actions.keymap
        changed = f", {len(keymap.overrides)} changed" if keymap.overrides else ""
        self._preset.setText(f"{PRESETS[keymap.preset]}{changed}")
        self.page.setHtml(keys_html(keymap, self._theme, wanted=self.search.text()))

    def _ask_printer(self) -> None:
        printer = QPrinter()
        dialog = QPrintDialog(printer, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.print_to(printer)
