"""Every option of training as a control with its help: the common ones, the others folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from prismdesk.engines.training.option_specs import OPTION_SPECS
from prismdesk.engines.training.options import TrainingOptions, from_mapping
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.widgets.arranging import column
from prismdesk.ui.widgets.buttons import quiet_button
from prismdesk.ui.widgets.fields import ChoiceField, FigureField
from prismdesk.ui.widgets.labels import caption, plain_label

if TYPE_CHECKING:
    from prismdesk.engines.training.option_specs import OptionSpec
    from prismdesk.ui.theme import Theme

_FIELD_PX = 150


class OptionForm(QWidget):
    """Controls of all options that a family and a method have; ``changed`` follows an edit.

    Args:
        theme: the colours.
    """

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._start: TrainingOptions | None = None
        self._family = ""
        self._is_filling = False
        self.fields: dict[str, QWidget] = {}
        self._common, self._advanced = QWidget(), QWidget()
        self.more = quiet_button("More options", theme, icon_name=IconName.CARET_RIGHT)
        self.more.setCheckable(True)
        self.more.toggled.connect(self._unfold)
        self._advanced.hide()
        layout = column(spacing_px=scaled_px(8))
        layout.addWidget(self._common)
        layout.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._advanced)
        self.setLayout(layout)

    @property
    def method(self) -> str:
        """What is learned, as it is chosen."""
        field = self.fields.get("method")
        return str(field.value) if isinstance(field, ChoiceField) else "lora"

    @property
    def tab_chain(self) -> tuple[QWidget, ...]:
        """The controls in the order in which they are read, those that are folded away last."""
        is_later = self._advanced.isAncestorOf
        common = [field for field in self.fields.values() if not is_later(field)]
        later = [field for field in self.fields.values() if is_later(field)]
        return (*common, self.more, *later)

    def show_options(self, family: str, options: TrainingOptions) -> None:
        """Show options as values to begin with."""
        is_same = (family, options.method) == (
            self._family, self._start.method if self._start is not None else "",
        )  # fmt: skip
        self._family, self._start = family, options
        self._is_filling = True
        if not is_same:
            self._build(family, options.method)
        for name in self.fields:
            self._show_value(name, getattr(options, name))
        self._is_filling = False

    def options(self) -> TrainingOptions:
        """Return the options as they are typed.

        Raises:
            OptionError: one is out of its range; the message names it.
        """
        assert self._start is not None
        return from_mapping(
            {name: _value(field) for name, field in self.fields.items()}, start=self._start
        )

    def _unfold(self, is_open: bool) -> None:
        self._advanced.setVisible(is_open)
        name = IconName.CARET_DOWN if is_open else IconName.CARET_RIGHT
        self.more.setIcon(icon(name, self._theme))

    def _build(self, family: str, method: str) -> None:
        self.fields = {}
        for is_advanced in (False, True):
            part = self._new_part(is_advanced=is_advanced)
            grid = QGridLayout(part)
            grid.setContentsMargins(0, 0, 0, 0)
            grid.setHorizontalSpacing(scaled_px(10))
            grid.setVerticalSpacing(scaled_px(6))
            grid.setColumnStretch(2, 1)
            specs = [
                spec
                for spec in OPTION_SPECS
                if spec.is_advanced == is_advanced
                and family in spec.families
                and method in spec.methods
            ]
            for place, spec in enumerate(specs):
                self._add(grid, place, spec)

    def _new_part(self, *, is_advanced: bool) -> QWidget:
        """Return an empty part in place of the one that is shown."""
        old, made = self._advanced if is_advanced else self._common, QWidget()
        layout = self.layout()
        assert layout is not None
        layout.replaceWidget(old, made)
        # Not at once: the choice in it may be what this follows.
        old.hide()
        old.deleteLater()
        if is_advanced:
            self._advanced = made
            made.setVisible(self.more.isChecked())
        else:
            self._common = made
            made.show()
        return made

    def _add(self, grid: QGridLayout, place: int, spec: OptionSpec) -> None:
        field = self._field(spec)
        field.setFixedWidth(scaled_px(_FIELD_PX))
        told = f"{spec.help} {spec.range_in_words[:1].upper()}{spec.range_in_words[1:]}."
        field.setToolTip(told)
        field.setAccessibleDescription(told)
        help_line = caption(spec.help, wraps=True)
        grid.addWidget(plain_label(spec.label, of=field, kind="dim"), place, 0)
        grid.addWidget(field, place, 1)
        grid.addWidget(help_line, place, 2)
        self.fields[spec.name] = field

    def _field(self, spec: OptionSpec) -> QWidget:
        if spec.kind == "choice":
            choices = [(one, one.replace("_", "-")) for one in spec.choices]
            choice = ChoiceField(spec.label, choices)
            choice.currentIndexChanged.connect(self._tell)
            return choice
        if spec.kind == "switch":
            switch = QCheckBox()
            switch.setAccessibleName(spec.label)
            switch.toggled.connect(self._tell)
            return switch
        if spec.kind == "whole":
            assert spec.minimum is not None
            assert spec.maximum is not None
            figure = FigureField(spec.label, least=spec.minimum, most=spec.maximum)
            figure.valueChanged.connect(self._tell)
            return figure
        text = QLineEdit()
        text.setFont(ui_font(12))
        text.setAccessibleName(spec.label)
        if spec.kind == "names":
            text.setPlaceholderText("the usual ones")
        text.textEdited.connect(self._tell)
        return text

    def _show_value(self, name: str, value: Any) -> None:
        field = self.fields[name]
        if isinstance(field, ChoiceField):
            field.set_value(value)
        elif isinstance(field, QCheckBox):
            field.setChecked(bool(value))
        elif isinstance(field, FigureField):
            field.setValue(value)
        elif isinstance(field, QLineEdit):
            field.setText(", ".join(value) if isinstance(value, tuple) else f"{value:g}")

    def _tell(self, _: object = None) -> None:
        if not self._is_filling:
            self.changed.emit()


def _value(field: QWidget) -> Any:
    if isinstance(field, ChoiceField):
        return field.value
    if isinstance(field, QCheckBox):
        return field.isChecked()
    if isinstance(field, FigureField):
        return int(field.value())
    assert isinstance(field, QLineEdit)
    return field.text()
