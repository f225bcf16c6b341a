"""What a sound shall avoid, as chips: each taken away by its cross, more added by a plus."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QFrame, QLabel, QLineEdit, QSizePolicy, QWidget

from prismdesk.errors import WorkError
from prismdesk.session.avoiding import avoid_text, avoided, with_avoided, without_avoided
from prismdesk.ui.icons import IconName
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import row
from prismdesk.ui.widgets.buttons import icon_button
from prismdesk.ui.widgets.flow_layout import FlowLayout
from prismdesk.ui.widgets.labels import caption

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QMouseEvent

    from prismdesk.session.preferences import PreferencesFile
    from prismdesk.ui.theme import Theme

_REMOVING = frozenset({Qt.Key.Key_Delete, Qt.Key.Key_Backspace})


class AvoidChip(QFrame):
    """One thing to avoid; ``removed`` follows its cross, ``opened`` a double click."""

    removed = Signal(str)
    opened = Signal()

    def __init__(self, word: str, theme: Theme) -> None:
        super().__init__()
        self.word = word
        self.setProperty("kind", "chip")
        words = QLabel(word)
        words.setFont(ui_font(12))
        words.setTextFormat(Qt.TextFormat.PlainText)
        self.cross = icon_button(IconName.CLOSE, theme, f"Don't avoid {word} any more")
        self.cross.setProperty("kind", "tiny")
        self.cross.setIconSize(QSize(scaled_px(12), scaled_px(12)))
        self.cross.clicked.connect(lambda: self.removed.emit(self.word))
        self.cross.installEventFilter(self)
        layout = row(words, self.cross, spacing_px=2)
        layout.setContentsMargins(scaled_px(7), scaled_px(1), scaled_px(2), scaled_px(1))
        self.setLayout(layout)
        self.setToolTip("Double-click to edit all of them as text.")

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Have all edited as text."""
        self.opened.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Go by Delete and Backspace too while the cross has the keyboard.

        Elsewhere these are the keys of actions, which would take the region itself away.
        """
        if isinstance(event, QKeyEvent) and event.key() in _REMOVING:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.removed.emit(self.word)
                return True
        return False


class AvoidLine(QLineEdit):
    """Where words are typed; ``over`` follows Enter, Escape and leaving, with whether to take."""

    over = Signal(bool)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Take on Enter, leave things on Escape."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.over.emit(True)
        elif event.key() == Qt.Key.Key_Escape:
            self.over.emit(False)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  (Qt's name)
        """Take what was typed; a list of proposals doesn't end it."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.over.emit(True)


class AvoidChips(QWidget):
    """Shows and edits a text to avoid; ``typed`` carries the new text, ``left`` follows it.

    Args:
        preferences: know what was avoided before.
        theme: colours.
    """

    typed = Signal(str)
    left = Signal()

    def __init__(self, preferences: PreferencesFile, theme: Theme) -> None:
        super().__init__()
        self._preferences = preferences
        self._theme = theme
        self._text = ""
        self._adds = True
        self.chips: list[AvoidChip] = []
        self.add = icon_button(IconName.PLUS, theme, "Avoid something else", self.begin_adding)
        self.line = AvoidLine()
        self.line.setFont(ui_font(12))
        self.line.setMinimumWidth(scaled_px(160))
        self.line.setAccessibleName("What to avoid")
        self.line.setPlaceholderText("hum, wind")
        self.line.hide()
        self.line.over.connect(self._end)
        self._flow = FlowLayout(spacing_px=scaled_px(6))
        self._flow.addWidget(self.line)
        self._flow.addWidget(self.add)
        chips = QWidget()
        chips.setLayout(self._flow)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        chips.setSizePolicy(policy)
        title = caption("Avoid", kind="dim")
        title.setBuddy(self.add)
        title.setMinimumHeight(self.add.sizeHint().height())
        layout = row(title, chips, spacing_px=8)
        layout.setAlignment(title, Qt.AlignmentFlag.AlignTop)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def words(self) -> str:
        """Return the text."""
        return self._text

    def show_words(self, text: str) -> None:
        """Show what the region says."""
        words = avoided(text)
        self._text = text
        if words != tuple(chip.word for chip in self.chips):
            self._build(words)

    def remember(self) -> None:
        """Put the text first in the history."""
        with suppress(WorkError):
            self._preferences.remember_prompt(self._text, negative=True)

    def begin_adding(self) -> None:
        """Let words be typed that are added."""
        self._open("", adds=True)

    def begin_editing(self) -> None:
        """Let the whole be edited as text."""
        self._open(avoid_text(avoided(self._text)), adds=False)

    def _build(self, words: tuple[str, ...]) -> None:
        for chip in self.chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = [AvoidChip(word, self._theme) for word in words]
        for part in (self.line, self.add):
            self._flow.removeWidget(part)
        for chip in self.chips:
            chip.removed.connect(self._remove)
            chip.opened.connect(self.begin_editing)
            self._flow.addWidget(chip)
        self._flow.addWidget(self.line)
        self._flow.addWidget(self.add)
        self._show_chips(are_shown=self.line.isHidden() or self._adds)

    def _show_chips(self, *, are_shown: bool) -> None:
        for chip in self.chips:
            chip.setVisible(are_shown)

    def _open(self, text: str, *, adds: bool) -> None:
        self._adds = adds
        self.line.setText(text)
        known = avoided(",".join(self._preferences.now.negative_prompts))
        completer = QCompleter(list(known), self.line)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.line.setCompleter(completer if adds else None)  # type: ignore[arg-type]  # None takes it away
        self._show_chips(are_shown=adds)
        self.add.hide()
        self.line.show()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _end(self, is_taken: bool) -> None:
        if self.line.isHidden():
            return
        typed = self.line.text()
        had_keyboard = self.line.hasFocus()
        self.line.hide()
        self.add.show()
        self._show_chips(are_shown=True)
        if had_keyboard:
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)
        if is_taken:
            before = self._text if self._adds else ""
            self._set(with_avoided(before, typed))

    def _remove(self, word: str) -> None:
        self._set(without_avoided(self._text, word))
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set(self, text: str) -> None:
        if text != self._text:
            self.show_words(text)
            self.typed.emit(text)
            self.left.emit()
