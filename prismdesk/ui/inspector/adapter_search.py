"""The presets that a region's model can use, in a popup, searched; one is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidgetItem, QWidget

from prismdesk.adapters.search import has_words
from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.widgets.labels import caption
from prismdesk.ui.widgets.search_popup import SEARCH_ROW_PX, SearchPopup

if TYPE_CHECKING:
    from prismdesk.adapters.card import Preset
    from prismdesk.ui.theme import Theme

_SIZE_PX = (360, 280)
_MOST_LISTED = 200


class AdapterSearch(SearchPopup):
    """Lists presets by what is typed; ``chosen`` carries one, ``library_wanted`` none of them.

    Args:
        theme: colours.
        parent: beside which it is shown.
    """

    chosen = Signal(object)
    library_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(
            parent,
            placeholder="Name, trigger or tag",
            search_name="Look for presets",
            list_name="Presets that fit",
            empty=caption("Looking at presets.", kind="faint", wraps=True),
            hint="Enter adds it · Ctrl+L shows the library",
            size_px=_SIZE_PX,
        )
        self._theme = theme
        self._presets: tuple[Preset, ...] | None = None

    def show_presets(self, presets: tuple[Preset, ...]) -> None:
        """List those that fit and aren't on the region yet."""
        self._presets = presets
        self.refresh()

    def choose(self) -> None:
        """Take the preset of the row, and close."""
        item = self.list.currentItem()
        if item is not None:
            self.close()
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def take_own_key(self, key: int, keys: Qt.KeyboardModifier) -> bool:
        """Show the library."""
        if key != Qt.Key.Key_L or keys != Qt.KeyboardModifier.ControlModifier:
            return False
        self.close()
        self.library_wanted.emit()
        return True

    def refresh(self) -> None:
        """List the presets that have the words of the search."""
        if self._presets is None:
            return
        wanted = self.search.text()
        found = [one for one in self._presets if has_words(one, wanted)][:_MOST_LISTED]
        self.list.clear()
        for preset in found:
            self.list.addItem(self._item(preset))
        self.list.setCurrentRow(0)
        self.empty.setVisible(not found)
        is_none = not self._presets
        self.empty.setText("No preset fits this model." if is_none else "No preset is like that.")

    def _item(self, preset: Preset) -> QListWidgetItem:
        words = f"{preset.name}  {preset.strength:.2f}".replace("-", "−")
        item = QListWidgetItem(words)
        name = IconName.STAR_FILL if preset.is_favourite else IconName.WAVEFORM
        colour = self._theme.warning if preset.is_favourite else self._theme.faint
        item.setIcon(icon(name, self._theme, colour=colour))
        item.setData(Qt.ItemDataRole.UserRole, preset)
        item.setToolTip(preset.description or preset.trigger)
        item.setSizeHint(QSize(0, scaled_px(SEARCH_ROW_PX)))
        return item
