"""Fields for figures with units, and choices from a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
)

from prismdesk.ui.fonts import scaled_px, ui_font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent, QWheelEvent

_ICON_GAP_PX = 6


class FigureField(QDoubleSpinBox):
    """A figure with its unit, typed or stepped by Up and Down; ``valueChanged`` when it is left.

    Args:
        name: what it is, for screen readers.
        least: the smallest value.
        most: the largest.
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
        room = (
            self.style()
            .subControlRect(
                QStyle.ComplexControl.CC_ComboBox,
                option,
                QStyle.SubControl.SC_ComboBoxEditField,
                self,
            )
            .width()
        )
        if not option.currentIcon.isNull():
            room -= option.iconSize.width() + scaled_px(_ICON_GAP_PX)
        return self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, max(0, room)
        )

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
