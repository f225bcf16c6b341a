"""Rows of preferences: a title, its control, what it means, and a reset; in force at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QToolButton, QWidget

from prismdesk.errors import WorkError
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.icons import IconName
from prismdesk.ui.widgets.buttons import icon_button
from prismdesk.ui.widgets.fields import ChoiceField, FigureField
from prismdesk.ui.widgets.labels import caption, plain_label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prismdesk.session.preferences import Preferences, PreferencesFile
    from prismdesk.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class PreferenceRow:
    """One preference on screen."""

    name: str
    control: QWidget
    reset: QToolButton
    show: Callable[[Any], object]


class PreferenceRows(QWidget):
    """A page of preferences.

    Args:
        preferences: read and changed by the rows.
        theme: the colours.
        tell: shows a sentence if a change can't be kept.
    """

    def __init__(
        self, preferences: PreferencesFile, theme: Theme, *, tell: Callable[[WorkError], object]
    ) -> None:
        super().__init__()
        self.preferences = preferences
        self._theme = theme
        self._tell = tell
        self._rows: dict[str, PreferenceRow] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(*(scaled_px(16),) * 4)
        self._grid.setHorizontalSpacing(scaled_px(8))
        self._grid.setVerticalSpacing(scaled_px(4))
        self._grid.setColumnStretch(1, 1)
        self._grid.setRowStretch(1000, 1)
        self._line = 0

    @property
    def rows(self) -> Mapping[str, PreferenceRow]:
        """The rows by the preferences' names."""
        return self._rows

    def add_choice(
        self, name: str, title: str, choices: Sequence[tuple[object, str]], words: str = ""
    ) -> ChoiceField:
        """Add a choice of a few values."""
        field = ChoiceField(title, choices)
        field.activated.connect(lambda _: self.change(name, field.value))
        self._add(name, title, field, field.set_value, words)
        return field

    def add_figure(self, name: str, title: str, field: FigureField, words: str = "") -> None:
        """Add a figure; a preference in whole numbers stays whole."""
        is_whole = isinstance(getattr(self.preferences.now, name), int)
        field.valueChanged.connect(
            lambda value: self.change(name, round(value) if is_whole else value)
        )
        field.setMaximumWidth(scaled_px(120))
        self._add(name, title, field, field.set_silently, words)

    def add_text(self, name: str, title: str, words: str = "") -> None:
        """Add a line of text; it is kept when the line is left or Enter pressed."""
        line = QLineEdit()
        line.setFont(ui_font(12))
        line.setAccessibleName(title)
        line.editingFinished.connect(lambda: self.change(name, line.text().strip()))
        self._add(name, title, line, line.setText, words)

    def add_switch(self, name: str, title: str, words: str = "") -> None:
        """Add what is on or off."""
        box = QCheckBox(title)
        box.setFont(ui_font(12))
        box.clicked.connect(lambda on: self.change(name, on))
        self._add(name, "", box, box.setChecked, words, reset_title=title)

    def add_control(
        self,
        name: str,
        title: str,
        control: QWidget,
        show: Callable[[Any], object],
        words: str = "",
    ) -> None:
        """Add a control of any kind; ``show`` puts a value on it."""
        self._add(name, title, control, show, words)

    def add_plain(self, title: str, control: QWidget, words: str = "") -> None:
        """Add something that is no preference but belongs beside them."""
        self._place(plain_label(title, of=control), control, None, words)

    def change(self, name: str, value: object) -> None:
        """Put a value in force and keep it."""
        try:
            self.preferences.change(**{name: value})
        except WorkError as error:
            self._tell(error)

    def refresh(self, now: Preferences) -> None:
        """Show the preferences in force."""
        for row in self._rows.values():
            value = getattr(now, row.name)
            row.show(value)
            row.reset.setEnabled(value != now.default_of(row.name))

    def _add(
        self,
        name: str,
        title: str,
        control: QWidget,
        show: Callable[[Any], object],
        words: str,
        *,
        reset_title: str = "",
    ) -> None:
        reset = icon_button(
            IconName.HISTORY,
            self._theme,
            f"Reset: {reset_title or title}",
            lambda: self.change(name, self.preferences.now.default_of(name)),
        )
        control.setObjectName(name)
        label = plain_label(title, of=control if title else None)
        self._place(label, control, reset, words)
        self._rows[name] = PreferenceRow(name, control, reset, show)

    def _place(self, label: QWidget, control: QWidget, reset: QWidget | None, words: str) -> None:
        line = self._line
        self._line += 3
        middle = Qt.AlignmentFlag.AlignVCenter
        self._grid.addWidget(label, line, 0, middle)
        self._grid.addWidget(control, line, 1)
        if reset is not None:
            self._grid.addWidget(reset, line, 2, middle)
        if words:
            said = caption(words, wraps=True)
            self._grid.addWidget(said, line + 1, 1)
            control.setAccessibleDescription(words)
        self._grid.setRowMinimumHeight(line + 2, scaled_px(8))
