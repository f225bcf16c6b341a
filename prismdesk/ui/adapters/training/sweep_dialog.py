"""The dialog that has a run trained again and again with other values of one option."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QLineEdit, QWidget

from prismdesk.engines.training.option_specs import OPTION_SPECS, spec_of
from prismdesk.engines.training.options import TrainingOptions, from_mapping
from prismdesk.errors import InputError
from prismdesk.session.training_runs import RunWish
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.icons import IconName
from prismdesk.ui.widgets.arranging import column, row, wrapped_label
from prismdesk.ui.widgets.buttons import main_button, plain_button
from prismdesk.ui.widgets.fields import ChoiceField
from prismdesk.ui.widgets.labels import plain_label

if TYPE_CHECKING:
    from prismdesk.session.training_runs import RunOverview
    from prismdesk.ui.theme import Theme

_WIDTH_PX = 520
_NOT_VARIED = ("method", "targets", "save_every", "keep_checkpoints", "example_count")


@dataclass(frozen=True, slots=True)
class SweepWish:
    """Runs that differ in one option."""

    name: str
    runs: tuple[RunWish, ...]


class SweepDialog(QDialog):
    """``wanted`` follows with a ``SweepWish``.

    Args:
        run: what is varied: its base, set and other options stay.
        theme: the colours.
        parent: the panel.
    """

    wanted = Signal(object)

    def __init__(self, run: RunOverview, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self.setWindowTitle("Sweep over an option")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        specs = [
            spec
            for spec in OPTION_SPECS
            if run.options.method in spec.methods and spec.name not in _NOT_VARIED
        ]
        self.name = QLineEdit(f"{run.name} sweep")
        self.option = ChoiceField("Option", [(spec.name, spec.label) for spec in specs])
        self.values = QLineEdit()
        self.values.setPlaceholderText("such as 8, 16, 32")
        for field in (self.name, self.values):
            field.setFont(ui_font(12))
        self.told = wrapped_label(kind="dim")
        self.start = main_button("Queue", theme, icon_name=IconName.LIST)
        self.start.setDefault(True)
        self.cancel = plain_button("Cancel", theme)
        self._lay_out()
        self.option.set_value("rank")
        self.option.currentIndexChanged.connect(self._judge)
        self.values.textChanged.connect(self._judge)
        self.name.textChanged.connect(self._judge)
        self.start.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)
        self._judge()

    def wish(self) -> SweepWish:
        """Return the runs that are wanted.

        Raises:
            InputError: a value can't be, or there are none.
        """
        option, name = str(self.option.value), self.name.text().strip()
        words = [one.strip() for one in self.values.text().split(",") if one.strip()]
        if not name:
            raise InputError("Give the sweep a name.")
        if not words:
            raise InputError("Write the values to try, apart by commas.")
        if len(set(words)) < len(words):
            raise InputError("Each value is tried once; one is written twice.")
        runs = []
        for word in words:
            options: TrainingOptions = from_mapping({option: word}, start=self._run.options)
            runs.append(
                RunWish(
                    name=f"{name} {option} {word}",
                    set_folder=self._run.set_folder,
                    model_id=self._run.model_id,
                    options=options,
                    note=f"{spec_of(option).label} {word}, else as {self._run.name}.",
                    sweep=name,
                )
            )
        return SweepWish(name, tuple(runs))

    def accept(self) -> None:
        """Say what is wanted, if it can be."""
        try:
            made = self.wish()
        except InputError as error:
            self.told.setText(str(error))
            return
        self.wanted.emit(made)
        super().accept()

    def _judge(self, _: object = None) -> None:
        spec = spec_of(str(self.option.value))
        words = f"{spec.help} {spec.range_in_words[:1].upper()}{spec.range_in_words[1:]}."
        reason = ""
        try:
            count = len(self.wish().runs)
            queued = "1 run is queued" if count == 1 else f"{count} runs are queued, one by one"
            words = f"{words} {queued}."
        except InputError as error:
            reason = str(error)
        self.told.setText(f"{words} {reason}" if self.values.text() and reason else words)
        self.start.setEnabled(not reason)
        self.start.setToolTip(reason)
        self.start.setAccessibleDescription(reason)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(scaled_px(10))
        grid.setVerticalSpacing(scaled_px(8))
        fields: tuple[tuple[str, QWidget], ...] = (
            ("Name", self.name),
            ("Option", self.option),
            ("Values", self.values),
        )
        for place, (words, field) in enumerate(fields):
            grid.addWidget(plain_label(words, of=field, kind="dim"), place, 0)
            grid.addWidget(field, place, 1)
        grid.setColumnStretch(1, 1)
        layout = column(spacing_px=scaled_px(12))
        layout.addLayout(grid)
        layout.addWidget(self.told)
        layout.addLayout(row(None, self.cancel, self.start))
        margin = scaled_px(16)
        layout.setContentsMargins(margin, margin, margin, margin)
        self.setLayout(layout)
        self.resize(scaled_px(_WIDTH_PX), self.sizeHint().height())
        self.values.setFocus()
