"""The editor of keys: find an action, press a key, see who has it, put things back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from prismdesk.errors import WorkError
from prismdesk.ui.actions.keymap import PRESETS, Keymap, keymap_of, normal_key, shown_key
from prismdesk.ui.actions.table import ACTIONS, ActionSpec, spec_of
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.keyboard.key_capture import KeyCapture
from prismdesk.ui.keyboard.key_list import keys_in_words, matches
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.labels import plain_label
from prismdesk.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.session.preferences import PreferencesFile
    from prismdesk.ui.actions.registry import Actions
    from prismdesk.ui.theme import Theme


class KeyboardEditor(QWidget):
    """Changes the keys; each change is in force and kept at once.

    Args:
        actions: whose keys these are.
        preferences: keeps them.
        theme: the colours.
        tell: shows a sentence if they can't be kept.
    """

    def __init__(
        self,
        actions: Actions,
        preferences: PreferencesFile,
        theme: Theme,
        *,
        tell: Callable[[WorkError], object],
    ) -> None:
        super().__init__()
        self._actions = actions
        self._preferences = preferences
        self._tell = tell
        self._captured = ""
        self.preset = SegmentedControl(
            "Keys your hands know", [(key, name, None) for key, name in PRESETS.items()], theme
        )
        self.search = QLineEdit()
        self.rows = QTableWidget(len(ACTIONS), 3)
        self._key_cells = [QTableWidgetItem() for _ in ACTIONS]
        self.capture = KeyCapture()
        self.note = plain_label("")
        self.assign = plain_button("Set key", theme)
        self.add = plain_button("Add key", theme)
        self.clear = plain_button("No key", theme)
        self.reset = plain_button("Reset", theme)
        self.reset_all = plain_button("Reset all", theme)
        self._lay_out()
        self._connect()
        self._show_keys()
        self.rows.setCurrentCell(0, 0)

    def shown_keys(self, action_id: str) -> str:
        """Return what the table says about an action's keys."""
        return self._key_cells[ACTIONS.index(spec_of(action_id))].text()

    @property
    def current(self) -> ActionSpec:
        """The action whose keys are edited."""
        return ACTIONS[max(self.rows.currentRow(), 0)]

    def show_action(self, action_id: str) -> None:
        """Go to an action's row."""
        self.search.clear()
        self.rows.setCurrentCell(ACTIONS.index(spec_of(action_id)), 0)

    def _lay_out(self) -> None:
        self.search.setFont(ui_font(12))
        self.search.setPlaceholderText("Search by name or key")
        self.search.setAccessibleName("Search actions")
        self.search.setClearButtonEnabled(True)
        self.note.setWordWrap(True)
        self._set_up_rows()
        tools = QHBoxLayout()
        tools.setSpacing(scaled_px(8))
        tools.addWidget(self.capture, 1)
        for button in (self.assign, self.add, self.clear, self.reset, self.reset_all):
            tools.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled_px(8))
        for widget in (self.preset, self.search):
            column.addWidget(widget)
        column.addWidget(self.rows, 1)
        column.addLayout(tools)
        column.addWidget(self.note)

    def _set_up_rows(self) -> None:
        rows = self.rows
        rows.setFont(ui_font(12))
        rows.setAccessibleName("Actions")
        rows.setHorizontalHeaderLabels(["Action", "Menu", "Keys"])
        rows.verticalHeader().hide()
        rows.verticalHeader().setDefaultSectionSize(scaled_px(28))
        rows.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        rows.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        rows.setShowGrid(False)
        rows.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        rows.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        rows.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        rows.setTabKeyNavigation(False)
        for number, spec in enumerate(ACTIONS):
            cells = (
                QTableWidgetItem(spec.name),
                QTableWidgetItem(spec.menu.replace("/", ", ")),
                self._key_cells[number],
            )
            for column, cell in enumerate(cells):
                cell.setToolTip(spec.help)
                rows.setItem(number, column, cell)

    def _connect(self) -> None:
        self.preset.chosen.connect(self._choose_preset)
        self.search.textChanged.connect(self._filter)
        self.rows.currentCellChanged.connect(lambda *_: self._show_current())
        self.rows.itemActivated.connect(lambda _: self.capture.setFocus())
        self.capture.captured.connect(self._show_captured)
        self.assign.clicked.connect(lambda: self._give((self._captured,)))
        self.add.clicked.connect(self._add)
        self.clear.clicked.connect(lambda: self._give(()))
        self.reset.clicked.connect(self._reset)
        self.reset_all.clicked.connect(lambda: self._put(Keymap(self._keymap.preset)))

    @property
    def _keymap(self) -> Keymap:
        return self._actions.keymap

    def _choose_preset(self, preset: str) -> None:
        self._put(keymap_of(preset, self._keymap.overrides))

    def _add(self) -> None:
        self._give((*self._keymap.keys_of(self.current.id), self._captured))

    def _reset(self) -> None:
        self._put(self._keymap.with_preset_keys(self.current.id))

    def _give(self, keys: tuple[str, ...]) -> None:
        self._put(self._keymap.with_keys(self.current.id, tuple(dict.fromkeys(keys))))

    def _put(self, keymap: Keymap) -> None:
        self._actions.set_keymap(keymap)
        try:
            self._preferences.change(keymap=keymap.preset, key_overrides=dict(keymap.overrides))
        except WorkError as error:
            self._tell(error)
        self._show_keys()

    def _show_keys(self) -> None:
        self.preset.set_value(self._keymap.preset)
        doubled = {
            spec.id: key for key, specs in self._keymap.conflicts().items() for spec in specs
        }
        for number, spec in enumerate(ACTIONS):
            words = keys_in_words(self._keymap.keys_of(spec.id))
            if spec.id in doubled:
                words = f"{words}  –  {shown_key(doubled[spec.id])} is used twice"
            if spec.id in self._keymap.overrides:
                words = f"{words}  (changed)".strip()
            self._key_cells[number].setText(words)
        self.reset_all.setEnabled(bool(self._keymap.overrides))
        self._filter(self.search.text())
        self._show_current()

    def _filter(self, wanted: str) -> None:
        for number, spec in enumerate(ACTIONS):
            self.rows.setRowHidden(number, not matches(spec, self._keymap, wanted))

    def _show_current(self) -> None:
        self._captured = ""
        self.capture.clear()
        self.assign.setText("Set key")
        self.assign.setEnabled(False)
        self.add.setEnabled(False)
        self.clear.setEnabled(bool(self._keymap.keys_of(self.current.id)))
        self.reset.setEnabled(self.current.id in self._keymap.overrides)
        self.note.setText(f"{self.current.name}: {self.current.help}")

    def _show_captured(self, key: str) -> None:
        self._captured = key
        others = [spec for spec in self._keymap.actions_on(key) if spec is not self.current]
        has_it = normal_key(key) in map(normal_key, self._keymap.keys_of(self.current.id))
        self.assign.setEnabled(True)
        self.add.setEnabled(not has_it)
        self.assign.setText("Set key")
        if others:
            names = " and ".join(spec.name for spec in others)
            self.assign.setText(f"Take it from {names}")
            self.note.setText(
                f"{shown_key(key)} is the key of {names}. It can have only one action: "
                f"{self.current.name} takes it, or press another key."
            )
        elif has_it:
            self.note.setText(f"{shown_key(key)} is a key of {self.current.name} already.")
        else:
            self.note.setText(f"{shown_key(key)} is free.")
        self.note.setAlignment(Qt.AlignmentFlag.AlignLeft)
