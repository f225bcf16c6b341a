"""Spotting lists by file: regions out for a spreadsheet, and in again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from prismdesk.errors import PrismDeskError
from prismdesk.interchange.csv_rows import MOST_BYTES
from prismdesk.interchange.spotting_list import (
    decode_list,
    read_spotting_list,
    with_spotting_list,
    write_spotting_list,
)
from prismdesk.project.store.durable import write_atomically
from prismdesk.ui.messages import MessageKind

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document


class ListCommands:
    """Binds the bringing in and writing out of spotting lists."""

    def __init__(self, document: Document, desktop: Desktop, window: QWidget) -> None:
        self._document = document
        self._desktop = desktop
        self._window = window

    def bind_actions(self) -> None:
        """Give the commands to their menu."""
        bind = self._desktop.actions.bind
        bind("region.import_csv", self.ask_list_in, enabled=self._has_tracks)
        bind("region.export_csv", self.ask_list_out, enabled=self._has_regions)

    def ask_list_in(self) -> None:
        """Ask for a list and bring it in."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Import list", "", "Lists (*.csv *.tsv *.txt);;All files (*)"
        )
        if name:
            self.read_list(Path(name))

    def read_list(self, path: Path) -> None:
        """Change and add regions as a list says, as one step."""
        try:
            with path.open("rb") as file:
                text = decode_list(file.read(MOST_BYTES + 1))
            spotted = read_spotting_list(text, self._document.project)
        except OSError as error:
            self._desktop.messages.error(f"{path.name} can't be read: {error.strerror}.")
            return
        except PrismDeskError as error:
            self._desktop.messages.error(f"{path.name}: {error}")
            return
        if self._document.apply(
            f"Import {path.name}", lambda project: with_spotting_list(project, spotted)
        ):
            self._desktop.messages.tell(
                f"{_counted(len(spotted))} came from {path.name}.", kind=MessageKind.GOOD
            )

    def ask_list_out(self) -> None:
        """Ask where to, and write the list."""
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Export list", f"{self._document.project.name}.csv", "Lists (*.csv)"
        )
        if name:
            self.write_list(Path(name))

    def write_list(self, path: Path) -> None:
        """Write all regions into a list."""
        text = write_spotting_list(self._document.project)
        try:
            # The mark at the front tells spreadsheets that it is UTF-8.
            write_atomically(path, text.encode("utf-8-sig"))
        except OSError as error:
            self._desktop.messages.error(f"{path.name} can't be written: {error.strerror}.")
            return
        count = _counted(len(self._document.project.regions))
        self._desktop.messages.tell(f"{count} are in {path.name}.", kind=MessageKind.GOOD)

    def _has_tracks(self) -> bool | str:
        return bool(self._document.project.tracks) or "The project has no sound yet"

    def _has_regions(self) -> bool | str:
        return bool(self._document.project.regions) or "There are no regions yet"


def _counted(count: int) -> str:
    return f"{count} region{'s' * (count != 1)}"
