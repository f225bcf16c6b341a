"""An engine's settings as controls, built from its capabilities alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from prismdesk.session.wishes import accepts
from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row
from prismdesk.ui.widgets.buttons import icon_button, quiet_button
from prismdesk.ui.widgets.fields import NO_BOUND, ChoiceField, FigureField
from prismdesk.ui.widgets.labels import caption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prismdesk.engines.capabilities import Capabilities, SettingSpec, SettingValue
    from prismdesk.ui.theme import Theme

COLUMNS = 3
_STEPS_OVER_RANGE = 100
_DECIMALS = 2


def shown(value: object) -> str:
    """Return a setting's value as text."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def step_of(spec: SettingSpec) -> float:
    """Return what Up and Down add to a number.

    1 for whole numbers, else the power of ten at or below a hundredth of the range.
    """
    if isinstance(spec.default, int):
        return 1.0
    if spec.minimum is None or spec.maximum is None or spec.maximum <= spec.minimum:
        return 0.1
    exponent = f"{(spec.maximum - spec.minimum) / _STEPS_OVER_RANGE:e}".partition("e")[2]
    return 10.0 ** int(exponent)


class SettingCell(QWidget):
    """One setting: its label, its control, and a way back to the default.

    ``changed`` carries the new value.
    """

    changed = Signal(object)

    def __init__(self, spec: SettingSpec, theme: Theme) -> None:
        super().__init__()
        self.spec = spec
        self._reset = icon_button(
            IconName.UNDO, theme, f"{spec.label}: back to {shown(spec.default)}", self._go_back
        )
        self._reset.setProperty("kind", "tiny")
        self._reset.setIconSize(QSize(scaled_px(12), scaled_px(12)))
        place = self._reset.sizePolicy()
        # Else labels and fields would move where it comes and goes.
        place.setRetainSizeWhenHidden(True)
        self._reset.setSizePolicy(place)
        self.control = self._make_control()
        words = f"{spec.help}\nIt takes {accepts(spec)}; {shown(spec.default)} at first."
        self.control.setToolTip(words)
        self.control.setAccessibleDescription(words)
        layout = column(spacing_px=3)
        if isinstance(self.control, QCheckBox):
            layout.addStretch()
            layout.addLayout(row(self.control, self._reset, spacing_px=2))
        else:
            title = caption(spec.label, kind="dim")
            title.setToolTip(words)
            title.setBuddy(self.control)
            layout.addLayout(row(title, None, self._reset, spacing_px=2))
            layout.addWidget(self.control)
        self.setLayout(layout)

    def reset_button(self) -> QToolButton:
        """Return the button that goes back to the default."""
        return self._reset

    def show_value(self, value: SettingValue) -> None:
        """Show what the region says."""
        control = self.control
        control.blockSignals(True)
        if isinstance(control, QCheckBox):
            control.setChecked(bool(value))
        elif isinstance(control, ChoiceField):
            control.set_value(value)
        elif isinstance(control, FigureField) and not isinstance(value, str):
            control.setValue(float(value))
        elif isinstance(control, QLineEdit):
            control.setText(str(value))
        control.blockSignals(False)
        self._reset.setVisible(value != self.spec.default)

    def _make_control(self) -> QWidget:
        spec, default = self.spec, self.spec.default
        if isinstance(default, bool):
            return self._switch()
        if spec.choices:
            choice = ChoiceField(spec.label, [(one, one) for one in spec.choices])
            choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            choice.activated.connect(lambda _: self.changed.emit(choice.value))
            return choice
        if isinstance(default, str):
            field = QLineEdit()
            field.setFont(ui_font(12))
            field.setAccessibleName(spec.label)
            field.editingFinished.connect(lambda: self.changed.emit(field.text()))
            return field
        return self._figure(whole=isinstance(default, int))

    def _switch(self) -> QCheckBox:
        switch = QCheckBox(self.spec.label)
        switch.setFont(ui_font(12))
        switch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        switch.toggled.connect(lambda is_on: self.changed.emit(is_on))
        return switch

    def _figure(self, *, whole: bool) -> FigureField:
        spec = self.spec
        figure = FigureField(
            spec.label,
            least=-NO_BOUND if spec.minimum is None else spec.minimum,
            most=NO_BOUND if spec.maximum is None else spec.maximum,
            step=step_of(spec),
            decimals=0 if whole else _DECIMALS,
            unit=spec.unit,
        )
        figure.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        figure.valueChanged.connect(lambda value: self.changed.emit(int(value) if whole else value))
        return figure

    def _go_back(self) -> None:
        self.show_value(self.spec.default)
        self.changed.emit(self.spec.default)


class SettingsForm(QWidget):
    """All settings of an engine, some to a row; ``changed`` carries name and value.

    What is advanced waits behind a button, which says how many of them aren't at their defaults.
    """

    changed = Signal(str, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._engine: Capabilities | None = None
        self._columns = COLUMNS
        self.cells: dict[str, SettingCell] = {}
        self._plain, self._advanced = _grid(), _grid()
        self._more_page = QWidget()
        self._more_page.setLayout(self._advanced)
        self._more_page.hide()
        self.more = quiet_button("", theme)
        self.more.setCheckable(True)
        self.more.toggled.connect(self._show_more)
        self.setLayout(column(spacing_px=8))
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.addLayout(self._plain)
        layout.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._more_page)

    def show_settings(self, engine: Capabilities, values: Mapping[str, SettingValue]) -> None:
        """Show an engine's settings as a region has them, the others at their defaults."""
        if self._engine is None or engine.settings != self._engine.settings:
            self._build(engine)
        for name, cell in self.cells.items():
            cell.show_value(values.get(name, cell.spec.default))
        advanced = [cell.spec for cell in self.cells.values() if cell.spec.is_advanced]
        changed = sum(values.get(spec.name, spec.default) != spec.default for spec in advanced)
        self.more.setVisible(bool(advanced))
        self.more.setText(f"More settings ({changed} changed)" if changed else "More settings")

    def set_columns(self, columns: int) -> None:
        """Lay so many side by side."""
        if columns != self._columns:
            self._columns = columns
            self._lay_out()

    def _show_more(self, is_shown: bool) -> None:
        self._more_page.setVisible(is_shown)
        self._turn_arrow()

    def _turn_arrow(self) -> None:
        name = IconName.CARET_DOWN if self.more.isChecked() else IconName.CARET_RIGHT
        self.more.setIcon(icon(name, self._theme))

    def _build(self, engine: Capabilities) -> None:
        for cell in self.cells.values():
            self._grid_of(cell).removeWidget(cell)
            cell.hide()
            cell.deleteLater()
        self._engine = engine
        self.cells = {spec.name: SettingCell(spec, self._theme) for spec in engine.settings}
        for name, cell in self.cells.items():
            cell.changed.connect(lambda value, name=name: self.changed.emit(name, value))
        self._turn_arrow()
        self._lay_out()

    def _lay_out(self) -> None:
        for is_advanced in (False, True):
            cells = [c for c in self.cells.values() if c.spec.is_advanced is is_advanced]
            grid = self._advanced if is_advanced else self._plain
            for cell in cells:
                grid.removeWidget(cell)
            for index, cell in enumerate(cells):
                place = (index // self._columns, index % self._columns)
                grid.addWidget(cell, *place, Qt.AlignmentFlag.AlignBottom)
            for number in range(COLUMNS):
                grid.setColumnStretch(number, 1 if number < self._columns else 0)

    def _grid_of(self, cell: SettingCell) -> QGridLayout:
        return self._advanced if cell.spec.is_advanced else self._plain


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(8)
    return grid
