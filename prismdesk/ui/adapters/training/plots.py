"""What the plots of a run have in common: colours, axes, and the figure under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPen

from prismdesk.ui.adapters.training.words import count_words
from prismdesk.ui.fonts import scaled_px, ui_font

if TYPE_CHECKING:
    import numpy.typing as npt

    from prismdesk.ui.theme import Theme

    Floats = npt.NDArray[np.float64]

_STEP_TICKS = 5
_SPARE_SHARE = 0.06


def plot_widget(theme: Theme, name: str, *, background: str | None = None) -> pg.PlotWidget:
    """Return an empty plot that only shows: the wheel scrolls the panel, no menu opens."""
    plot = pg.PlotWidget(background=QColor(background or theme.raised))
    plot.setAccessibleName(name)
    plot.setMenuEnabled(False)
    plot.setMouseEnabled(x=False, y=False)
    plot.hideButtons()
    plot.setFrameShape(pg.PlotWidget.Shape.NoFrame)
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.wheelEvent = lambda event: event.ignore()
    plot.getViewBox().setDefaultPadding(0.0)
    return plot


def pen(colour: str, width_px: float = 1.0, *, dashed: bool = False, dotted: bool = False) -> QPen:
    """Return a line of a colour; its width is the screen's."""
    made = QPen(QColor(colour), width_px)
    made.setCosmetic(True)
    if dashed:
        made.setDashPattern([4, 3])
    if dotted:
        made.setDashPattern([1, 3])
    return made


def curve(colour: str, width_px: float = 1.0, *, dashed: bool = False) -> pg.PlotDataItem:
    """Return a line that shows peaks where more points lie than pixels."""
    made = pg.PlotDataItem(pen=pen(colour, width_px, dashed=dashed), connect="finite")
    made.setDownsampling(auto=True, method="peak")
    made.setClipToView(True)
    return made


def rings(colour: str, ground: str) -> pg.ScatterPlotItem:
    """Return ringed points; ``filled`` ones are set by their brush."""
    return pg.ScatterPlotItem(
        size=scaled_px(8), pen=pen(colour, 2.0), brush=QColor(ground), antialias=True
    )


def step_axis(theme: Theme) -> pg.AxisItem:
    """Return what counts steps below a plot."""
    axis = pg.AxisItem("bottom")
    axis.setStyle(
        tickFont=ui_font(11),
        tickLength=0,
        tickTextOffset=scaled_px(4),
        hideOverlappingLabels=False,
    )
    axis.setTextPen(QColor(theme.faint))
    axis.setPen(QPen(Qt.PenStyle.NoPen))
    return axis


def step_ticks(steps: int) -> list[tuple[float, str]]:
    """Return round step counts for an axis, with their words."""
    rough = max(1, steps) / (_STEP_TICKS - 1)
    power = 10 ** int(np.floor(np.log10(rough)))
    unit = next(power * one for one in (1, 2, 2.5, 5, 10) if power * one >= rough * 0.99)
    ticks = [tick * unit for tick in range(int(steps / unit) + 1)]
    return [(tick, count_words(round(tick))) for tick in ticks]


def figure_axis(theme: Theme) -> pg.AxisItem:
    """Return the figures at the left of a plot."""
    axis = pg.AxisItem("left")
    axis.setStyle(tickFont=ui_font(11), tickLength=0, tickTextOffset=scaled_px(6))
    axis.setTextPen(QColor(theme.faint))
    axis.setPen(QPen(Qt.PenStyle.NoPen))
    axis.enableAutoSIPrefix(False)
    return axis


def spread_of(*rows: Floats) -> tuple[float, float]:
    """Return the least and the most of finite values, with a little spare; 0 to 1 without any."""
    finite = [row[np.isfinite(row)] for row in rows]
    values = np.concatenate(finite) if finite else np.zeros(0)
    if not values.size:
        return 0.0, 1.0
    least, most = float(values.min()), float(values.max())
    spare = (most - least) * _SPARE_SHARE or max(abs(most), 1.0) * _SPARE_SHARE
    return least - spare, most + spare


def nearest(steps: Floats, step: float) -> int:
    """Return the place of the record nearest to a step; -1 where there is none."""
    if not steps.size:
        return -1
    after = int(np.searchsorted(steps, step))
    places = [place for place in (after - 1, after) if 0 <= place < steps.size]
    return min(places, key=lambda place: abs(float(steps[place]) - step))


def step_at(plot: pg.PlotWidget, scene_point: QPointF) -> float | None:
    """Return the step under a point of a plot; None beside its curves."""
    box = plot.getViewBox()
    if not box.sceneBoundingRect().contains(scene_point):
        return None
    return float(box.mapSceneToView(scene_point).x())
