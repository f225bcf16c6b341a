"""One small curve of a run: its name, its last value, and its course."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from prismdesk.ui.adapters.training.plots import (
    curve,
    nearest,
    pen,
    plot_widget,
    rings,
    spread_of,
    step_at,
)
from prismdesk.ui.adapters.training.words import count_words
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row
from prismdesk.ui.widgets.labels import section_label

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt
    from PySide6.QtCore import QPointF

    from prismdesk.ui.theme import Theme

    Floats = npt.NDArray[np.float64]

_HEIGHT_PX = 28
_SPARE_OF_RINGS = (0.03, 0.18)
_NOTHING = np.zeros(0)


class SmallPlot(QFrame):
    """Draws values over steps, small, with the last one beside the name.

    Args:
        name: of what is drawn.
        theme: the colours.
        words_of: says a value.
        has_points: whether values are few, and each is ringed.
        heading: in place of the name, such as a choice of what is drawn.
    """

    def __init__(
        self,
        name: str,
        theme: Theme,
        words_of: Callable[[float], str],
        *,
        has_points: bool = False,
        heading: QWidget | None = None,
    ) -> None:
        super().__init__()
        self._theme = theme
        self.words_of = words_of
        self._name = name
        self._step, self._values = _NOTHING, _NOTHING
        self._base: float | None = None
        self.setProperty("kind", "card")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.value = QLabel()
        self.value.setFont(ui_font(12))
        self.plot = plot_widget(theme, name)
        self.plot.setFixedHeight(scaled_px(_HEIGHT_PX))
        for side in ("left", "bottom"):
            self.plot.hideAxis(side)
        colour = theme.tasks[-1][1].wave if has_points else theme.accent
        self._curve = curve(colour, 1.5)
        self._points = rings(colour, theme.raised) if has_points else None
        self._base_line = pg.InfiniteLine(angle=0, pen=pen(theme.text, 1.0, dashed=True))
        self._floor = pg.InfiniteLine(angle=0, pen=pen(theme.line_strong, 1.0))
        for item in (self._floor, self._base_line, self._curve, self._points):
            if item is not None:
                self.plot.addItem(item, ignoreBounds=True)
        self._lay_out(heading or section_label(name))
        self.plot.scene().sigMouseMoved.connect(self._show_under)

    def show_values(
        self, step: Floats, values: Floats, steps: int, *, base: float | None = None
    ) -> None:
        """Show values over steps of so many, and the base's own as a line."""
        self._step, self._values, self._base = step, values, base
        self._curve.setData(step, values)
        if self._points is not None:
            self._points.setData(x=step, y=values, brush=QColor(self._theme.raised))
        self._base_line.setVisible(base is not None)
        if base is not None:
            self._base_line.setValue(base)
        least, most = spread_of(values, np.array([] if base is None else [base], np.float64))
        # Rings are wider than lines: those at the edges must not be cut.
        x_spare, y_spare = (0.01, 0.0) if self._points is None else _SPARE_OF_RINGS
        self.plot.setYRange(least, most, padding=y_spare)
        self.plot.setXRange(-x_spare * steps, (1 + x_spare) * steps, padding=0)
        self._floor.setValue(least - y_spare * (most - least))
        self._show_last()

    def _show_last(self) -> None:
        if not self._values.size:
            self.value.setText("–")
        else:
            base = "" if self._base is None else f", base {self.words_of(self._base)}"
            self.value.setText(f"{self.words_of(float(self._values[-1]))}{base}")
        self.setAccessibleName(f"{self._name}: {self.value.text()}")

    def set_name(self, name: str) -> None:
        """Be about something else."""
        self._name = name
        self.plot.setAccessibleName(name)
        self._show_last()

    def _show_under(self, point: QPointF) -> None:
        step = step_at(self.plot, point)
        place = -1 if step is None else nearest(self._step, step)
        if place < 0:
            self._show_last()
            return
        words = self.words_of(float(self._values[place]))
        self.value.setText(f"{words} at {count_words(round(self._step[place]))}")

    def leaveEvent(self, event: object) -> None:  # noqa: N802  (Qt's name)
        """Say the last value again."""
        self._show_last()

    def _lay_out(self, heading: QWidget) -> None:
        layout = column(spacing_px=2)
        layout.addLayout(row(heading, None, self.value))
        layout.addWidget(self.plot)
        layout.setContentsMargins(scaled_px(12), scaled_px(6), scaled_px(12), scaled_px(6))
        self.setLayout(layout)
