"""Fields for figures with units, and choices from a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
)

from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.widgets.field_note import FieldNote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent, QWheelEvent

NO_BOUND = 1e9
"""Stands for no bound of a figure."""

_ICON_GAP_PX = 6


class FigureField(QDoubleSpinBox):
    """A figure with its unit, typed or stepped by Up and Down; ``valueChanged`` when it is left.

    Any number can be typed. One that the field doesn't take becomes the nearest that it takes when
    the field is left or Enter is pressed, and a note says what it takes.

    Args:
        name: what it is, for screen readers.
        least: the smallest value; ``-NO_BOUND`` where there is none.
        most: the largest; ``NO_BOUND`` where there is none.
        step: what Up and Down add.
        decimals: digits after the point.
        unit: shown behind the figure.
    """

    def __init__(
        self,
        name: str,
        *,
        least: float,
        most: float,
        step: float = 1.0,
        decimals: int = 0,
        unit: str = "",
    ) -> None:
        super().__init__()
        self.setFont(ui_font(12))
        self.setAccessibleName(name)
        self.setDecimals(decimals)
        self.setRange(least, most)
        self.setSingleStep(step)
        self.setSuffix(f" {unit}" if unit else "")
        self.lineEdit().setTextMargins(scaled_px(6), 0, scaled_px(4), 0)
        self.setKeyboardTracking(False)
        self.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToNearestValue)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def takes(self) -> str:
        """Say which numbers it takes: "It takes whole numbers from 1 to 50 fr."."""
        kind = "numbers" if self.decimals() else "whole numbers"
        # The value that is a word ("new each time") is none of the numbers.
        least = self.minimum() + (self.singleStep() if self.specialValueText() else 0.0)
        if self.maximum() >= NO_BOUND:
            bounds = "" if least <= -NO_BOUND else f" of at least {self._written(least)}"
        elif least <= -NO_BOUND:
            bounds = f" of at most {self._written(self.maximum())}"
        else:
            bounds = f" from {self._written(least)} to {self._written(self.maximum())}"
        return f"It takes {kind}{bounds}{self.suffix()}."

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let any number be typed, also one that has to be put right when the field is left."""
        found = super().validate(text, position)
        point = self.locale().decimalPoint()
        is_begun = self._bare(text) in ("-", point, f"-{point}")
        is_number = is_begun or self._typed(text) is not None
        is_other = found[0] is QValidator.State.Invalid and is_number
        return (QValidator.State.Intermediate, text, position) if is_other else found

    def fixup(self, text: str) -> str:
        """Return the text of the nearest number it takes, and note what that has to be."""
        number = self._typed(text)
        if number is None:
            # What was emptied keeps its value, or goes back to the word for none.
            number = self.minimum() if self.specialValueText() else self.value()
        nearest = min(max(number, self.minimum()), self.maximum())
        if nearest != number or (self.decimals() == 0 and not number.is_integer()):
            FieldNote(self, self.takes())
        return f"{self.textFromValue(nearest)}{self.suffix()}"

    def _typed(self, text: str) -> float | None:
        """Return the number in a text with or without the unit, None if there is none."""
        number, is_number = self.locale().toDouble(self._bare(text))
        return number if is_number else None

    def _bare(self, text: str) -> str:
        return text.removesuffix(self.suffix()).strip()

    def _written(self, number: float) -> str:
        text, point = self.textFromValue(number), self.locale().decimalPoint()
        return text.rstrip("0").removesuffix(point) if point in text else text

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  (Qt's name)
        """Step, if it has the focus: over any other figure the wheel scrolls the panel."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def set_silently(self, value: float) -> None:
        """Show a value without a signal."""
        self.blockSignals(True)
        self.setValue(value)
        self.blockSignals(False)


class ChoiceField(QComboBox):
    """A choice from a list of values with names; ``activated`` when the user chose.

    A name that is longer than the field ends in ….
    """

    def __init__(self, name: str, choices: Sequence[tuple[object, str]] = ()) -> None:
        super().__init__()
        self.setFont(ui_font(12))
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.set_choices(choices)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  (Qt's name)
        """Go through the list, if it has the focus; else the wheel scrolls the panel."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def shown_text(self) -> str:
        """Return what there is room for of the chosen value's name."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        return self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, max(0, self._room_px(option))
        )

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Ask for the room of the longest name: Qt counts a small arrow, whatever size it has."""
        hint = super().sizeHint()
        if self.sizeAdjustPolicy() is not QComboBox.SizeAdjustPolicy.AdjustToContents:
            return hint
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.rect = QRect(QPoint(), hint)
        metrics = self.fontMetrics()
        names = (self.itemText(number) for number in range(self.count()))
        longest = max((metrics.horizontalAdvance(name) for name in names), default=0)
        # Widths are rounded down.
        lacking = max(0, longest + 1 - self._room_px(option))
        return QSize(hint.width() + lacking, hint.height())

    def _room_px(self, option: QStyleOptionComboBox) -> int:
        """Return how wide a name can be in a field of an option's size."""
        part = QStyle.SubControl.SC_ComboBoxEditField
        kind = QStyle.ComplexControl.CC_ComboBox
        room = self.style().subControlRect(kind, option, part, self).width()
        if not option.currentIcon.isNull():
            room -= option.iconSize.width() + scaled_px(_ICON_GAP_PX)
        return room

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Paint the field with as much of the name as there is room for."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.shown_text()
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    @property
    def value(self) -> object:
        """The chosen value."""
        return self.currentData()

    def set_choices(self, choices: Sequence[tuple[object, str]]) -> None:
        """Offer other values; the first is chosen."""
        self.clear()
        for value, text in choices:
            self.addItem(text, value)

    def set_value(self, value: object) -> None:
        """Show a value as the chosen one; one that isn't offered is left alone."""
        for number in range(self.count()):
            if self.itemData(number) == value:
                self.setCurrentIndex(number)
