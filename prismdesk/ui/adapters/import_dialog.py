"""Asks for adapter files, and in a sentence for what they don't say, and brings them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from prismdesk.session.preset_intake import Answers, offer_of, take_in
from prismdesk.ui.adapters.base_choice import models_for
from prismdesk.ui.adapters.card_words import alphas_offered
from prismdesk.ui.files_dialog import FilesDialog
from prismdesk.ui.icons import IconName
from prismdesk.ui.theme import ui_font
from prismdesk.ui.widgets.arranging import column, row, wrapped_label
from prismdesk.ui.widgets.fields import FigureField

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.errors import PrismDeskError
    from prismdesk.session.preset_import import Imported
    from prismdesk.session.preset_intake import Offered
    from prismdesk.ui.context import Desktop

_MOST_LISTED = 6
_AS_RANK, _TWICE_RANK, _NUMBER, _LEAVE = "as rank", "twice rank", "number", "leave"


class ImportDialog(FilesDialog):
    """Files or a folder are chosen and looked at; what lacks is asked; then they are brought in.

    ``brought_in`` carries what came of it.

    Args:
        desktop: colours, long work.
        parent: the panel.
    """

    brought_in = Signal(object)
    files_title = "Choose adapter files"
    files_filter = "Adapters (*.safetensors *.pt *.pth *.ckpt);;All files (*)"

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(
            desktop,
            title="Import presets",
            bar_name="How far it is",
            take_words="Import",
            take_icon=IconName.DOWNLOAD,
            parent=parent,
        )
        self.setObjectName("importPresets")
        self.offered: Offered | None = None
        self.bring_in = self.take
        self.alpha_question = wrapped_label()
        self.alpha = QComboBox()
        self.number = FigureField("Alpha", least=0.001, most=100_000, decimals=2)
        self.base_question = wrapped_label()
        self.base = QComboBox()
        for field, name in ((self.alpha, "Alpha"), (self.base, "Model")):
            field.setFont(ui_font(12))
            field.setAccessibleName(name)
        self.alpha.currentIndexChanged.connect(self._show_number)
        self._lay_out()
        self._show_offered(None)

    def look_at(self, paths: tuple[Path, ...]) -> None:
        """Have files and folders looked at."""
        self.begin()
        self.task = self.desktop.background.run(
            "Looking at adapters",
            lambda _, cancelled: offer_of(paths, cancelled),
            done=self._show_offered,
            failed=self.show_error,
            quiet=True,
            owner=self,
        )

    def accept(self) -> None:
        """Bring in what was found."""
        offered = self.offered
        if offered is None or not offered.presets or self.is_busy:
            return
        answers, presets = self.answers(), offered.presets
        if offered.without_alpha and answers.alpha is None and not answers.alpha_by_rank:
            presets = tuple(one for one in presets if not one.lacks_alpha)
        if not presets:
            self.error.setText("Nothing is left to bring in; say with which alpha they were made.")
            self.error.setVisible(True)
            return
        count = len(presets)
        name = presets[0].name if count == 1 else f"{count} presets"
        self.begin()
        self.task = self.desktop.background.run(
            f"Importing {name}",
            lambda progress, cancelled: take_in(presets, answers, progress, cancelled),
            done=self._was_brought_in,
            failed=self.show_error,
            owner=self,
        )

    def answers(self) -> Answers:
        """Return what the user says of files that don't say it."""
        way = self.alpha.currentData()
        by_rank = {_AS_RANK: 1.0, _TWICE_RANK: 2.0}.get(str(way), 0.0)
        return Answers(
            alpha=self.number.value() if way == _NUMBER else None,
            alpha_by_rank=by_rank,
            base=str(self.base.currentData() or ""),
        )

    def begin(self) -> None:
        """Forget what went wrong before."""
        self.error.setVisible(False)
        super().begin()

    def show_error(self, error: PrismDeskError) -> None:
        """Say what went wrong; what was found can still be brought in."""
        super().show_error(error)
        self._show_ready()

    def _show_offered(self, offered: Offered | None) -> None:
        self.end()
        self.offered = offered
        self.error.setVisible(bool(offered and offered.refused))
        if offered is None:
            self.found.setText(
                "Adapter files (.safetensors, .pt), a folder that PEFT wrote, or a folder of any "
                "of these. They are copied into the library, with the card, picture and sound "
                "beside them."
            )
        else:
            self.found.setText(_found_words(offered))
            self.error.setText("\n".join(offered.refused[:_MOST_LISTED]))
        self._ask_alpha(offered)
        self._ask_base(offered)
        self._show_ready()
        self.adjustSize()

    def _show_ready(self) -> None:
        is_ready = self.offered is not None and bool(self.offered.presets)
        self.show_ready(is_ready)
        if is_ready:
            self.bring_in.setFocus()

    def _ask_alpha(self, offered: Offered | None) -> None:
        lacking = offered.without_alpha if offered is not None else ()
        self.alpha_part.setVisible(bool(lacking))
        self.alpha.clear()
        if not lacking:
            return
        first = lacking[0]
        if len(lacking) == 1:
            same, twice = alphas_offered(first)
            self.alpha_question.setText(
                f"The file of {first.name} states no alpha; with which one was it trained?"
            )
            choices = [(_AS_RANK, f"{same}, its rank"), (_TWICE_RANK, f"{twice}, twice its rank")]
        else:
            self.alpha_question.setText(
                f"{len(lacking)} files state no alpha; with which one were they trained?"
            )
            choices = [(_AS_RANK, "Each with its rank"), (_TWICE_RANK, "Each with twice its rank")]
        choices += [(_NUMBER, "Another number"), (_LEAVE, "Not known: leave them out")]
        for value, words in choices:
            self.alpha.addItem(words, value)
        self.number.setValue(float(first.rank or 1))

    def _ask_base(self, offered: Offered | None) -> None:
        lacking = offered.without_base if offered is not None else ()
        self.base_part.setVisible(bool(lacking))
        self.base.clear()
        if not lacking:
            return
        first = lacking[0]
        who = (
            f"The file of {first.name} names" if len(lacking) == 1 else f"{len(lacking)} files name"
        )
        trained = "it was" if len(lacking) == 1 else "they were"
        self.base_question.setText(f"{who} no model; on which one {trained} trained?")
        families = {preset.family for preset in lacking}
        for model in models_for(families.pop() if len(families) == 1 else ""):
            self.base.addItem(model.name, model.id)
        self.base.addItem("Not known: ask later", "")

    def _show_number(self, _: object = None) -> None:
        self.number.setVisible(self.alpha.currentData() == _NUMBER)

    def _was_brought_in(self, imported: Imported) -> None:
        self.brought_in.emit(imported)
        super().accept()

    def _lay_out(self) -> None:
        self.alpha_part, self.base_part = QWidget(), QWidget()
        alpha = column(self.alpha_question, spacing_px=4)
        alpha.addLayout(row(self.alpha, self.number, None))
        self.alpha_part.setLayout(alpha)
        base = column(self.base_question, spacing_px=4)
        base.addLayout(row(self.base, None))
        self.base_part.setLayout(base)
        self.lay_out((self.alpha_part, self.base_part))


def _found_words(offered: Offered) -> str:
    names = [preset.name for preset in offered.presets]
    if not names:
        return "None of these can be used."
    more = len(names) - _MOST_LISTED
    listed = ", ".join(names[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")
    count = f"{len(names)} {'adapter' if len(names) == 1 else 'adapters'}"
    return f"{count}: {listed}."
