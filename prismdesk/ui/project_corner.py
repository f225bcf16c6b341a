"""The corner of the menu bar: which project is open, and what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from prismdesk.project.model import ProjectUse
from prismdesk.session.use_words import USE_NAMES
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.labels import label

if TYPE_CHECKING:
    from prismdesk.ui.actions.registry import Actions
    from prismdesk.ui.theme import Theme

USE_ACTIONS = {
    ProjectUse.PERSONAL: "file.use_personal",
    ProjectUse.NON_COMMERCIAL: "file.use_non_commercial",
    ProjectUse.COMMERCIAL: "file.use_commercial",
}


class ProjectCorner(QWidget):
    """Shows the project's name and a pill that says what it is for and changes that.

    The actions of ``USE_ACTIONS`` tell which use it is; the pill follows them.

    Args:
        actions: say what the project is for, and change it.
        theme: the colours.
    """

    def __init__(self, actions: Actions, theme: Theme) -> None:
        super().__init__()
        self._actions = actions
        self.name = label("No project", kind="dim")
        self.use = QToolButton()
        self.use.setObjectName("project_use")
        self.use.setFont(ui_font(11))
        self.use.setIcon(icon(IconName.SCALES, theme))
        self.use.setIconSize(QSize(scaled_px(14), scaled_px(14)))
        self.use.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        # No higher than the menus, which a higher corner would push to the top of their bar.
        height = f"{scaled_px(16)}px"
        self.use.setStyleSheet(
            f"QToolButton {{ min-height: {height}; max-height: {height}; }}"
            f"QToolButton {{ border: 1px solid {theme.line_strong}; border-radius: 3px;"
            f" padding: 1px {scaled_px(6)}px; color: {theme.dim}; background: {theme.raised}; }}"
            f"QToolButton:hover {{ background: {theme.hover}; }}"
            "QToolButton::menu-indicator { image: none; width: 0; }"
        )
        menu = QMenu(self.use)
        menu.setFont(ui_font(12))
        menu.setToolTipsVisible(True)
        menu.addSection("This project is")
        for action_id in USE_ACTIONS.values():
            menu.addAction(actions.action(action_id))
        menu.addSeparator()
        menu.addAction(actions.action("licence.policy"))
        menu.aboutToShow.connect(actions.refresh)
        self.use.setMenu(menu)
        self.use.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.use.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, scaled_px(14), 0)
        row.setSpacing(scaled_px(8))
        row.addWidget(self.name)
        row.addWidget(self.use)
        # Without the pill, too: a lower corner stands at the top of the bar, off the menus' line.
        self.setMinimumHeight(self.use.sizeHint().height())
        for action_id in USE_ACTIONS.values():
            actions.action(action_id).changed.connect(self._follow)
        self.show_project("")

    def show_project(self, name: str) -> None:
        """Show the name of what is open, "" for nothing."""
        self.name.setText(name or "No project")
        self.use.setVisible(bool(name))
        self._follow()
        self._fit()

    def _follow(self) -> None:
        for use, action_id in USE_ACTIONS.items():
            if self._actions.action(action_id).isChecked():
                self._show_use(use)

    def _show_use(self, use: ProjectUse) -> None:
        words = f"{USE_NAMES[use]} project"
        if self.use.text().strip() == words:
            return
        # Qt leaves no room between icon and text.
        self.use.setText(f" {words}")
        self.use.setAccessibleName(f"This project is: {USE_NAMES[use]}")
        self.use.setToolTip(
            f"{words}\nModels whose licences don't allow that are refused, when sound is made and "
            "when it is exported."
        )
        self._fit()

    def _fit(self) -> None:
        self.setMinimumWidth(self.sizeHint().width())
        self.adjustSize()
        # A menu bar puts its corner in place only when it is resized itself.
        bar = self.parentWidget()
        if bar is not None:
            QApplication.sendEvent(bar, QResizeEvent(bar.size(), bar.size()))
