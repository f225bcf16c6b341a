"""The page read before a model is fetched: under which terms, how much, from where, to where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from prismdesk.engines.weights.choices import own_folder, own_folder_free_bytes
from prismdesk.engines.weights.places import missing_sentence
from prismdesk.session.model_words import other_licences, size_words, verdict_words
from prismdesk.ui.icons import IconName, icon_pixmap
from prismdesk.ui.models.licence_lines import LicenceLines
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row, rule, wrapped_label
from prismdesk.ui.widgets.buttons import main_button, plain_button, quiet_button

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QHBoxLayout

    from prismdesk.session.models import ListedModel
    from prismdesk.ui.theme import Theme

_MARGIN_PX = 14


class TermsPage(QWidget):
    """Shows a model's terms, and takes the user's word on them.

    ``accepted`` and ``left`` say what was answered; ``folder_wanted`` that the files are here.

    Args:
        theme: colours.
    """

    accepted = Signal(object)
    left = Signal()
    folder_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.listed: ListedModel | None = None
        self.title = wrapped_label()
        self.title.setFont(ui_font(15, bold=True))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.accept = main_button("Accept and fetch", theme, icon_name=IconName.DOWNLOAD)
        self.accept.clicked.connect(self._accept)
        self.not_now = plain_button("Not now", theme)
        self.not_now.clicked.connect(self.left)
        self.folder = quiet_button("Use a folder…", theme, icon_name=IconName.FOLDER)
        self.folder.clicked.connect(self.folder_wanted)
        margin = scaled_px(_MARGIN_PX)
        self.title.setContentsMargins(margin, 10, margin, 6)
        foot = row(self.accept, self.not_now, None, self.folder)
        foot.setContentsMargins(margin, 8, margin, 8)
        whole = column(self.title, rule(), spacing_px=0)
        whole.addWidget(self._area, 1)
        whole.addWidget(rule())
        whole.addLayout(foot)
        self.setLayout(whole)

    def show_terms(self, listed: ListedModel) -> None:
        """Show the terms of a model, and ask."""
        self.listed = listed
        model, state = listed.model, listed.state
        can_fetch = all(file.repository for file in state.missing)
        self.title.setText(f"Get {model.name}")
        self.setAccessibleName(f"Terms of {model.name}")
        self.accept.setText("Fetch" if listed.is_accepted else "Accept and fetch")
        self.accept.setVisible(can_fetch and not state.is_installed)
        self._area.setWidget(self._terms(listed))

    def take_focus(self) -> None:
        """Have the keyboard where the question is answered."""
        (self.accept if self.accept.isVisibleTo(self) else self.not_now).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Leave at Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _accept(self) -> None:
        if self.listed is not None:
            self.accepted.emit(self.listed.model)

    def _terms(self, listed: ListedModel) -> QWidget:
        model, theme = listed.model, self._theme
        lines = column(spacing_px=12)
        margin = scaled_px(_MARGIN_PX)
        lines.setContentsMargins(margin, 12, margin, 12)
        lines.addWidget(wrapped_label(_amount_words(listed)))
        lines.addLayout(self._verdict(listed))
        lines.addWidget(LicenceLines("Weights", model.licence_weights, theme, in_full=True))
        lines.addWidget(LicenceLines("Code", model.licence_code, theme, in_full=True))
        for names, licence in other_licences(model):
            lines.addWidget(LicenceLines(", ".join(names), licence, theme, in_full=True))
        if listed.is_accepted:
            lines.addWidget(wrapped_label("You accepted these terms.", kind="dim"))
        lines.addStretch()
        page = QWidget()
        page.setLayout(lines)
        return page

    def _verdict(self, listed: ListedModel) -> QHBoxLayout:
        is_free = listed.model.allows_commercial_use
        name = IconName.CHECK_CIRCLE if is_free else IconName.PROHIBIT
        colour = self._theme.good if is_free else self._theme.warning
        mark = QLabel()
        ratio = self.devicePixelRatioF()
        mark.setPixmap(icon_pixmap(name, colour, size_px=16, pixel_ratio=ratio))
        words = wrapped_label(verdict_words(listed.model), kind="good" if is_free else "warning")
        line = row(mark, words, spacing_px=6)
        line.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
        line.setStretch(1, 1)
        return line


def _amount_words(listed: ListedModel) -> str:
    """Say how much is fetched, from whom, and where it will lie."""
    model, state = listed.model, listed.state
    if state.is_installed:
        return f"{model.name} is installed: {size_words(state.present_bytes)} on disk."
    if any(not file.repository for file in state.missing):
        return missing_sentence(model, state)
    left = max(0, state.missing_bytes - listed.partial_bytes)
    publishers = dict.fromkeys(file.repository.split("/")[0] for file in state.missing)
    words = (
        f"{size_words(left)} are fetched from its publishers at huggingface.co "
        f"({', '.join(publishers)}) into {own_folder()}"
    )
    free = own_folder_free_bytes()
    return f"{words}, where {size_words(free)} are free." if free is not None else f"{words}."
