"""The company's policy file: which one is in force, what it answers, and another in its place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
)

from prismdesk.errors import PrismDeskError
from prismdesk.session.policy import (
    EXAMPLE_NAME,
    POLICY_VARIABLE,
    policy_in_force,
    read_policy,
    unknown_names,
    write_example,
)
from prismdesk.session.use_words import USE_NAMES
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.icons import IconName
from prismdesk.ui.labels import label
from prismdesk.ui.widgets.arranging import column, row
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.labels import section_label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from prismdesk.session.policy import Answer, Policy, PolicyInForce
    from prismdesk.ui.context import Desktop

_COLUMNS = ("What", "Name", "Allowed", "Why", "Ask")
_FILES = "Policy files (*.toml *.json);;All files (*)"
_NO_FILE = (
    "No policy file is in force. Models are judged by what their publishers say: what isn't "
    "stated counts as non-commercial."
)
_BROKEN = "Until it is put right, nothing made with weights is allowed beyond personal use."


class PolicyDialog(QDialog):
    """Shows the policy file in force and its answers; ``changed`` follows each change.

    Args:
        desktop: preferences and words to the user.
        parent: the window it belongs to.
    """

    changed = Signal()

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self.setWindowTitle("Licence policy")
        self.setFont(ui_font(12))
        theme = desktop.theme
        self.title = label("", size_px=15, bold=True, wraps=True)
        self.file = label("", kind="dim", wraps=True)
        self.state = label("", wraps=True)
        self.answers = self._table()
        self._answers_title = section_label("Its answers", of=self.answers)
        self.note = label("", kind="faint", size_px=11, wraps=True)
        self.choose = plain_button("Choose a file…", theme, icon_name=IconName.FOLDER)
        self.choose.clicked.connect(self.ask_file)
        self.remove = plain_button("Remove", theme)
        self.remove.clicked.connect(self.remove_file)
        self.example = plain_button("Write an example…", theme)
        self.example.clicked.connect(self.ask_example)
        self.close_button = plain_button("Close", theme)
        self.close_button.clicked.connect(self.accept)
        for button in (self.choose, self.remove, self.example, self.close_button):
            button.setAutoDefault(False)
        layout = column(
            self.title,
            self.file,
            self.state,
            self._answers_title,
            self.answers,
            self.note,
            spacing_px=10,
        )
        layout.addLayout(row(self.choose, self.remove, self.example, None, self.close_button))
        layout.setStretch(4, 1)
        layout.setContentsMargins(*(scaled_px(16),) * 4)
        self.setLayout(layout)
        self.resize(scaled_px(900), scaled_px(420))
        self.show_policy()

    def show_policy(self) -> None:
        """Show what is in force now."""
        found = policy_in_force()
        self.title.setText(_title(found))
        self.file.setText("" if found.path is None else str(found.path))
        self.file.setVisible(found.path is not None)
        self.state.setText(_state(found))
        self._fill(found.policy)
        reason = ""
        if found.is_by_variable:
            reason = f"{POLICY_VARIABLE} names the file; whoever set that decides."
        self.choose.setText("Choose another…" if found.path else "Choose a file…")
        for button, why_not in (
            (self.choose, reason),
            (self.remove, reason or ("" if found.path else "There is none to remove.")),
        ):
            button.setEnabled(not why_not)
            button.setToolTip(why_not)
            button.setAccessibleDescription(why_not)
        unknown = unknown_names(found.policy) if found.policy is not None else ()
        named = f"Nothing here is called {', '.join(unknown)}." if unknown else ""
        self.note.setText(" ".join(words for words in (reason, named) if words))
        self.note.setVisible(bool(self.note.text()))

    def ask_file(self) -> None:
        """Ask for a policy file, and put it in force."""
        name, _ = QFileDialog.getOpenFileName(self, "Policy file", "", _FILES)
        if name:
            self.use_file(Path(name))

    def use_file(self, path: Path) -> None:
        """Put a policy file in force; a broken one is told of and changes nothing."""
        try:
            read_policy(path)
            self._desktop.preferences.change(policy_file=str(path.absolute()))
        except PrismDeskError as error:
            self.state.setText(f"{error} Nothing was changed.")
            return
        self._tell()

    def remove_file(self) -> None:
        """Go by what the publishers say again; the file stays where it is."""
        try:
            self._desktop.preferences.change(policy_file=None)
        except PrismDeskError as error:
            self._desktop.messages.error(error)
        self._tell()

    def ask_example(self) -> None:
        """Ask where an example is to be written, and write it."""
        options = QFileDialog.Option.DontConfirmOverwrite
        name, _ = QFileDialog.getSaveFileName(
            self, "Write an example", str(Path.home() / EXAMPLE_NAME), _FILES, options=options
        )
        if name:
            self.write_example(Path(name))

    def write_example(self, path: Path) -> None:
        """Write an example of a policy file."""
        try:
            write_example(path)
        except PrismDeskError as error:
            self.state.setText(str(error))
            return
        self.state.setText(f"An example is in {path}. Change it, then choose it here.")

    def _tell(self) -> None:
        self.show_policy()
        self.changed.emit()

    def _fill(self, policy: Policy | None) -> None:
        answers = () if policy is None else policy.answers()
        self.answers.setRowCount(len(answers))
        for line, (kind, name, answer) in enumerate(answers):
            for place, text in enumerate(_cells(policy, kind, name, answer)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.answers.setItem(line, place, item)
        for widget in (self._answers_title, self.answers):
            widget.setVisible(bool(answers))

    def _table(self) -> QTableWidget:
        table = QTableWidget(0, len(_COLUMNS))
        table.setFont(ui_font(12))
        table.setAccessibleName("Answers of the policy file")
        table.setHorizontalHeaderLabels(list(_COLUMNS))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(scaled_px(28))
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_COLUMNS.index("Why"), QHeaderView.ResizeMode.Stretch)
        header.setMaximumSectionSize(scaled_px(300))
        table.setShowGrid(False)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        return table


def _title(found: PolicyInForce) -> str:
    if found.path is None:
        return "No policy file"
    if found.policy is None:
        return "The policy file can't be read"
    return f"Policy of {found.policy.company}" if found.policy.company else "Policy of this company"


def _state(found: PolicyInForce) -> str:
    if found.path is None:
        return _NO_FILE
    if found.policy is None:
        return f"{found.problem} {_BROKEN}"
    rest = "What it doesn't name is as its publishers say."
    if found.policy.unnamed == "refuse":
        rest = "What it doesn't name is refused; Ambience needs no weights and stays allowed."
    ask = f" Ask {found.policy.contact}." if found.policy.contact else ""
    return f"{rest}{ask}"


def _cells(policy: Policy | None, kind: str, name: str, answer: Answer) -> tuple[str, ...]:
    allowed = ", ".join(words for use, words in USE_NAMES.items() if use in answer.uses)
    default = policy.contact if policy is not None else ""
    return (
        kind.capitalize(),
        name,
        "Any use" if len(answer.uses) == len(USE_NAMES) else allowed or "No use",
        answer.reason,
        answer.contact or default,
    )
