"""The panel of presets: the library, and beside it what trains new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from prismdesk.ui.adapters.library_side import LibrarySide
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.widgets.arranging import column

if TYPE_CHECKING:
    from prismdesk.ui.adapters.hearing import ExampleHearing
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection

_LIBRARY_SHARE = 36
_LEAST_WIDTH_PX = 420


class AdaptersPanel(QWidget):
    """Shows the library; where there is a training side, to the right of it.

    ``train_wanted``: the user wants to train a preset.

    Attributes:
        library: the cards.
        hearing: plays examples; of both sides, so that one sound is heard at a time.

    Args:
        document: the project.
        selection: the region that presets are held against.
        hearing: plays examples.
        desktop: what every panel may need.
    """

    train_wanted = Signal()

    def __init__(
        self, document: Document, selection: Selection, hearing: ExampleHearing, desktop: Desktop
    ) -> None:
        super().__init__()
        self.hearing = hearing
        self.library = LibrarySide(document, selection, hearing, desktop)
        self.library.train_wanted.connect(self.train_wanted)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.library)
        self.setLayout(column(self._splitter, spacing_px=0))

    def set_training_side(self, side: QWidget) -> None:
        """Put what trains presets to the right of the library; the user parts them as he likes."""
        self._splitter.addWidget(side)
        self._splitter.setStretchFactor(0, _LIBRARY_SHARE)
        self._splitter.setStretchFactor(1, 100 - _LIBRARY_SHARE)

    def take_focus(self) -> None:
        """Give the keyboard to where a preset is looked for."""
        self.library.search.setFocus()

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return room for one card."""
        return QSize(scaled_px(_LEAST_WIDTH_PX), super().minimumSizeHint().height())
