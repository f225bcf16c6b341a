"""The folders that weights are looked for in, and what is wrong with checkpoints in them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from prismdesk.engines.weights.choices import own_folder
from prismdesk.ui.icons import IconName, icon_pixmap
from prismdesk.ui.widgets.arranging import column, row, wrapped_label
from prismdesk.ui.widgets.buttons import KeyButton
from prismdesk.ui.widgets.labels import ElidedLabel, section_label

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.ui.models.listing import Listing
    from prismdesk.ui.theme import Theme


class FolderRows(QWidget):
    """Shows added folders, each with a way to forget it; ``forget_wanted`` carries which.

    Args:
        theme: colours.
    """

    forget_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.forget_buttons: dict[Path, KeyButton] = {}
        self._rows: QVBoxLayout = column(spacing_px=4)
        self._place = wrapped_label(kind="faint")
        self.setLayout(column(section_label("Folders"), self._place, spacing_px=4))
        whole = self.layout()
        if isinstance(whole, QVBoxLayout):
            whole.addLayout(self._rows)

    def show_listing(self, listing: Listing) -> None:
        """Show the folders and problems there are now."""
        self._place.setText(f"What is fetched is kept in {own_folder()}.")
        self.forget_buttons.clear()
        while (item := self._rows.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for folder, is_there in listing.folders:
            self._rows.addWidget(self._folder_row(folder, is_there=is_there))
        for problem in listing.problems:
            self._rows.addWidget(self._problem_row(problem))

    def _folder_row(self, folder: Path, *, is_there: bool) -> QWidget:
        words = str(folder) if is_there else f"{folder} is not there"
        name = ElidedLabel(words, mode=Qt.TextElideMode.ElideMiddle)
        forget = KeyButton("Forget", self._theme, kind="small")
        forget.setToolTip("Look into this folder no more; nothing in it is touched.")
        forget.setAccessibleName(f"Forget {folder}")
        forget.clicked.connect(partial(self.forget_wanted.emit, folder))
        self.forget_buttons[folder] = forget
        icon_name = IconName.FOLDER if is_there else IconName.WARNING
        colour = self._theme.dim if is_there else self._theme.warning
        return self._row(self._mark(icon_name, colour), name, forget)

    def _problem_row(self, problem: str) -> QWidget:
        mark = self._mark(IconName.WARNING, self._theme.warning)
        return self._row(mark, wrapped_label(problem, kind="warning"))

    def _mark(self, name: IconName, colour: str) -> QLabel:
        mark = QLabel()
        ratio = self.devicePixelRatioF()
        mark.setPixmap(icon_pixmap(name, colour, size_px=14, pixel_ratio=ratio))
        return mark

    def _row(self, *parts: QWidget) -> QWidget:
        made = QWidget()
        line = row(*parts, spacing_px=6)
        line.setStretch(1, 1)
        line.setAlignment(parts[0], Qt.AlignmentFlag.AlignTop)
        made.setLayout(line)
        return made
