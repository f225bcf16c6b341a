"""Bringing presets in from the window: what is looked at, asked, brought in, and told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from prismdesk.ui.messages import MessageKind

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from prismdesk.session.preset_import import Imported
    from prismdesk.ui.adapters.import_dialog import ImportDialog
    from prismdesk.ui.context import Desktop

_MOST_TOLD = 3


class Importing(QObject):
    """Opens the dialog, and shows in the library what was brought in.

    Args:
        window: what the dialog stands before; owns this.
        desktop: the shelf of presets, messages.
    """

    def __init__(self, window: QWidget, desktop: Desktop) -> None:
        super().__init__(window)
        self._window = window
        self._desktop = desktop

    def ask(self, paths: tuple[Path, ...] = ()) -> ImportDialog:
        """Ask for files or a folder, or for what lacks of those that are given."""
        from prismdesk.ui.adapters.import_dialog import ImportDialog

        dialog = ImportDialog(self._desktop, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.brought_in.connect(self._tell)
        dialog.open()
        if paths:
            dialog.look_at(paths)
        return dialog

    def _tell(self, imported: Imported) -> None:
        shelf, messages = self._desktop.presets, self._desktop.messages
        shelf.look(self._desktop)
        count = len(imported.presets)
        if count:
            name = imported.presets[0].name
            words = f"{name} is" if count == 1 else f"{count} presets are"
            messages.tell(f"{words} in the library now.", kind=MessageKind.GOOD)
            shelf.show(imported.presets[0].reference)
        if imported.refused:
            refused = len(imported.refused)
            title = f"{refused} {'file was' if refused == 1 else 'files were'} not brought in."
            told = " ".join(imported.refused[:_MOST_TOLD])
            messages.tell(title, told, kind=MessageKind.WARNING)
