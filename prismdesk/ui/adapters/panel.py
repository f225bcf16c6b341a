"""The panel of presets: the library, and beside it what trains new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from prismdesk.ui.adapters.library_side import LibrarySide
from prismdesk.ui.icons import IconName
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.widgets.arranging import column
from prismdesk.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from prismdesk.ui.adapters.hearing import ExampleHearing
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection

_LIBRARY_SHARE = 36
_LEAST_WIDTH_PX = 420
_BOTH_FROM_PX = 900
"""From this width on both sides have room beside each other."""
_MARGIN_PX = 14
_LIBRARY, _TRAINING = "library", "training"


class AdaptersPanel(QWidget):
    """Shows the library; where there is a training side, to the right of it.

    Where there is no room for both, one is shown, and a switch above goes between them.

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
        self._training: QWidget | None = None
        self.parts: SegmentedControl[str] = SegmentedControl(
            "Shown",
            [
                (_LIBRARY, "Library", IconName.WAVEFORM),
                (_TRAINING, "Training", IconName.TRAIN),
            ],
            desktop.theme,
        )
        self.parts.set_value(_LIBRARY)
        self.parts.chosen.connect(self._show_parts)
        self._switch = QWidget()
        switch = column(self.parts)
        margin = scaled_px(_MARGIN_PX)
        switch.setContentsMargins(margin, scaled_px(8), margin, 0)
        self._switch.setLayout(switch)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.library)
        whole = column(self._switch, spacing_px=0)
        whole.addWidget(self._splitter, 1)
        self.setLayout(whole)
        self._show_parts()

    def set_training_side(self, side: QWidget) -> None:
        """Put what trains presets to the right of the library; the user parts them as he likes."""
        self._training = side
        self._splitter.addWidget(side)
        self._splitter.setStretchFactor(0, _LIBRARY_SHARE)
        self._splitter.setStretchFactor(1, 100 - _LIBRARY_SHARE)
        self._show_parts()

    def share_room(self, *, library_percent: int) -> None:
        """Give the library so much of the width; the user may part them otherwise."""
        width = max(100, self._splitter.width())
        library_px = width * library_percent // 100
        self._splitter.setSizes([library_px, width - library_px])

    def take_focus(self) -> None:
        """Give the keyboard to where a preset is looked for."""
        self.show_library()
        self.library.search.setFocus()

    def show_library(self) -> None:
        """Show the library, if there is room for one side only."""
        self.parts.set_value(_LIBRARY)
        self._show_parts()

    def show_training(self) -> None:
        """Show what is trained, if there is room for one side only."""
        self.parts.set_value(_TRAINING)
        self._show_parts()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Show both sides where there is room."""
        super().resizeEvent(event)
        self._show_parts()

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return room for one card."""
        return QSize(scaled_px(_LEAST_WIDTH_PX), super().minimumSizeHint().height())

    def _show_parts(self, _: object = None) -> None:
        training, focused = self._training, QApplication.focusWidget()
        has_both = training is not None and self.width() >= scaled_px(_BOTH_FROM_PX)
        self._switch.setVisible(training is not None and not has_both)
        is_training = self.parts.value == _TRAINING
        self.library.setVisible(training is None or has_both or not is_training)
        if training is not None:
            training.setVisible(has_both or is_training)
        # Qt would give the keyboard of what is hidden to something anywhere in the window.
        if focused is not None and self.isAncestorOf(focused) and not focused.isVisible():
            switch = self.parts.button(_TRAINING if is_training else _LIBRARY)
            heir = self.library.search if has_both else switch
            heir.setFocus(Qt.FocusReason.OtherFocusReason)
