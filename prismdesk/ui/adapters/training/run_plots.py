"""All curves of a run: the loss, and beside it learning rate, gradient norm and a measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from prismdesk.engines.training.metrics import METRICS
from prismdesk.ui.adapters.training.loss_plot import LossPlot
from prismdesk.ui.adapters.training.run_look import BASE_STEP
from prismdesk.ui.adapters.training.small_plot import SmallPlot
from prismdesk.ui.adapters.training.words import rate_words
from prismdesk.ui.fonts import scaled_px
from prismdesk.ui.widgets.arranging import column
from prismdesk.ui.widgets.fields import ChoiceField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from prismdesk.ui.adapters.training.run_look import RunLook
    from prismdesk.ui.theme import Theme

FIRST_METRIC = "set_distance_db"
_LOSS_SHARE, _SMALL_SHARE = 64, 36
_GAP_PX = 10
_BESIDE_FROM_PX = 560


class RunPlots(QWidget):
    """The plots of one run.

    Args:
        theme: the colours.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._look: RunLook | None = None
        self.loss = LossPlot(theme)
        self.rate = SmallPlot("Learning rate", theme, rate_words)
        self.norm = SmallPlot("Gradient norm", theme, lambda value: f"{value:.2f}")
        choices = sorted(METRICS, key=lambda one: one.key != FIRST_METRIC)
        self.choice = ChoiceField("Measure", [(one.key, one.label) for one in choices])
        self.choice.setMinimumContentsLength(12)
        self.measure = SmallPlot(
            choices[0].label, theme, self._measure_words, has_points=True, heading=self.choice
        )
        self.choice.currentIndexChanged.connect(self._choose)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._small = column(self.rate, self.norm, self.measure, spacing_px=scaled_px(_GAP_PX))
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(scaled_px(_GAP_PX))
        self._box.addWidget(self.loss, _LOSS_SHARE)
        self._box.addLayout(self._small, _SMALL_SHARE)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Get along with room for the loss: the small ones go below it."""
        width = max(self.loss.minimumSizeHint().width(), self._small.minimumSize().width())
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Put the small plots beside the loss where that leaves it wide enough."""
        super().resizeEvent(event)
        is_narrow = self.width() < scaled_px(_BESIDE_FROM_PX)
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._box.setDirection(down if is_narrow else across)

    def show_run(self, look: RunLook | None, others: Sequence[tuple[RunLook, str]] = ()) -> None:
        """Show a run as it is now, with others' losses."""
        self._look = look
        self.loss.show_run(look, others)
        nothing = np.zeros(0)
        if look is None:
            for plot in (self.rate, self.norm, self.measure):
                plot.show_values(nothing, nothing, 1)
            return
        steps, curves = look.run.options.steps, look.curves
        self.rate.show_values(curves.step, curves.lr, steps)
        self.norm.show_values(curves.step, curves.gradient_norm, steps)
        self._show_measure(look)

    def _show_measure(self, look: RunLook) -> None:
        key = str(self.choice.value)
        known = [(step, look.metric(key, step)) for step in look.steps_shown]
        points = [(step, value) for step, value in known if value is not None]
        table = np.array(points, np.float64).reshape(-1, 2)
        base = look.metric(key, BASE_STEP)
        self.measure.show_values(table[:, 0], table[:, 1], look.run.options.steps, base=base)

    def _choose(self) -> None:
        metric = next(one for one in METRICS if one.key == self.choice.value)
        self.choice.setToolTip(metric.help)
        self.measure.set_name(metric.label)
        if self._look is not None:
            self._show_measure(self._look)

    def _measure_words(self, value: float) -> str:
        key = str(self.choice.value)
        decimals = next(one.decimals for one in METRICS if one.key == key)
        return f"{value:.{decimals}f}"
