"""The project's named prompts as rows that can be edited in place."""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal

from prismdesk.errors import PrismDeskError
from prismdesk.interchange.prompt_table import PromptLine, read_settings_words, settings_words
from prismdesk.project.edits.prompts import change_named_prompt
from prismdesk.session.prompts import fits, named_prompt
from prismdesk.ui.widgets.headed_table import HeadedTableModel, Index

if TYPE_CHECKING:
    from prismdesk.project.changes import Changes
    from prismdesk.project.model import NamedPrompt
    from prismdesk.ui.document import Document


class Column(IntEnum):
    """The columns, in order."""

    NAME = 0
    PROMPT = 1
    AVOID = 2
    ENGINE = 3
    VARIANT = 4
    SETTINGS = 5


HEADINGS = ("Name", "Prompt", "Avoid", "Engine", "Variant", "Settings")
_SHOWN = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole)


class PromptTableModel(HeadedTableModel):
    """Shows the lines that fit a search; each cell edited is one step that undo takes back.

    ``refused`` carries the sentence for what can't be.

    Args:
        document: the project.
    """

    refused = Signal(str)

    def __init__(self, document: Document) -> None:
        super().__init__(HEADINGS)
        self._document = document
        self._search = ""
        self._lines: tuple[NamedPrompt, ...] = ()
        document.changed.connect(self._follow)
        self.refresh()

    def refresh(self, search: str | None = None) -> None:
        """Show the lines that fit; the same search as before if none is given."""
        if search is not None:
            self._search = search
        lines = tuple(
            line
            for line in self._document.project.prompts
            if fits(f"{line.name} {line.prompt} {line.negative_prompt}", self._search)
        )
        if len(lines) == len(self._lines):
            # A cell that is being edited stays what it is.
            self._lines = lines
            if lines:
                last = self.index(len(lines) - 1, len(HEADINGS) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def line_at(self, row: int) -> NamedPrompt | None:
        """Return the line of a row; None where there is none."""
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def row_of(self, name: str) -> int:
        """Return the row of a line by its name; -1 if it isn't shown."""
        names = [line.name.casefold() for line in self._lines]
        return names.index(name.casefold()) if name.casefold() in names else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  (Qt's form)
        """Return the number of lines."""
        return 0 if parent.isValid() else len(self._lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let every cell be edited."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words of a cell."""
        line = self.line_at(index.row())
        if line is None or role not in _SHOWN:
            return None
        return {
            Column.NAME: line.name,
            Column.PROMPT: line.prompt,
            Column.AVOID: line.negative_prompt,
            Column.ENGINE: line.engine,
            Column.VARIANT: line.variant,
            Column.SETTINGS: settings_words(line.settings),
        }[Column(index.column())]

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802  (Qt's name)
        """Change a cell, or say why not."""
        line = self.line_at(index.row())
        text = str(value).strip()
        if line is None or role != Qt.ItemDataRole.EditRole or text == self.data(index):
            return False
        try:
            changed = _with_cell(line, Column(index.column()), text)
        except PrismDeskError as error:
            self.refused.emit(str(error))
            return False
        return self._document.apply(
            f"Edit prompt {line.name}", lambda p: change_named_prompt(p, line.name, changed)
        )

    def _follow(self, changes: Changes) -> None:
        if "prompts" in changes.project_fields:
            self.refresh()


def _with_cell(line: NamedPrompt, column: Column, text: str) -> NamedPrompt:
    """Return the line with a cell as it was typed.

    Raises:
        InputError: there is no such engine, variant or setting.
    """
    if column is Column.NAME:
        return replace(line, name=text)
    if column is Column.PROMPT:
        return replace(line, prompt=text)
    if column is Column.AVOID:
        return replace(line, negative_prompt=text)
    is_engine, is_variant = column is Column.ENGINE, column is Column.VARIANT
    settings = text if column is Column.SETTINGS else settings_words(line.settings)
    return named_prompt(
        PromptLine(
            number=0,
            name=line.name,
            prompt=line.prompt,
            negative_prompt=line.negative_prompt,
            engine=text if is_engine else line.engine,
            # Another engine's variant and settings would mean something else.
            variant=text if is_variant else "" if is_engine else line.variant,
            settings=() if is_engine else read_settings_words(settings),
        )
    )
