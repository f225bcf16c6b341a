"""Asks for weight files of the user's own and makes them a model that regions can use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLineEdit,
    QWidget,
)

from prismdesk.session.model_words import verdict_words
from prismdesk.session.own_checkpoints import OwnTerms, add_own_checkpoint, examine
from prismdesk.ui.files_dialog import FilesDialog
from prismdesk.ui.icons import IconName
from prismdesk.ui.messages import MessageKind
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import add_field, wrapped_label

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.weights.model import Model
    from prismdesk.errors import PrismDeskError
    from prismdesk.session.own_checkpoints import Proposal
    from prismdesk.ui.context import Desktop

LICENCES = ("", "CC BY 4.0", "CC BY-NC 4.0", "Apache 2.0", "MIT", "My own")


class AddCheckpointDialog(FilesDialog):
    """Files are chosen and looked at; base, name and terms are asked; then it is added.

    ``added`` carries the new model's id.

    Args:
        desktop: colours, long work, messages.
        parent: the panel.
    """

    added = Signal(str)
    files_title = "Choose weight files"
    files_filter = "Weights (*.pth *.pt *.ckpt *.bin *.safetensors);;All files (*)"

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(
            desktop,
            title="Add a checkpoint",
            bar_name="How far the files are looked at",
            take_words="Add",
            take_icon=IconName.PLUS,
            parent=parent,
        )
        self.proposal: Proposal | None = None
        self.add = self.take
        self.found.setText(
            "Weights that PyTorch or safetensors wrote: a generator trained from SelVA or MMAudio, "
            "or a model of AudioX. They are recognised by what is in them."
        )
        self.base = QComboBox()
        self.name = QLineEdit()
        self.licence = QComboBox()
        self.licence.setEditable(True)
        self.licence.addItems(LICENCES)
        self.where = QLineEdit()
        self.where.setPlaceholderText("An address, or who said so")
        self.credit = QLineEdit()
        self.credit.setPlaceholderText("A line for the credits, if one is asked for")
        self.may_be_sold = QCheckBox("Sound made with it may be sold")
        self.verdict = wrapped_label(kind="dim")
        self.licence.currentTextChanged.connect(self._show_verdict)
        self.base.currentIndexChanged.connect(self._show_verdict)
        self.may_be_sold.toggled.connect(self._show_verdict)
        self._lay_out()
        self._show_proposal(None)

    def look_at(self, paths: tuple[Path, ...]) -> None:
        """Have files, or a folder, looked at."""
        self.error.setVisible(False)
        self.proposal = None
        self.begin()
        self.task = self.desktop.background.run(
            "Looking at weights",
            lambda progress, cancelled: examine(paths, progress, cancelled),
            done=self._show_proposal,
            failed=self.show_error,
            owner=self,
        )

    def accept(self) -> None:
        """Add what was found, as it is described."""
        proposal = self.proposal
        if proposal is None or self.is_busy:
            return
        base, name = proposal.bases[max(0, self.base.currentIndex())], self.name.text()
        terms = OwnTerms(
            licence=self.licence.currentText(),
            where_stated=self.where.text(),
            allows_commercial_use=self.may_be_sold.isChecked(),
            credit=self.credit.text(),
        )
        self.begin()
        self.task = self.desktop.background.run(
            f"Adding {name}",
            lambda progress, cancelled: add_own_checkpoint(
                proposal,
                base=base,
                name=name,
                terms=terms,
                progress=progress,
                cancelled=cancelled,
            ),
            done=self._was_added,
            failed=self.show_error,
            owner=self,
        )

    def show_error(self, error: PrismDeskError) -> None:
        """Say what went wrong; what was found can still be added."""
        if self.proposal is None:
            self._show_proposal(None)
        super().show_error(error)
        self.add.setEnabled(self.proposal is not None)

    def _show_proposal(self, proposal: Proposal | None) -> None:
        self.end()
        self.proposal = proposal
        is_asking = proposal is not None and proposal.described is None
        self._questions.setVisible(is_asking)
        self.verdict.setVisible(is_asking)
        self.show_ready(proposal is not None)
        if proposal is None:
            self.error.setVisible(False)
            return
        if proposal.described is not None:
            model = proposal.described
            self.found.setText(f"{model.name} is described already: {verdict_words(model)}")
        else:
            lines = (f"{file.path.name}: {file.what}" for file in proposal.files)
            self.found.setText("\n".join(lines))
        self.base.clear()
        self.base.addItems([model.name for model in proposal.bases])
        self.name.setText(proposal.name)
        self.name.selectAll()
        self.name.setFocus()
        self._show_verdict()
        self.adjustSize()

    def _show_verdict(self, _: object = None) -> None:
        """Say what the terms come to."""
        is_stated = bool(self.licence.currentText().strip())
        self.may_be_sold.setEnabled(is_stated)
        self.may_be_sold.setToolTip("" if is_stated else "Name the licence that allows it first.")
        self.may_be_sold.setAccessibleDescription(self.may_be_sold.toolTip())
        if not is_stated:
            words = "No licence is stated, so it is treated as non-commercial."
        elif not self.may_be_sold.isChecked():
            words = "It is refused in commercial projects."
        else:
            words = self._words_for_sale()
        self.verdict.setText(words)

    def _words_for_sale(self) -> str:
        proposal = self.proposal
        if proposal is None or not proposal.bases:
            return ""
        base = proposal.bases[max(0, self.base.currentIndex())]
        own = {file.role for file in proposal.used}
        others = sorted(
            {
                file.licence.name
                for role, file in base.files.items()
                if role not in own and not file.licence.allows_commercial_use
            }
        )
        if not others:
            return "It may be used in commercial projects."
        return (
            f"Files that it shares with {base.name} still forbid it ({', '.join(others)}), so it "
            "is refused in commercial projects."
        )

    def _was_added(self, model: Model) -> None:
        self.desktop.messages.tell(f"{model.name} is a model now.", kind=MessageKind.GOOD)
        self.added.emit(model.id)
        super().accept()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(scaled_px(8))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for words, field in (
            ("&Made from", self.base),
            ("&Name", self.name),
            ("&Licence of the weights", self.licence),
            ("&Where it says so", self.where),
            ("C&redit", self.credit),
        ):
            add_field(form, words, field)
        self.may_be_sold.setFont(ui_font(12))
        form.addRow("", self.may_be_sold)
        self._questions = QWidget()
        form.setContentsMargins(0, 0, 0, 0)
        self._questions.setLayout(form)
        self.found.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.lay_out((self._questions, self.verdict))
