"""A row of joined buttons of which one is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.icons import IconName, icon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

    from prismdesk.ui.theme import Theme

T = TypeVar("T")
Segment = tuple[T, str, IconName | None]
"""A value, what its button says, and its icon."""


class SegmentedControl(QWidget, Generic[T]):
    """Chooses one of a few values; ``chosen`` sends what the user chose.

    Args:
        name: what is chosen here, for screen readers.
        segments: values with texts and icons, from left to right.
        theme: the colours.
        colours: of each segment's icon; None takes the text colour.
    """

    chosen = Signal(object)

    def __init__(
        self,
        name: str,
        segments: Sequence[Segment[T]],
        theme: Theme,
        *,
        colours: Sequence[str | None] = (),
    ) -> None:
        super().__init__()
        self._values = [value for value, _, _ in segments]
        self._group = QButtonGroup(self)
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for number, (_, text, icon_name) in enumerate(segments):
            button = QPushButton(text)
            button.setFont(ui_font(12))
            button.setProperty("kind", "segment")
            button.setProperty("is_first", number == 0)
            button.setCheckable(True)
            button.setAccessibleName(f"{name}: {text}")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            if icon_name is not None:
                colour = colours[number] if colours else None
                button.setIcon(icon(icon_name, theme, colour=colour))
                button.setIconSize(QSize(scaled_px(16), scaled_px(16)))
            self._group.addButton(button, number)
            row.addWidget(button)
        self._group.idClicked.connect(lambda number: self.chosen.emit(self._values[number]))

    @property
    def value(self) -> T | None:
        """The chosen value; None before one was set."""
        number = self._group.checkedId()
        return self._values[number] if number >= 0 else None

    def set_value(self, value: T) -> None:
        """Show a value as the chosen one, without a signal."""
        self._group.button(self._values.index(value)).setChecked(True)

    def button(self, value: T) -> QPushButton:
        """Return a value's button, to disable it and say why in its tool tip."""
        button = self._group.button(self._values.index(value))
        assert isinstance(button, QPushButton)
        return button

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Have the arrows choose the neighbour that can be chosen."""
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        number = self._group.checkedId() + step
        while step and 0 <= number < len(self._values):
            button = self._group.button(number)
            if button.isEnabled():
                button.setFocus(Qt.FocusReason.OtherFocusReason)
                button.click()
                return
            number += step
        super().keyPressEvent(event)
