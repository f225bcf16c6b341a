"""Two columns that stand side by side where there is room for both, else one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QWidget

from prismdesk.ui.theme import scaled_px
from prismdesk.ui.widgets.arranging import rule

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_BESIDE_FROM_PX = 560
_GAP_PX = 14


class TwoColumns(QWidget):
    """Holds a left column, and a right one once there is something to put into it.

    Args:
        left: what is always there.
    """

    def __init__(self, left: QWidget) -> None:
        super().__init__()
        self._seam = rule(is_vertical=True)
        self._right: QWidget | None = None
        self._arranged = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._arranged.setContentsMargins(0, 0, 0, 0)
        self._arranged.setSpacing(scaled_px(_GAP_PX))
        self._arranged.addWidget(left, 5, Qt.AlignmentFlag.AlignTop)
        self._arranged.addWidget(self._seam)
        self._seam.hide()
        self.setLayout(self._arranged)

    def set_right(self, right: QWidget) -> None:
        """Put a widget into the right column, once."""
        self._right = right
        self._arranged.addWidget(right, 5, Qt.AlignmentFlag.AlignTop)
        self._arrange(self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Go side by side or one below the other."""
        self._arrange(event.size().width())

    def _arrange(self, width_px: int) -> None:
        is_beside = width_px >= scaled_px(_BESIDE_FROM_PX)
        direction = QBoxLayout.Direction
        self._arranged.setDirection(direction.LeftToRight if is_beside else direction.TopToBottom)
        self._seam.setVisible(is_beside and self._right is not None)
