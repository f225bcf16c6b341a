"""A dialog in which files are chosen and looked at, asked about, and then taken in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from prismdesk.ui.icons import IconName
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.widgets.arranging import column, row, wrapped_label
from prismdesk.ui.widgets.buttons import main_button, plain_button
from prismdesk.ui.widgets.share_bar import ShareBar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prismdesk.errors import PrismDeskError
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop

_MARGIN_PX = 16


class FilesDialog(QDialog):
    """What such dialogs share; a subclass looks at the files, asks, and takes them in.

    It sets ``task`` to the long work that it began, between ``begin`` and ``end``.

    Args:
        desktop: colours, long work.
        title: of the window.
        bar_name: what the bar tells.
        take_words: on the button that takes the files in, which ``accept`` does.
        take_icon: on the same.
        parent: the panel.
    """

    files_title: ClassVar[str]
    files_filter: ClassVar[str]

    def __init__(
        self,
        desktop: Desktop,
        *,
        title: str,
        bar_name: str,
        take_words: str,
        take_icon: IconName,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desktop = desktop
        self.task: BackgroundTask[Any] | None = None
        theme = desktop.theme
        self.setWindowTitle(title)
        self.setMinimumWidth(scaled_px(520))
        self.choose_files = plain_button("Choose files…", theme, icon_name=IconName.PLUS)
        self.choose_folder = plain_button("Choose a folder…", theme, icon_name=IconName.FOLDER)
        self.choose_files.clicked.connect(self._ask_files)
        self.choose_folder.clicked.connect(self._ask_folder)
        self.found = wrapped_label(kind="dim")
        self.bar = ShareBar(bar_name)
        self.error = wrapped_label(kind="error")
        self.take = main_button(take_words, theme, icon_name=take_icon)
        self.take.setDefault(True)
        self.take.clicked.connect(self.accept)
        self.cancel = plain_button("Cancel", theme)
        self.cancel.clicked.connect(self.reject)

    @property
    def is_busy(self) -> bool:
        """Whether files are being looked at or taken in."""
        return self.task is not None and not self.task.is_over

    def look_at(self, paths: tuple[Path, ...]) -> None:
        """Have files and folders looked at."""
        raise NotImplementedError

    def reject(self) -> None:
        """Take nothing more in; what is under way is left."""
        if self.task is not None:
            self.task.cancel()
        super().reject()

    def begin(self) -> None:
        """Show that something is under way, and let nothing else be begun."""
        self.bar.setRange(0, 0)
        self.bar.setVisible(True)
        for part in (self.choose_files, self.choose_folder, self.take):
            part.setEnabled(False)

    def end(self) -> None:
        """Let other files be chosen."""
        self.bar.setVisible(False)
        self.choose_files.setEnabled(True)
        self.choose_folder.setEnabled(True)

    def show_error(self, error: PrismDeskError) -> None:
        """Say what went wrong."""
        self.end()
        self.error.setText(str(error))
        self.error.setVisible(True)

    def show_ready(self, is_ready: bool) -> None:
        """Say whether there is something to take in."""
        self.take.setEnabled(is_ready)
        self.take.setToolTip("" if is_ready else "Choose files first.")
        self.take.setAccessibleDescription(self.take.toolTip())

    def lay_out(self, questions: Iterable[QWidget]) -> None:
        """Arrange everything, with what is asked between what was found and what went wrong."""
        whole = column(spacing_px=12)
        margin = scaled_px(_MARGIN_PX)
        whole.setContentsMargins(margin, margin, margin, margin)
        whole.addLayout(row(self.choose_files, self.choose_folder, None))
        for part in (self.found, self.bar, *questions, self.error):
            whole.addWidget(part)
        whole.addStretch(1)
        whole.addLayout(row(None, self.cancel, self.take))
        self.setLayout(whole)

    def _ask_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self, self.files_title, str(Path.home()), self.files_filter
        )
        if names:
            self.look_at(tuple(Path(name) for name in names))

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Choose a folder", str(Path.home()))
        if name:
            self.look_at((Path(name),))
