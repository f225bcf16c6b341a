"""Earlier prompts in a popup: favourites, the project's named ones and the history, searched."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QWidget

from prismdesk.errors import WorkError
from prismdesk.session.prompts import fits, forget_prompt, kept_prompts, set_starred
from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column
from prismdesk.ui.widgets.labels import caption

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from prismdesk.project.model import NamedPrompt
    from prismdesk.session.preferences import PreferencesFile
    from prismdesk.ui.theme import Theme

_MOVES = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -8,
    Qt.Key.Key_PageDown: 8,
}
_WIDTH_PX, _HEIGHT_PX, _ROW_PX = 420, 300, 28


@dataclass(frozen=True, slots=True)
class Entry:
    """One prompt that can be chosen; ``name`` if it is one of the project's table."""

    words: str
    name: str = ""
    is_starred: bool = False


class SearchLine(QLineEdit):
    """A line that hands the keys of a list on, and keeps those that type."""

    def __init__(self, popup: PromptHistory) -> None:
        super().__init__()
        self._popup = popup

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Move in the list, choose, star or forget; type otherwise."""
        if not self._popup.take_key(event):
            super().keyPressEvent(event)


class PromptHistory(QFrame):
    """Lists prompts that fit what is typed; by keys alone or by the mouse.

    ``chosen`` carries the words of a prompt, ``named`` the name of a line of the table.

    Args:
        preferences: keep history and favourites.
        table: the project's named prompts.
        theme: colours.
        parent: beside which it is shown.
    """

    chosen = Signal(str)
    named = Signal(str)

    def __init__(
        self,
        preferences: PreferencesFile,
        table: tuple[NamedPrompt, ...],
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setProperty("kind", "card")
        self._preferences = preferences
        self._table = table
        self._theme = theme
        self.search = SearchLine(self)
        self.search.setFont(ui_font(12))
        self.search.setPlaceholderText("Search earlier prompts")
        self.search.setAccessibleName("Search earlier prompts")
        self.search.textChanged.connect(lambda _: self.refresh())
        self.list = QListWidget()
        self.list.setFont(ui_font(12))
        self.list.setIconSize(QSize(scaled_px(14), scaled_px(14)))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("Earlier prompts")
        self.list.setWordWrap(False)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda _: self.choose())
        self.empty = caption("", kind="faint")
        hint = caption(
            "Enter uses it · Ctrl+D stars it · Shift+Del forgets it", kind="faint", wraps=True
        )
        layout = column(self.search, self.list, self.empty, hint, spacing_px=8)
        margin = scaled_px(10)
        layout.setContentsMargins(margin, margin, margin, margin)
        self.setLayout(layout)
        self.resize(scaled_px(_WIDTH_PX), scaled_px(_HEIGHT_PX))
        self.refresh()

    @property
    def entry(self) -> Entry | None:
        """The prompt of the row."""
        row = self.list.currentRow()
        return self.entries[row] if row >= 0 else None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All that are listed, in order."""
        rows = (self.list.item(number) for number in range(self.list.count()))
        return tuple(item.data(Qt.ItemDataRole.UserRole) for item in rows)

    def show_below(self, widget: QWidget) -> None:
        """Show it below a widget, as far as the screen has room, and type into it."""
        screen = widget.screen().availableGeometry()
        place = widget.mapToGlobal(QPoint(0, widget.height()))
        left = min(place.x(), screen.right() - self.width())
        top = min(place.y(), screen.bottom() - self.height())
        self.move(max(screen.left(), left), max(screen.top(), top))
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def refresh(self) -> None:
        """List what fits the search."""
        wanted = self.search.text()
        before = self.list.currentRow()
        kept = kept_prompts(self._preferences.now, wanted)
        entries = [Entry(one.words, is_starred=True) for one in kept if one.is_starred]
        entries += [
            Entry(line.prompt, line.name)
            for line in self._table
            if fits(f"{line.name} {line.prompt}", wanted)
        ]
        entries += [Entry(one.words) for one in kept if not one.is_starred]
        self.list.clear()
        for entry in entries:
            self.list.addItem(self._item(entry))
        if entries:
            self.list.setCurrentRow(min(max(before, 0), len(entries) - 1))
        self.empty.setText("Nothing fits." if wanted.strip() else "Nothing here yet.")
        self.empty.setVisible(not entries)

    def choose(self) -> None:
        """Use the prompt of the row, and close."""
        entry = self.entry
        if entry is None:
            return
        self.close()
        if entry.name:
            self.named.emit(entry.name)
        else:
            self.chosen.emit(entry.words)

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key does in the list; False if it is for the line."""
        key, keys = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_Escape:
            self.close()
        elif key in _MOVES:
            self._move_by(_MOVES[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose()
        elif key == Qt.Key.Key_D and keys == Qt.KeyboardModifier.ControlModifier:
            self._star()
        elif key == Qt.Key.Key_Delete and keys == Qt.KeyboardModifier.ShiftModifier:
            self._forget()
        else:
            return False
        return True

    def _move_by(self, rows: int) -> None:
        if self.list.count():
            row = min(max(self.list.currentRow() + rows, 0), self.list.count() - 1)
            self.list.setCurrentRow(row)

    def _star(self) -> None:
        entry = self.entry
        if entry is None or entry.name:
            return
        with suppress(WorkError):
            set_starred(self._preferences, entry.words, is_starred=not entry.is_starred)
        self.refresh()
        again = (row for row, one in enumerate(self.entries) if one.words == entry.words)
        self.list.setCurrentRow(next(again, 0))

    def _forget(self) -> None:
        entry = self.entry
        if entry is None or entry.name:
            return
        with suppress(WorkError):
            forget_prompt(self._preferences, entry.words)
        self.refresh()

    def _item(self, entry: Entry) -> QListWidgetItem:
        words = " ".join(entry.words.split())
        item = QListWidgetItem(f"{entry.name}: {words}" if entry.name else words)
        if entry.is_starred:
            item.setIcon(icon(IconName.STAR_FILL, self._theme, colour=self._theme.warning))
        else:
            name = IconName.LIST if entry.name else IconName.HISTORY
            item.setIcon(icon(name, self._theme, colour=self._theme.faint))
        kind = "starred" if entry.is_starred else "of the prompt table" if entry.name else ""
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()} {kind}".strip())
        item.setData(Qt.ItemDataRole.UserRole, entry)
        item.setToolTip(entry.words)
        item.setSizeHint(QSize(0, scaled_px(_ROW_PX)))
        return item
