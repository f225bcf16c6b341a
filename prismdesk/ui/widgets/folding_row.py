"""Two groups of controls side by side, or one below the other where there is no room for both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QWidget

from prismdesk.ui.fonts import scaled_px

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QLayout

_GAP_PX, _LINE_GAP_PX = 8, 4


class FoldingRow(QWidget):
    """Lets its panel be as narrow as the wider of two groups.

    Args:
        first: takes the room that is left.
        second: at the right of it, else below it at the left.
    """

    def __init__(self, first: QLayout, second: QLayout) -> None:
        super().__init__()
        self._first, self._second = first, second
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(scaled_px(_GAP_PX))
        self._box.addLayout(first, 1)
        self._box.addLayout(second)
        self.setLayout(self._box)

    def is_folded(self) -> bool:
        """Whether one group is below the other."""
        return self._box.direction() is QBoxLayout.Direction.TopToBottom

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return the width of the wider group, at the height that the groups have now."""
        width = max(self._first.minimumSize().width(), self._second.minimumSize().width())
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Fold, or unfold."""
        super().resizeEvent(event)
        self._fold()

    def event(self, event: QEvent) -> bool:
        """Fold, or unfold, when what is in it has become wider or narrower."""
        answer = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._fold()
        return answer

    def _fold(self) -> None:
        parts = (self._first, self._second)
        wanted = sum(part.minimumSize().width() for part in parts) + scaled_px(_GAP_PX)
        is_narrow = wanted > self.width()
        if is_narrow == self.is_folded():
            return
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._box.setDirection(down if is_narrow else across)
        self._box.setSpacing(scaled_px(_LINE_GAP_PX if is_narrow else _GAP_PX))
        left = Qt.AlignmentFlag.AlignLeft
        self._box.setAlignment(self._second, left if is_narrow else Qt.AlignmentFlag(0))
        self.updateGeometry()
