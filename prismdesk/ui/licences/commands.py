"""The action that opens the policy file's page; it belongs to the program, not to a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from prismdesk.ui.licences.policy_dialog import PolicyDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from prismdesk.ui.context import Desktop


class PolicyCommands(QObject):
    """Binds ``licence.policy``; ``changed`` follows when other answers are in force.

    Args:
        desktop: what the page needs.
        window: its parent.
    """

    changed = Signal()

    def __init__(self, desktop: Desktop, window: QWidget) -> None:
        super().__init__(window)
        self._desktop = desktop
        self._window = window
        self.dialog: PolicyDialog | None = None
        desktop.actions.bind("licence.policy", self.show_policy)

    def show_policy(self) -> None:
        """Open the page."""
        if self.dialog is None:
            self.dialog = PolicyDialog(self._desktop, self._window)
            self.dialog.changed.connect(self._tell)
            self.dialog.finished.connect(self._forget)
        self.dialog.show_policy()
        self.dialog.open()

    def _tell(self) -> None:
        self._desktop.models.changed.emit()
        self._desktop.actions.refresh()
        self.changed.emit()

    def _forget(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
