"""Asks for weight files of the user's own and makes them a model that regions can use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QWidget,
)

from prismdesk.session.model_words import verdict_words
from prismdesk.session.own_checkpoints import OwnTerms, add_own_checkpoint, examine
from prismdesk.ui.icons import IconName
from prismdesk.ui.messages import MessageKind
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row, wrapped_label
from prismdesk.ui.widgets.buttons import main_button, plain_button
from prismdesk.ui.widgets.share_bar import ShareBar

if TYPE_CHECKING:
    from prismdesk.engines.weights.model import Model
    from prismdesk.errors import PrismDeskError
    from prismdesk.session.own_checkpoints import Proposal
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop

LICENCES = ("", "CC BY 4.0", "CC BY-NC 4.0", "Apache 2.0", "MIT", "My own")
_FILTER = "Weights (*.pth *.pt *.ckpt *.bin *.safetensors);;All files (*)"


class AddCheckpointDialog(QDialog):
    """Files are chosen and looked at; base, name and terms are asked; then it is added.

    ``added`` carries the new model's id.

    Args:
        desktop: colours, long work, messages.
        parent: the panel.
    """

    added = Signal(str)

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._task: BackgroundTask[Model] | BackgroundTask[Proposal] | None = None
        self.proposal: Proposal | None = None
        theme = desktop.theme
        self.setWindowTitle("Add a checkpoint")
        self.setMinimumWidth(scaled_px(520))
        self.choose_files = plain_button("Choose files…", theme, icon_name=IconName.PLUS)
        self.choose_folder = plain_button("Choose a folder…", theme, icon_name=IconName.FOLDER)
        self.choose_files.clicked.connect(self._ask_files)
        self.choose_folder.clicked.connect(self._ask_folder)
        self.found = wrapped_label(
            "Weights that PyTorch or safetensors wrote: a generator trained from SelVA or MMAudio, "
            "or a model of AudioX. They are recognised by what is in them.",
            kind="dim",
        )
        self.bar = ShareBar("How far the files are looked at")
        self.bar.setVisible(False)
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
        self.error = wrapped_label(kind="error")
        self.add = main_button("Add", theme, icon_name=IconName.PLUS)
        self.add.setDefault(True)
        self.add.clicked.connect(self.accept)
        self.cancel = plain_button("Cancel", theme)
        self.cancel.clicked.connect(self.reject)
        self.licence.currentTextChanged.connect(self._show_verdict)
        self.base.currentIndexChanged.connect(self._show_verdict)
        self.may_be_sold.toggled.connect(self._show_verdict)
        self._lay_out()
        self._show_proposal(None)

    def look_at(self, paths: list[Path]) -> None:
        """Have files, or a folder, looked at."""
        self.error.setVisible(False)
        self.proposal = None
        self._begin()
        self._task = self._desktop.background.run(
            "Looking at weights",
            lambda progress, cancelled: examine(paths, progress, cancelled),
            done=self._show_proposal,
            failed=self._show_error,
            owner=self,
        )

    def accept(self) -> None:
        """Add what was found, as it is described."""
        proposal = self.proposal
        if proposal is None or self._is_busy:
            return
        base, name = proposal.bases[max(0, self.base.currentIndex())], self.name.text()
        terms = OwnTerms(
            licence=self.licence.currentText(),
            where_stated=self.where.text(),
            allows_commercial_use=self.may_be_sold.isChecked(),
            credit=self.credit.text(),
        )
        self._begin()
        self._task = self._desktop.background.run(
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
            failed=self._show_error,
            owner=self,
        )

    def reject(self) -> None:
        """Add nothing; what is being looked at or copied is left."""
        if self._task is not None:
            self._task.cancel()
        super().reject()

    @property
    def _is_busy(self) -> bool:
        return self._task is not None and not self._task.is_over

    def _ask_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self, "Choose weight files", str(Path.home()), _FILTER
        )
        if names:
            self.look_at([Path(name) for name in names])

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Choose a folder", str(Path.home()))
        if name:
            self.look_at([Path(name)])

    def _begin(self) -> None:
        self.bar.setRange(0, 0)
        self.bar.setVisible(True)
        for part in (self.choose_files, self.choose_folder, self.add):
            part.setEnabled(False)

    def _end(self) -> None:
        self.bar.setVisible(False)
        self.choose_files.setEnabled(True)
        self.choose_folder.setEnabled(True)

    def _show_error(self, error: PrismDeskError) -> None:
        self._end()
        self.error.setText(str(error))
        self.error.setVisible(True)
        if self.proposal is None:
            self._show_proposal(None)
            self.error.setVisible(True)
        self.add.setEnabled(self.proposal is not None)

    def _show_proposal(self, proposal: Proposal | None) -> None:
        self._end()
        self.proposal = proposal
        is_asking = proposal is not None and proposal.described is None
        self._questions.setVisible(is_asking)
        self.verdict.setVisible(is_asking)
        self.add.setEnabled(proposal is not None)
        self.add.setToolTip("" if proposal is not None else "Choose files first.")
        self.add.setAccessibleDescription(self.add.toolTip())
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
        self._desktop.messages.tell(f"{model.name} is a model now.", kind=MessageKind.GOOD)
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
            label = QLabel(words)
            label.setFont(ui_font(12))
            label.setBuddy(field)
            field.setFont(ui_font(12))
            field.setAccessibleName(words.replace("&", ""))
            form.addRow(label, field)
        self.may_be_sold.setFont(ui_font(12))
        form.addRow("", self.may_be_sold)
        self._questions = QWidget()
        form.setContentsMargins(0, 0, 0, 0)
        self._questions.setLayout(form)
        whole = column(spacing_px=12)
        whole.addLayout(row(self.choose_files, self.choose_folder, None))
        margin = scaled_px(16)
        whole.setContentsMargins(margin, margin, margin, margin)
        for part in (self.found, self.bar, self._questions, self.verdict, self.error):
            whole.addWidget(part)
        whole.addStretch(1)
        whole.addLayout(row(None, self.cancel, self.add))
        self.found.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setLayout(whole)
