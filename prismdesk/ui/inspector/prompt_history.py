"""Earlier prompts in a popup: favourites, the project's named ones and the history, searched."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidgetItem, QWidget

from prismdesk.errors import WorkError
from prismdesk.session.prompts import fits, forget_prompt, kept_prompts, set_starred
from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.widgets.labels import caption
from prismdesk.ui.widgets.search_popup import SEARCH_ROW_PX, SearchPopup

if TYPE_CHECKING:
    from prismdesk.project.model import NamedPrompt
    from prismdesk.session.preferences import PreferencesFile
    from prismdesk.ui.theme import Theme

_SIZE_PX = (420, 300)


@dataclass(frozen=True, slots=True)
class Entry:
    """One prompt that can be chosen; ``name`` if it is one of the project's table."""

    words: str
    name: str = ""
    is_starred: bool = False


class PromptHistory(SearchPopup):
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
        super().__init__(
            parent,
            placeholder="Search earlier prompts",
            search_name="Search earlier prompts",
            list_name="Earlier prompts",
            empty=caption("", kind="faint"),
            hint="Enter uses it · Ctrl+D stars it · Shift+Del forgets it",
            size_px=_SIZE_PX,
        )
        self._preferences = preferences
        self._table = table
        self._theme = theme
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

    def take_own_key(self, key: int, keys: Qt.KeyboardModifier) -> bool:
        """Star or forget the prompt of the row."""
        if key == Qt.Key.Key_D and keys == Qt.KeyboardModifier.ControlModifier:
            self._star()
        elif key == Qt.Key.Key_Delete and keys == Qt.KeyboardModifier.ShiftModifier:
            self._forget()
        else:
            return False
        return True

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
        item.setSizeHint(QSize(0, scaled_px(SEARCH_ROW_PX)))
        return item
