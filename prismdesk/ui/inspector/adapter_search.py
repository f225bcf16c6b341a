"""The presets that a region's model can use, in a popup, searched; one is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QWidget

from prismdesk.adapters.search import has_words
from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column
from prismdesk.ui.widgets.labels import caption

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from prismdesk.adapters.card import Preset
    from prismdesk.ui.theme import Theme

_MOVES = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -8,
    Qt.Key.Key_PageDown: 8,
}
_WIDTH_PX, _HEIGHT_PX, _ROW_PX = 360, 280, 28
_MOST_LISTED = 200


class _Line(QLineEdit):
    """A line that hands the keys of a list on."""

    def __init__(self, popup: AdapterSearch) -> None:
        super().__init__()
        self._popup = popup

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Move in the list or choose; type otherwise."""
        if not self._popup.take_key(event):
            super().keyPressEvent(event)


class AdapterSearch(QFrame):
    """Lists presets by what is typed; ``chosen`` carries one, ``library_wanted`` none of them.

    Args:
        theme: colours.
        parent: beside which it is shown.
    """

    chosen = Signal(object)
    library_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setProperty("kind", "card")
        self._theme = theme
        self._presets: tuple[Preset, ...] | None = None
        self.search = _Line(self)
        self.search.setFont(ui_font(12))
        self.search.setPlaceholderText("Name, trigger or tag")
        self.search.setAccessibleName("Look for presets")
        self.search.textChanged.connect(lambda _: self._refresh())
        self.list = QListWidget()
        self.list.setFont(ui_font(12))
        self.list.setIconSize(QSize(scaled_px(14), scaled_px(14)))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("Presets that fit")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda _: self.choose())
        self.empty = caption("Looking at presets.", kind="faint", wraps=True)
        hint = caption("Enter adds it · Ctrl+L shows the library", kind="faint", wraps=True)
        layout = column(self.search, self.list, self.empty, hint, spacing_px=8)
        margin = scaled_px(10)
        layout.setContentsMargins(margin, margin, margin, margin)
        self.setLayout(layout)
        self.resize(scaled_px(_WIDTH_PX), scaled_px(_HEIGHT_PX))

    def show_presets(self, presets: tuple[Preset, ...]) -> None:
        """List those that fit and aren't on the region yet."""
        self._presets = presets
        self._refresh()

    def show_below(self, widget: QWidget) -> None:
        """Show it below a widget, as far as the screen has room, and type into it."""
        screen = widget.screen().availableGeometry()
        place = widget.mapToGlobal(QPoint(0, widget.height()))
        left = min(place.x(), screen.right() - self.width())
        top = min(place.y(), screen.bottom() - self.height())
        self.move(max(screen.left(), left), max(screen.top(), top))
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def choose(self) -> None:
        """Take the preset of the row, and close."""
        item = self.list.currentItem()
        if item is not None:
            self.close()
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key does in the list; False if it is for the line."""
        key, keys = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_Escape:
            self.close()
        elif key in _MOVES:
            row = self.list.currentRow() + _MOVES[Qt.Key(key)]
            self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose()
        elif key == Qt.Key.Key_L and keys == Qt.KeyboardModifier.ControlModifier:
            self.close()
            self.library_wanted.emit()
        else:
            return False
        return True

    def _refresh(self) -> None:
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
        item.setSizeHint(QSize(0, scaled_px(_ROW_PX)))
        return item
