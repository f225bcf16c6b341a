"""The projects opened before, to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout

from prismdesk.ui.labels import label
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.two_line_delegate import TwoLineDelegate
from prismdesk.ui.widgets.buttons import main_button, plain_button

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from prismdesk.session.recent import RecentProject
    from prismdesk.ui.theme import Theme


class RecentList(QListWidget):
    """Recent projects with name and folder; missing ones say so and can only be forgotten.

    ``chosen`` and ``forgotten`` send a path. Enter opens, Delete forgets.
    """

    chosen = Signal(object)
    forgotten = Signal(object)

    def __init__(
        self, projects: Sequence[RecentProject], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName("Recent projects")
        self.setFont(ui_font(12))
        self.setItemDelegate(TwoLineDelegate(theme, self))
        self.setIconSize(QSize(scaled_px(64), scaled_px(36)))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemActivated.connect(self._choose)
        self.show_projects(projects)

    def show_projects(self, projects: Sequence[RecentProject]) -> None:
        """Show these instead of those before."""
        self.clear()
        for project in projects:
            where = project.folder_words if project.is_there else "not where it was"
            item = QListWidgetItem(f"{project.name}\n{where}")
            item.setData(Qt.ItemDataRole.UserRole, project)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{project.name}, {where}")
            item.setToolTip(str(project.path))
            if project.picture_path.is_file():
                item.setIcon(QIcon(str(project.picture_path)))
            self.addItem(item)
        if projects:
            self.setCurrentRow(0)

    @property
    def project(self) -> RecentProject | None:
        """The project of the row."""
        row = self.currentRow()
        if row < 0:
            return None
        project: RecentProject = self.item(row).data(Qt.ItemDataRole.UserRole)
        return project

    def choose(self) -> None:
        """Open the project of the row, if it is there."""
        if self.project is not None and self.project.is_there:
            self.chosen.emit(self.project.path)

    def forget(self) -> None:
        """Take the project of the row off the list."""
        if self.project is not None:
            path = self.project.path
            self.takeItem(self.currentRow())
            self.forgotten.emit(path)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Forget at Delete."""
        if event.key() == Qt.Key.Key_Delete:
            self.forget()
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        self.choose()


class RecentDialog(QDialog):
    """Shows the list; ``chosen`` and ``forgotten`` send a path."""

    chosen = Signal(object)
    forgotten = Signal(object)

    def __init__(
        self, projects: Sequence[RecentProject], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Open recent")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = RecentList(projects, theme)
        self.list.chosen.connect(self._choose)
        self.list.forgotten.connect(self.forgotten)
        self.list.currentItemChanged.connect(self._refresh)
        self._why = label("", kind="dim", wraps=True)
        self.open_button = main_button("Open", theme)
        self.open_button.clicked.connect(self.list.choose)
        self.forget_button = plain_button("Take off the list", theme, key="Del")
        self.forget_button.setAutoDefault(False)
        self.forget_button.clicked.connect(self.list.forget)
        cancel = plain_button("Cancel", theme)
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.forget_button)
        foot.addStretch(1)
        foot.addWidget(self.open_button)
        foot.addWidget(cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[scaled_px(16)] * 4)
        column.setSpacing(scaled_px(12))
        column.addWidget(self.list, 1)
        column.addWidget(self._why)
        column.addLayout(foot)
        self.resize(scaled_px(520), scaled_px(420))
        self._refresh()

    def _choose(self, path: object) -> None:
        self.accept()
        self.chosen.emit(path)

    def _refresh(self) -> None:
        project = self.list.project
        is_there = project is not None and project.is_there
        self.open_button.setEnabled(is_there)
        self.forget_button.setEnabled(project is not None)
        words = "" if project is None or is_there else f"{project.path} is not there."
        self._why.setText(words)
        self.open_button.setAccessibleDescription(words)
