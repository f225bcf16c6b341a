"""What a model needs of memory, by the length of the region, against what this machine has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from prismdesk.engines.weights.memory import memory_need
from prismdesk.session.model_words import size_words
from prismdesk.ui.theme import scaled_px, ui_font

if TYPE_CHECKING:
    from prismdesk.engines.weights.model import Model
    from prismdesk.ui.theme import Theme

LENGTHS = ((8.0, "8 s"), (30.0, "30 s"), (120.0, "2 min"))
_LINE_HEIGHT_PX = 16
_BAR_PX = 5
_GAP_PX = 6
_SHOWN_OVER_LINE = 1.16
"""How far bars reach past the machine's line, so that there is something to see beyond it."""


@dataclass(frozen=True, slots=True)
class MemoryRow:
    """A region's length and what a take of it needs.

    ``fits`` says how: "whole", "offloads" (one network at a time) or "no".
    """

    label: str
    need_bytes: int
    fits: str

    @property
    def words(self) -> str:
        """The figure, and how it fits where that isn't as a whole."""
        amount = size_words(self.need_bytes)
        return {"whole": amount, "offloads": f"{amount}, offloads"}.get(
            self.fits, f"{amount}, too much"
        )


def memory_rows(
    model: Model, machine_bytes: int, region_seconds: float | None = None
) -> tuple[MemoryRow, ...]:
    """Return the rows of a model: three usual lengths, and the selected region's.

    Args:
        model: which.
        machine_bytes: what the device has; 0 where that isn't known.
        region_seconds: of the selected region, None if none is.
    """
    lengths = [*LENGTHS]
    if region_seconds is not None:
        lengths.append((region_seconds, "region"))
    rows = []
    for seconds, label in lengths:
        need = memory_need(model, seconds)
        fits = "whole"
        if machine_bytes and need.all_kept_bytes > machine_bytes:
            fits = "offloads" if need.offloaded_bytes <= machine_bytes else "no"
        rows.append(MemoryRow(label, need.all_kept_bytes, fits))
    return tuple(rows)


class MemoryBars(QWidget):
    """Bars of memory, one for each length, with a line where the machine's memory ends.

    Args:
        theme: colours.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.rows: tuple[MemoryRow, ...] = ()
        self.machine_bytes = 0
        self.setFont(ui_font(11))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: tuple[MemoryRow, ...], machine_bytes: int) -> None:
        """Show what is needed, and how much the machine has (0: not known)."""
        if (rows, machine_bytes) == (self.rows, self.machine_bytes):
            return
        self.rows, self.machine_bytes = rows, machine_bytes
        told = "; ".join(f"{row.label}: {row.words}" for row in rows)
        line = f"; this machine has {size_words(machine_bytes)}" if machine_bytes else ""
        self.setAccessibleName("Memory by length")
        self.setAccessibleDescription(f"{told}{line}.")
        self.setToolTip(
            f"Estimated in 16-bit precision from the sizes of its networks: {told}{line}."
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return room for all rows."""
        return QSize(scaled_px(220), len(self.rows) * scaled_px(_LINE_HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return room for the words and short bars."""
        labels, figures = self._widths()
        return QSize(labels + figures + scaled_px(60), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Paint labels, bars, figures and the machine's line."""
        painter = QPainter(self)
        painter.setFont(self.font())
        labels, figures = self._widths()
        height, gap = scaled_px(_LINE_HEIGHT_PX), scaled_px(_GAP_PX)
        left, right = labels + gap, self.width() - figures - gap
        largest = max((row.need_bytes for row in self.rows), default=1)
        most = max(self.machine_bytes * _SHOWN_OVER_LINE, largest, 1)
        for index, row in enumerate(self.rows):
            line = QRect(0, index * height, self.width(), height)
            self._paint_row(painter, row, line, left, right, most)
        if self.machine_bytes and right > left:
            x = left + round((right - left) * self.machine_bytes / most)
            painter.fillRect(QRect(x, 0, 1, len(self.rows) * height), QColor(self._theme.text))

    def _paint_row(
        self, painter: QPainter, row: MemoryRow, line: QRect, left: int, right: int, most: float
    ) -> None:
        theme, is_over = self._theme, row.fits != "whole"
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(theme.dim))
        painter.drawText(
            line.adjusted(0, 0, left - scaled_px(_GAP_PX) - line.width(), 0),
            Qt.AlignmentFlag.AlignRight | middle,
            row.label,
        )
        painter.setPen(QColor(theme.warning if is_over else theme.text))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | middle, row.words)
        bar = scaled_px(_BAR_PX)
        top = line.center().y() - bar // 2
        painter.fillRect(QRect(left, top, max(0, right - left), bar), QColor(theme.field))
        length = round(max(0, right - left) * min(1.0, row.need_bytes / most))
        colour = theme.warning if is_over else theme.recorded_peak
        painter.fillRect(QRect(left, top, length, bar), QColor(colour))

    def _widths(self) -> tuple[int, int]:
        metrics = QFontMetrics(self.font())
        labels = max((metrics.horizontalAdvance(row.label) for row in self.rows), default=0)
        figures = max((metrics.horizontalAdvance(row.words) for row in self.rows), default=0)
        return labels, figures
