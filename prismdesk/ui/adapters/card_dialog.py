"""A preset's card in full: what its file says, and what the user may say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

from prismdesk.session.preset_fit import base_of
from prismdesk.ui.adapters.card_words import facts_line
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.widgets.arranging import add_field, column, row, wrapped_label
from prismdesk.ui.widgets.buttons import main_button, plain_button
from prismdesk.ui.widgets.fields import FigureField

if TYPE_CHECKING:
    from typing import Any

    from prismdesk.adapters.card import Preset
    from prismdesk.ui.context import Desktop

_LICENCES = ("", "My own", "CC0", "CC BY 4.0", "CC BY-NC 4.0", "Personal use only")
_SALE = ((None, "As the licence's name says"), (True, "May be sold"), (False, "Must not be sold"))
_LINES = 3


class CardDialog(QDialog):
    """Edits what stands beside a preset's file; the file itself is left alone.

    Args:
        preset: whose card.
        desktop: colours, the shelf of presets.
        parent: the panel.
    """

    def __init__(self, preset: Preset, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preset = preset
        self._desktop = desktop
        theme = desktop.theme
        self.setWindowTitle(f"Card of {preset.name}")
        self.setMinimumSize(scaled_px(480), scaled_px(420))
        self.trigger = QLineEdit(preset.trigger)
        self.trigger.setPlaceholderText("Words, apart by commas")
        self.negative = QLineEdit(preset.negative)
        self.strength = FigureField("Strength", least=-1, most=2, step=0.05, decimals=2)
        self.strength.setValue(preset.strength)
        self.description = self._text(preset.description)
        self.notes = self._text(preset.notes)
        self.tags = QLineEdit(", ".join(preset.tags))
        self.author = QLineEdit(preset.author)
        self.sound_from = QLineEdit(preset.sound_from)
        self.sound_from.setPlaceholderText("Own recordings, a library, a film")
        self.licence = QComboBox()
        self.licence.setEditable(True)
        self.licence.addItems(_LICENCES)
        self.licence.setEditText(preset.licence)
        self.sale = QComboBox()
        for value, words in _SALE:
            self.sale.addItem(words, value)
        self.sale.setCurrentIndex(
            next(n for n, (v, _) in enumerate(_SALE) if v is preset.sidecar.allows_commercial_use)
        )
        self.keep = main_button("Keep", theme)
        self.keep.setDefault(True)
        self.keep.clicked.connect(self.accept)
        cancel = plain_button("Cancel", theme)
        cancel.clicked.connect(self.reject)
        self.facts = wrapped_label(_file_words(preset), kind="dim")
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._form())
        whole = column(spacing_px=12)
        margin = scaled_px(16)
        whole.setContentsMargins(margin, margin, margin, margin)
        whole.addWidget(area, 1)
        whole.addLayout(row(None, cancel, self.keep))
        self.setLayout(whole)
        self.trigger.setFocus()

    def changes(self) -> dict[str, Any]:
        """Return what the user says otherwise than the card did."""
        preset = self._preset
        tags = tuple(one.strip() for one in self.tags.text().split(",") if one.strip())
        said: dict[str, tuple[Any, Any]] = {
            "trigger": (self.trigger.text().strip(), preset.trigger),
            "negative": (self.negative.text().strip(), preset.negative),
            "strength": (round(self.strength.value(), 2), round(preset.strength, 2)),
            "description": (self.description.toPlainText().strip(), preset.description),
            "notes": (self.notes.toPlainText().strip(), preset.notes),
            "tags": (tags, preset.tags),
            "author": (self.author.text().strip(), preset.author),
            "sound_from": (self.sound_from.text().strip(), preset.sound_from),
            "licence": (self.licence.currentText().strip(), preset.licence),
            "allows_commercial_use": (
                self.sale.currentData(),
                preset.sidecar.allows_commercial_use,
            ),
        }
        return {name: new for name, (new, old) in said.items() if new != old}

    def accept(self) -> None:
        """Write what was changed."""
        if changes := self.changes():
            self._desktop.presets.change(self._preset, self._desktop, **changes)
        super().accept()

    def _text(self, words: str) -> QPlainTextEdit:
        field = QPlainTextEdit(words)
        field.setTabChangesFocus(True)
        field.setFixedHeight(field.fontMetrics().lineSpacing() * _LINES + scaled_px(14))
        return field

    def _form(self) -> QWidget:
        form = QFormLayout()
        form.setVerticalSpacing(scaled_px(8))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(scaled_px(10))
        # No letter is underlined where it stands close to another: the label would end too early.
        for words, field in (
            ("Trigger &words", self.trigger),
            ("Av&oid", self.negative),
            ("&Strength", self.strength),
            ("&Description", self.description),
            ("&Notes", self.notes),
            ("Ta&gs", self.tags),
            ("&Author", self.author),
            ("Sound &from", self.sound_from),
            ("&Licence", self.licence),
            ("Sound made with &it", self.sale),
        ):
            add_field(form, words, field)
        form.addRow(self.facts)
        part = QWidget()
        form.setContentsMargins(0, 0, scaled_px(8), 0)
        part.setLayout(form)
        return part


def _file_words(preset: Preset) -> str:
    base = base_of(preset)
    lines = [
        f"Model: {base.name if base is not None else preset.base_model or 'not stated'}",
        facts_line(preset).capitalize(),
        f"Content: {preset.hash}" if preset.hash else "",
        f"File: {preset.path}",
    ]
    return "\n".join(line for line in lines if line)
