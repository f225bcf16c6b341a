"""The actions at work: each row of the table tied to who does it, in menus and on keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar

from prismdesk.engines.weights.one_look import one_look
from prismdesk.ui.actions.key_guard import KeyGuard
from prismdesk.ui.actions.keymap import Keymap, normal_key, pressed_key, shown_key
from prismdesk.ui.actions.table import (
    ACTIONS,
    ActionSpec,
    belongs_to_project,
    menu_titles,
    spec_of,
)
from prismdesk.ui.fonts import ui_font
from prismdesk.ui.icons import icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.ui.theme import Theme

NOTHING_OPEN = "Open a project first."
"""Why an action that nobody does yet can't be done."""

_MNEMONICS = {"Presets": "Pre&sets", "Transport": "Tra&nsport", "Track": "Tr&ack"}
"""Titles whose first letter is another menu's, or an action's with Alt."""

_BESIDE_A_PROJECT = {
    "view.models": "models",
    "view.adapters": "presets",
    "presets.import": "presets",
    "train.new": "presets and their training",
}
"""What is shown in a panel of a project, though it belongs to none."""


@dataclass(frozen=True, slots=True)
class _Binding:
    do: Callable[[], object]
    enabled: Callable[[], bool | str] | None
    checked: Callable[[], bool] | None


class Actions(QObject):
    """Every action of the table, as ``QAction``; ``refused`` sends why one can't be done now.

    Args:
        theme: colours the icons.
        keymap: the keys at the start.
    """

    refused = Signal(str)
    keymap_changed = Signal()
    about_to_do = Signal(str)
    """The id of an action that follows at once: what is typed but not yet an edit becomes one."""

    def __init__(
        self, theme: Theme, keymap: Keymap | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bindings: dict[str, _Binding] = {}
        self._reasons: dict[str, str] = {}
        self._menus: dict[str, QMenu] = {}
        self._by_key: dict[str, str] = {}
        self._described: dict[str, tuple[str, bool, bool, Keymap]] = {}
        self._refresh_soon = QTimer(self)
        self._refresh_soon.setSingleShot(True)
        self._refresh_soon.setInterval(0)
        self._refresh_soon.timeout.connect(self.refresh)
        self._actions = {spec.id: self._make(spec) for spec in ACTIONS}
        self._keymap = keymap or Keymap()
        self.set_theme(theme)
        self.set_keymap(self._keymap)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            self._guard = KeyGuard(application, self, self._hear_key)

    @property
    def keymap(self) -> Keymap:
        """The keys in force."""
        return self._keymap

    def bind(
        self,
        action_id: str,
        do: Callable[[], object],
        *,
        enabled: Callable[[], bool | str] | None = None,
        checked: Callable[[], bool] | None = None,
    ) -> None:
        """Say who does an action, in place of who did it before.

        Args:
            action_id: the action.
            do: does it.
            enabled: tells whether it can be done now; a sentence says why it can't.
            checked: tells whether it is on, for what is switched on and off.
        """
        self._bindings[action_id] = _Binding(do, enabled, checked)
        action = self.action(action_id)
        action.setCheckable(checked is not None)
        # A menu has one place for an icon and a check mark.
        action.setIconVisibleInMenu(checked is None)
        self._refresh_one(action_id)

    def unbind(self, *action_ids: str) -> None:
        """Say that nobody does these actions any more."""
        for action_id in action_ids:
            self._bindings.pop(action_id, None)
            self.action(action_id).setCheckable(False)
            self._refresh_one(action_id)

    def unbind_project(self) -> None:
        """Say that nobody does what belongs to an open project; menus and keys stay."""
        self.unbind(*(spec.id for spec in ACTIONS if belongs_to_project(spec)))

    def action(self, action_id: str) -> QAction:
        """Return an action, to put it on a button; KeyError if the table has none such."""
        return self._actions[action_id]

    def why_not(self, action_id: str) -> str:
        """Return why an action can't be done now; empty if it can."""
        return self._reasons[action_id]

    def trigger(self, action_id: str) -> None:
        """Do an action if it can be done now; else ``refused`` says why not."""
        self._refresh_one(action_id)
        reason = self._reasons[action_id]
        if reason:
            self.refused.emit(_sentence(reason))
            return
        self.about_to_do.emit(action_id)
        self._bindings[action_id].do()
        # In a turn of its own: what the action shows comes first.
        self._refresh_soon.start()

    def refresh(self) -> None:
        """Ask everybody again what can be done and what is on."""
        with one_look():
            for action_id in self._actions:
                self._refresh_one(action_id)

    def fill_menu_bar(self, bar: QMenuBar) -> None:
        """Put all actions into menus, and on keys wherever the focus is in the bar's window."""
        bar.clear()
        self._menus = {title: self._add_menu(bar, title) for title in menu_titles()}
        for spec in ACTIONS:
            menu = self._menu_of(spec)
            if spec.starts_group and not menu.isEmpty():
                menu.addSeparator()
            menu.addAction(self._actions[spec.id])
        # Menus that are hidden (picture on the whole screen) don't hear keys; the window does.
        bar.window().addActions(list(self._actions.values()))

    def menu(self, title: str) -> QMenu:
        """Return a menu of the bar by its title, ``Edit/Nudge`` for one within another."""
        return self._menus[title]

    def set_keymap(self, keymap: Keymap) -> None:
        """Put the actions on other keys."""
        self._keymap = keymap
        self._by_key = {
            normal_key(key): spec.id for spec in ACTIONS for key in keymap.keys_of(spec.id)
        }
        for action_id, action in self._actions.items():
            action.setShortcuts([QKeySequence(key) for key in keymap.keys_of(action_id)])
            self._refresh_one(action_id)
        self.keymap_changed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in a theme's colours, and the text at the present scale."""
        for spec in ACTIONS:
            if spec.icon is not None:
                self._actions[spec.id].setIcon(icon(spec.icon, theme))
            self._actions[spec.id].setFont(ui_font(12))
        for menu in self._menus.values():
            menu.setFont(ui_font(12))

    def _make(self, spec: ActionSpec) -> QAction:
        action = QAction(spec.text, self)
        action.setObjectName(spec.id)
        action.setMenuRole(QAction.MenuRole.NoRole)
        action.triggered.connect(lambda: self._triggered(spec.id))
        self._reasons[spec.id] = NOTHING_OPEN
        return action

    def _triggered(self, action_id: str) -> None:
        # Qt switched a checkable action already; what is on is for the binding to say.
        self.trigger(action_id)
        self._refresh_one(action_id)

    def _hear_key(self, event: QKeyEvent) -> None:
        """Before a key does its action: see whether it can be done now, or say why not."""
        action_id = self._by_key.get(pressed_key(event))
        if action_id is None:
            return
        self._refresh_one(action_id)
        reason = self._reasons[action_id]
        is_heard_here = QApplication.activeModalWidget() is None
        if reason and is_heard_here and not event.isAutoRepeat():
            self.refused.emit(_sentence(reason))

    def _menu_of(self, spec: ActionSpec) -> QMenu:
        title, _, within = spec.menu.partition("/")
        if not within:
            return self._menus[title]
        if spec.menu not in self._menus:
            if spec.starts_group:
                self._menus[title].addSeparator()
            menu = self._menus[title].addMenu(within)
            menu.setFont(ui_font(12))
            self._menus[spec.menu] = menu
        return self._menus[spec.menu]

    def _add_menu(self, bar: QMenuBar, title: str) -> QMenu:
        menu = bar.addMenu(_MNEMONICS.get(title, f"&{title}"))
        menu.setFont(ui_font(12))
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self.refresh)
        return menu

    def _refresh_one(self, action_id: str) -> None:
        binding = self._bindings.get(action_id)
        action = self._actions[action_id]
        reason = _why_nobody(action_id) if binding is None else _reason(binding)
        self._reasons[action_id] = reason
        action.setEnabled(not reason)
        if binding is not None and binding.checked is not None:
            action.setChecked(binding.checked())
        words = reason or spec_of(action_id).help
        state = (words, action.isCheckable(), action.isChecked(), self._keymap)
        if self._described.get(action_id) == state:
            return
        self._described[action_id] = state
        action.setStatusTip(words)
        action.setToolTip(self._tool_tip(action_id, words))

    def _tool_tip(self, action_id: str, words: str) -> str:
        spec, action = spec_of(action_id), self._actions[action_id]
        state = (" – on" if action.isChecked() else " – off") if action.isCheckable() else ""
        keys = self._keymap.keys_of(action_id)
        shown = f" ({shown_key(keys[0])})" if keys else ""
        return f"{spec.name}{state}{shown}\n{words}"


def _sentence(reason: str) -> str:
    return reason if reason.endswith((".", "!", "?", "…")) else f"{reason}."


def _why_nobody(action_id: str) -> str:
    shown = _BESIDE_A_PROJECT.get(action_id)
    if shown is None:
        return NOTHING_OPEN
    return f"Open a project first, the sample film will do; {shown} are shown beside it."


def _reason(binding: _Binding) -> str:
    if binding.enabled is None:
        return ""
    answer = binding.enabled()
    if isinstance(answer, str):
        return answer
    return "" if answer else "This can't be done now."
