"""The correlation of left and right, from -1 (opposite) to +1 (equal)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.meters.words import correlation_words

if TYPE_CHECKING:
    from prismdesk.ui.theme import Theme

_BAR_PX, _MARK_PX, _MARK_HEIGHT_PX = 6, 3, 10
_SPACE_PX = 4


class CorrelationBar(QWidget):
    """A mark that moves between -1 and +1; none where there is no correlation.

    Args:
        theme: colours.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._correlation: float | None = None
        self._words = correlation_words(None)
        self.setToolTip("Below 0, left and right cancel each other when summed to mono.")
        self.setAccessibleName("Correlation of left and right")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_correlation(self, correlation: float | None) -> None:
        """Move the mark."""
        if correlation != self._correlation:
            self._correlation = correlation
            self.update()

    def write_correlation(self) -> None:
        """Write the figure of where the mark is."""
        words = correlation_words(self._correlation)
        if words != self._words or not self.accessibleDescription():
            self._words = words
            self.setAccessibleDescription(words if self._correlation is not None else "none")
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme, at the present text scale."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return the size that the words fit in."""
        metrics = QFontMetrics(ui_font(11))
        width = metrics.horizontalAdvance("−1  Correlation −0.00  +1")
        return QSize(width, metrics.height() + _SPACE_PX + scaled_px(_MARK_HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return the same as ``sizeHint``."""
        return self.sizeHint()

    def mark_x(self) -> int | None:
        """Return the middle of the mark, None where there is none."""
        if self._correlation is None:
            return None
        room = self.width() - 1 - _MARK_PX
        return round((self._correlation + 1) / 2 * room) + _MARK_PX // 2

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw the words, and the bar below them."""
        painter = QPainter(self)
        painter.setFont(ui_font(11))
        painter.setPen(QColor(self._theme.faint))
        words = QRect(0, 0, self.width(), painter.fontMetrics().height())
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, "−1")
        painter.drawText(words, Qt.AlignmentFlag.AlignHCenter, f"Correlation {self._words}")
        painter.drawText(words, Qt.AlignmentFlag.AlignRight, "+1")
        mark_height = scaled_px(_MARK_HEIGHT_PX)
        top = self.height() - mark_height
        bar = QRect(0, top + (mark_height - _BAR_PX) // 2, self.width(), _BAR_PX)
        painter.fillRect(bar, QColor(self._theme.line_strong))
        painter.fillRect(bar.adjusted(1, 1, -1, -1), QColor(self._theme.field))
        painter.fillRect(self.width() // 2, bar.top(), 1, _BAR_PX, QColor(self._theme.line_strong))
        middle = self.mark_x()
        if middle is not None:
            is_opposite = self._correlation is not None and self._correlation < 0
            colour = self._theme.warning if is_opposite else self._theme.text
            painter.fillRect(middle - _MARK_PX // 2, top, _MARK_PX, mark_height, QColor(colour))
        painter.end()
