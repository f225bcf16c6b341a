"""A prompt: text that is kept in a history, with stars for the best."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QSizePolicy, QToolButton, QWidget

from prismdesk.errors import WorkError
from prismdesk.ui.icons import IconName
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row, show_icon
from prismdesk.ui.widgets.buttons import icon_button
from prismdesk.ui.widgets.labels import caption, section_label

if TYPE_CHECKING:
    from prismdesk.session.preferences import PreferencesFile
    from prismdesk.ui.theme import Theme

_HISTORY_SHOWN = 20
_WORDS_SHOWN = 60


class PromptEdit(QPlainTextEdit):
    """Some lines of text; Tab leaves it, Escape too; ``left`` follows."""

    left = Signal()

    def __init__(self, lines: int) -> None:
        super().__init__()
        self._lines = lines
        self.setFont(ui_font(12))
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Be as high as its lines."""
        return QSize(scaled_px(240), self.fontMetrics().lineSpacing() * self._lines + scaled_px(18))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Never be lower than its lines."""
        return QSize(scaled_px(120), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Leave on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.clearFocus()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  (Qt's name)
        """Tell that typing is over."""
        super().focusOutEvent(event)
        self.left.emit()


class PromptField(QWidget):
    """A label, a history, a star and the text.

    ``typed`` carries the text with every change the user makes; ``left`` follows when done.

    Args:
        words: the label.
        preferences: keeps history and stars.
        theme: colours.
        is_negative: what shall not be heard; has a history of its own and no star.
        lines: how high.
    """

    typed = Signal(str)
    left = Signal()

    def __init__(
        self,
        words: str,
        preferences: PreferencesFile,
        theme: Theme,
        *,
        is_negative: bool = False,
        lines: int = 2,
    ) -> None:
        super().__init__()
        self._preferences = preferences
        self._theme = theme
        self._is_negative = is_negative
        self._is_shown = False
        self.text = PromptEdit(lines)
        self.text.setAccessibleName(words)
        self._history = icon_button(IconName.HISTORY, theme, f"Earlier: {words.lower()}")
        self._history.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        self._history.setMenu(self._menu)
        self._star = icon_button(IconName.STAR, theme, "Star this prompt", self._toggle_star)
        self._star.setVisible(not is_negative)
        title = caption(words, kind="dim") if is_negative else section_label(words)
        title.setBuddy(self.text)
        if is_negative:
            self.setLayout(row(title, self.text, self._history, spacing_px=4))
        else:
            layout = column(spacing_px=0)
            layout.addLayout(row(title, None, self._history, self._star, spacing_px=2))
            layout.addWidget(self.text)
            self.setLayout(layout)
        self.text.textChanged.connect(self._changed)
        self.text.left.connect(self.left)

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

    def remember(self) -> None:
        """Put the text first in the history."""
        with suppress(WorkError):
            self._preferences.remember_prompt(self.words(), negative=self._is_negative)

    def _changed(self) -> None:
        self._show_star()
        if not self._is_shown:
            self.typed.emit(self.words())

    def _fill_menu(self) -> None:
        self._menu.clear()
        self._menu.setFont(ui_font(12))
        now = self._preferences.now
        history = now.negative_prompts if self._is_negative else now.prompts
        starred = () if self._is_negative else now.starred_prompts
        for one in starred:
            self._add_entry(f"★ {one}", one)
        if starred:
            self._menu.addSeparator()
        for one in history[:_HISTORY_SHOWN]:
            if one not in starred:
                self._add_entry(one, one)
        if self._menu.isEmpty():
            self._menu.addAction("Nothing here yet.").setEnabled(False)

    def _add_entry(self, shown: str, words: str) -> None:
        single = " ".join(shown.split())
        short = single if len(single) <= _WORDS_SHOWN else f"{single[:_WORDS_SHOWN]}…"
        action = QAction(short.replace("&", "&&"), self._menu)
        action.setToolTip(words)
        action.triggered.connect(lambda: self._use(words))
        self._menu.addAction(action)

    def _use(self, words: str) -> None:
        self.text.setPlainText(words)
        self.text.setFocus()
        self.left.emit()

    def _toggle_star(self) -> None:
        words = self.words().strip()
        if not words:
            return
        starred = self._preferences.now.starred_prompts
        kept = tuple(one for one in starred if one != words)
        with suppress(WorkError):
            self._preferences.change(
                starred_prompts=kept if words in starred else (words, *starred)
            )
        self._show_star()

    def _show_star(self) -> None:
        is_on = self.words().strip() in self._preferences.now.starred_prompts
        name = IconName.STAR_FILL if is_on else IconName.STAR
        words = "Starred; remove the star" if is_on else "Star this prompt"
        show_icon(
            self._star, name, words, self._theme, colour=self._theme.warning if is_on else None
        )
        self._star.setEnabled(bool(self.words().strip()))
