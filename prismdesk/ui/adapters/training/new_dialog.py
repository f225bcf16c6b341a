"""The dialog that begins a training: name, base, set, options, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QGridLayout,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from prismdesk.engines.training.option_specs import OPTION_SPECS
from prismdesk.engines.training.options import methods_of
from prismdesk.errors import InputError, PrismDeskError
from prismdesk.session.training_fit import memory_words
from prismdesk.session.training_runs import (
    RunWish,
    doubts_about,
    family_of,
    usual_options,
)
from prismdesk.ui.adapters.training.option_form import OptionForm
from prismdesk.ui.adapters.training.set_choice import (
    SetChoice,
    choice_of_files,
    choice_of_folder,
    clips_words,
)
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.icons import IconName
from prismdesk.ui.widgets.arranging import column, row, set_kind, wrapped_label
from prismdesk.ui.widgets.buttons import main_button, plain_button, quiet_button
from prismdesk.ui.widgets.fields import ChoiceField
from prismdesk.ui.widgets.labels import plain_label, section_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.weights.model import Model
    from prismdesk.ui.theme import Theme

_SIZE_PX = (680, 720)
_OF_WINDOW = 0.95
_BY_SET = 0
_SIZES = (
    (5, "for up to 9 clips"),
    (15, "for 10 to 20 clips"),
    (35, "for 21 to 50 clips"),
    (100, "for more than 50 clips"),
)


@dataclass(frozen=True, slots=True)
class NewTraining:
    """What is to be trained, once its set is there."""

    name: str
    model_id: str
    choice: SetChoice
    options: TrainingOptions
    note: str


class NewTrainingDialog(QDialog):
    """``wanted`` follows with a ``NewTraining``.

    Args:
        models: installed ones that can be trained, the likeliest first.
        sets: what can be learned from, the likeliest first.
        card_bytes: memory of the graphics card, None for the processor.
        theme: the colours.
        parent: the window.
    """

    wanted = Signal(object)

    def __init__(
        self,
        models: Sequence[Model],
        sets: Sequence[SetChoice],
        card_bytes: int | None,
        theme: Theme,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._models = {model.id: model for model in models}
        self._sets = list(sets)
        self._card_bytes = card_bytes
        self.setWindowTitle("Train a preset")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.name = QLineEdit()
        self.name.setPlaceholderText("What the preset is called, such as Harbour planks")
        self.note = QLineEdit()
        self.note.setPlaceholderText("For yourself")
        for field in (self.name, self.note):
            field.setFont(ui_font(12))
        self.base = ChoiceField("Base", [(model.id, model.name) for model in models])
        self.set = ChoiceField("Learn from")
        self.folder = quiet_button("Folder…", theme, icon_name=IconName.FOLDER)
        self.folder.setToolTip("A training set, or a folder of sound files to make one of.")
        self.usual = ChoiceField("Options")
        self.form = OptionForm(theme)
        self.memory = wrapped_label(kind="dim")
        self.doubts = wrapped_label(kind="warning")
        self.why_not = wrapped_label(kind="error")
        self.train = main_button("Train", theme, icon_name=IconName.TRAIN)
        # Without one, Enter in a field would press the first button, which asks for a folder.
        self.train.setDefault(True)
        self.cancel = plain_button("Cancel", theme)
        self._lay_out()
        self._fill_sets()
        self._tie()
        self._show_usual()
        self.name.setFocus()

    @property
    def choice(self) -> SetChoice | None:
        """What is learned from."""
        place = self.set.value
        return self._sets[place] if isinstance(place, int) and place < len(self._sets) else None

    @property
    def model(self) -> Model | None:
        """The base."""
        return self._models.get(str(self.base.value))

    def take_folder(self, folder: Path) -> None:
        """Learn from a folder: a set, or sound files."""
        try:
            choice = choice_of_folder(folder) or choice_of_files(folder)
        except OSError as error:
            self._say(f"{folder} can't be read: {error.strerror or error}.")
            return
        if choice is None:
            self._say(f"{folder} holds neither a training set nor sound files.")
            return
        self._sets.append(choice)
        self._fill_sets(len(self._sets) - 1)
        self._show_usual()

    def accept(self) -> None:
        """Say what is wanted, if it can be."""
        made = self._made()
        if made is not None:
            self.wanted.emit(made)
            super().accept()

    def _tie(self) -> None:
        self.base.currentIndexChanged.connect(self._show_usual)
        self.set.currentIndexChanged.connect(self._show_usual)
        self.usual.currentIndexChanged.connect(self._show_usual)
        self.folder.clicked.connect(self._ask_folder)
        self.form.changed.connect(self._follow_form)
        self.name.textChanged.connect(self._judge)
        self.train.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)

    def _fill_sets(self, chosen: int = 0) -> None:
        self.set.blockSignals(True)
        self.set.set_choices([(place, one.words) for place, one in enumerate(self._sets)])
        self.set.setCurrentIndex(chosen if self._sets else -1)
        self.set.blockSignals(False)
        self._fill_sizes()

    def _fill_sizes(self) -> None:
        choice, before = self.choice, self.usual.value
        count = choice.pair_count if choice is not None else 0
        self.usual.blockSignals(True)
        by_count = [(least, f"As usual {words}") for least, words in _SIZES]
        self.usual.set_choices([(_BY_SET, f"As usual for {clips_words(count)}"), *by_count])
        if before is not None:
            self.usual.set_value(before)
        self.usual.blockSignals(False)

    def _show_usual(self, _: object = None) -> None:
        self._fill_sizes()
        self._show_options(self.form.method)

    def _show_options(self, method: str) -> None:
        model, choice = self.model, self.choice
        if model is not None:
            count = int(str(self.usual.value or 0)) or (choice.pair_count if choice else 1)
            family = family_of(model)
            known = method if method in methods_of(family) else "lora"
            options = usual_options(model, max(1, count), self._card_bytes, method=known)
            self.form.show_options(family, options)
            self._order_focus()
        self._judge()

    def _order_focus(self) -> None:
        """Let Tab go down the dialog, though the controls of options are made anew."""
        above = (self.name, self.base, self.set, self.folder, self.usual, self.note)
        chain: tuple[QWidget, ...] = (*above, *self.form.tab_chain, self.cancel, self.train)
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def _follow_form(self) -> None:
        try:
            shown = self.form.options()
        except InputError:
            shown = None
        if shown is not None and set(self.form.fields) != self._names_of(shown.method):
            self._show_options(shown.method)
        self._judge()

    def _names_of(self, method: str) -> set[str]:
        family = family_of(self.model) if self.model is not None else ""
        return {
            one.name for one in OPTION_SPECS if family in one.families and method in one.methods
        }

    def _judge(self, _: object = None) -> None:
        """Say what the run takes, what speaks against it, and why it can't be."""
        reason, memory, fits = "", "", True
        doubts: tuple[str, ...] = ()
        model, choice = self.model, self.choice
        if model is None:
            reason = "No model that can be trained is installed; get SelVA or AudioX in Models."
        elif choice is None:
            reason = "Select regions with sound in the timeline, or choose a folder."
        elif not self.name.text().strip():
            reason = "Give it a name."
        if model is not None:
            try:
                options = self.form.options()
                memory, fits = memory_words(model, options, self._card_bytes)
                doubts = self._doubts(model, options)
            except PrismDeskError as error:
                reason = reason or str(error)
        self.memory.setText(memory)
        set_kind(self.memory, "dim" if fits else "warning")
        self.doubts.setText("\n".join(doubts))
        self.doubts.setVisible(bool(doubts))
        self._say(reason)
        self.train.setEnabled(not reason)
        self.train.setToolTip(reason)
        self.train.setAccessibleDescription(reason)

    def _doubts(self, model: Model, options: TrainingOptions) -> tuple[str, ...]:
        choice = self.choice
        if choice is None or choice.folder is None:
            return ()
        wish = RunWish(
            name=self.name.text(), set_folder=choice.folder, model_id=model.id, options=options
        )
        return doubts_about(wish)

    def _say(self, words: str) -> None:
        self.why_not.setText(words)
        self.why_not.setVisible(bool(words))
        set_kind(self.why_not, "dim" if words.startswith("Give it") else "error")

    def _made(self) -> NewTraining | None:
        model, choice, name = self.model, self.choice, self.name.text().strip()
        if model is None or choice is None or not name:
            return None
        try:
            options = self.form.options()
        except InputError as error:
            self._say(str(error))
            return None
        return NewTraining(name, model.id, choice, options, self.note.text().strip())

    def _ask_folder(self) -> None:
        found = QFileDialog.getExistingDirectory(self, "A training set or sound files")
        if found:
            self.take_folder(Path(found))

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(scaled_px(10))
        grid.setVerticalSpacing(scaled_px(8))
        learn = row(self.set, self.folder)
        learn.setStretch(0, 1)
        fields: tuple[tuple[str, QWidget], ...] = (
            ("Name", self.name),
            ("Base", self.base),
            ("Learn from", self.set),
            ("Options", self.usual),
            ("Note", self.note),
        )
        for place, (words, field) in enumerate(fields):
            grid.addWidget(plain_label(words, of=field, kind="dim"), place, 0)
            if field is self.set:
                grid.addLayout(learn, place, 1)
            else:
                grid.addWidget(field, place, 1)
        grid.setColumnStretch(1, 1)
        inner = QWidget()
        inside = column(self.form, None, spacing_px=0)
        inside.setContentsMargins(0, 0, scaled_px(10), 0)
        inner.setLayout(inside)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = column(spacing_px=scaled_px(10))
        layout.addLayout(grid)
        layout.addWidget(section_label("How it learns"))
        layout.addWidget(scroll, 1)
        for label in (self.memory, self.doubts, self.why_not):
            layout.addWidget(label)
        layout.addLayout(row(None, self.cancel, self.train))
        margin = scaled_px(16)
        layout.setContentsMargins(margin, margin, margin, margin)
        self.setLayout(layout)
        window = self.parentWidget()
        width, height = (scaled_px(one) for one in _SIZE_PX)
        if window is not None:
            most = window.window().size() * _OF_WINDOW
            width, height = min(width, most.width()), min(height, most.height())
        self.resize(width, height)
