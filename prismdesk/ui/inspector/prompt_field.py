"""A prompt: text that is kept in a history, with stars for the best."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from prismdesk.errors import WorkError
from prismdesk.session.prompts import set_starred
from prismdesk.ui.icons import IconName
from prismdesk.ui.inspector.prompt_edit import PromptEdit
from prismdesk.ui.inspector.prompt_history import PromptHistory
from prismdesk.ui.widgets.arranging import column, row, show_icon
from prismdesk.ui.widgets.buttons import icon_button
from prismdesk.ui.widgets.labels import section_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.model import NamedPrompt
    from prismdesk.session.preferences import PreferencesFile
    from prismdesk.ui.theme import Theme


class PromptField(QWidget):
    """A label, a history, a star and the text.

    ``typed`` carries the text with every change the user makes; ``left`` follows when done,
    ``submitted`` when its sound is wanted, ``escaped`` when the box was left by Escape. ``named``
    carries the name of a line of the table that was chosen in the history.

    Args:
        words: the label.
        preferences: keeps history and stars.
        theme: colours.
        table: the project's named prompts.
        lines: how high.
    """

    typed = Signal(str)
    left = Signal()
    submitted = Signal()
    escaped = Signal()
    named = Signal(str)

    def __init__(
        self,
        words: str,
        preferences: PreferencesFile,
        theme: Theme,
        *,
        table: Callable[[], tuple[NamedPrompt, ...]] = tuple,
        lines: int = 2,
    ) -> None:
        super().__init__()
        self._preferences = preferences
        self._theme = theme
        self._table = table
        self._is_shown = False
        self.popup: PromptHistory | None = None
        self.text = PromptEdit(lines)
        self.text.setAccessibleName(words)
        self.text.setAccessibleDescription("Enter makes its sound, Shift+Enter begins a new line.")
        self.text.setPlaceholderText("What shall be heard? Enter makes it.")
        self._history = icon_button(
            IconName.HISTORY, theme, "Earlier prompts (Ctrl+Shift+P)", self.show_history
        )
        self._star = icon_button(IconName.STAR, theme, "Star this prompt", self._toggle_star)
        title = section_label(words)
        title.setBuddy(self.text)
        layout = column(spacing_px=0)
        layout.addLayout(row(title, None, self._history, self._star, spacing_px=2))
        layout.addWidget(self.text)
        self.setLayout(layout)
        self.text.textChanged.connect(self._changed)
        self.text.left.connect(self.left)
        self.text.submitted.connect(self.submitted)
        self.text.escaped.connect(self.escaped)

    def show_words(self, words: str) -> None:
        """Show what the region says; the cursor stays if it is that already."""
        if words != self.text.toPlainText():
            self._is_shown = True
            self.text.setPlainText(words)
            self._is_shown = False
        self._show_star()

    def words(self) -> str:
        """Return the text."""
        return self.text.toPlainText()

    def begin_writing(self) -> None:
        """Put the cursor behind the text."""
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.text.moveCursor(self.text.textCursor().MoveOperation.End)

    def remember(self) -> None:
        """Put the text first in the history."""
        with suppress(WorkError):
            self._preferences.remember_prompt(self.words())

    def show_history(self) -> None:
        """Show earlier prompts, to be searched."""
        popup = PromptHistory(self._preferences, self._table(), self._theme, self)
        popup.chosen.connect(self._use)
        popup.named.connect(self.named)
        popup.destroyed.connect(self._forget_popup)
        self.popup = popup
        popup.show_below(self.text)

    def _forget_popup(self) -> None:
        self.popup = None

    def _changed(self) -> None:
        self._show_star()
        if not self._is_shown:
            self.typed.emit(self.words())

    def _use(self, words: str) -> None:
        self.text.setPlainText(words)
        self.begin_writing()
        self.left.emit()

    def _toggle_star(self) -> None:
        words = self.words().strip()
        if not words:
            return
        is_starred = words in self._preferences.now.starred_prompts
        with suppress(WorkError):
            set_starred(self._preferences, words, is_starred=not is_starred)
        self._show_star()

    def _show_star(self) -> None:
        is_on = self.words().strip() in self._preferences.now.starred_prompts
        name = IconName.STAR_FILL if is_on else IconName.STAR
        words = "Starred; remove the star" if is_on else "Star this prompt"
        show_icon(
            self._star, name, words, self._theme, colour=self._theme.warning if is_on else None
        )
        self._star.setEnabled(bool(self.words().strip()))
