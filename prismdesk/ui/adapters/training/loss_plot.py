"""The loss of a run over its steps: each, smoothed, held out, and the base's; others beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame

from prismdesk.ui.adapters.training.plots import (
    curve,
    figure_axis,
    nearest,
    pen,
    plot_widget,
    rings,
    spread_of,
    step_at,
    step_axis,
    step_ticks,
)
from prismdesk.ui.adapters.training.words import count_words, figure_words
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row
from prismdesk.ui.widgets.flow_layout import FlowLayout
from prismdesk.ui.widgets.labels import caption, section_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.ui.adapters.training.run_look import RunLook
    from prismdesk.ui.theme import Theme

_HEIGHT_PX = 178
_SPARE, _AFTER = 0.015, 0.06
"""Of the steps, left free before them and after them, where the last figure has to end."""
_GROUND_ALPHA = 210
_MOST_SHARE_OF_LOSSES = 99.0
"""Percentile of single losses that is drawn: a lone peak doesn't flatten the curves."""


class LossPlot(QFrame):
    """Draws a run's losses, and those of runs that it is compared with.

    Args:
        theme: the colours.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._look: RunLook | None = None
        self._others: list[pg.PlotDataItem] = []
        self.setProperty("kind", "card")
        self.read_out = caption("", kind="dim")
        self.read_out.setAccessibleName("Loss under the pointer")
        self._axis = step_axis(theme)
        self.plot = plot_widget(theme, "Loss over steps")
        self.plot.setFixedHeight(scaled_px(_HEIGHT_PX))
        self.plot.setAxisItems({"bottom": self._axis, "left": figure_axis(theme)})
        self._build_items()
        self._legend = FlowLayout(spacing_px=scaled_px(12))
        self._lay_out()
        self.plot.scene().sigMouseMoved.connect(self._show_under)

    def show_run(self, look: RunLook | None, others: Sequence[tuple[RunLook, str]] = ()) -> None:
        """Show a run as it is now, and others in colours of their own."""
        self._look = look
        self._show_others(others)
        if look is None:
            self._clear()
        else:
            self._show(look)
        self._show_spread(look, others)
        self._fill_legend(look, others)
        self.setAccessibleDescription(self._spoken())

    def _show_others(self, others: Sequence[tuple[RunLook, str]]) -> None:
        while len(self._others) < len(others):
            # A curve that has data already can't be put into a plot that is shown.
            item = curve(self._theme.text, 1.5)
            self.plot.addItem(item, ignoreBounds=True)
            self._others.append(item)
        for item in self._others[len(others) :]:
            item.setData([], [])
        for item, (other, colour) in zip(self._others, others, strict=False):
            item.setPen(pen(colour, 1.5))
            item.setData(other.curves.step, other.curves.smoothed)

    def _build_items(self) -> None:
        theme = self._theme
        self._each = curve(theme.faint, 1.0)
        self._smoothed = curve(theme.accent, 2.0)
        self._held_out = rings(self._held_out_colour, theme.raised)
        self._base = pg.InfiniteLine(angle=0, pen=pen(theme.text, 1.0, dashed=True))
        self._now = pg.InfiniteLine(angle=90, pen=pen(theme.text, 1.0, dotted=True))
        self._at = pg.InfiniteLine(angle=90, pen=pen(theme.line_strong, 1.0))
        # On a ground of their own: the losses of single steps lie behind them.
        ground = QColor(theme.raised)
        ground.setAlpha(_GROUND_ALPHA)
        self._words = [
            pg.TextItem(color=QColor(theme.text), anchor=at, fill=ground) for at in _ANCHORS
        ]
        for words in self._words:
            words.setFont(ui_font(11))
        for item in (
            self._each, self._smoothed, self._base, self._now, self._at, self._held_out,
            *self._words,
        ):  # fmt: skip
            self.plot.addItem(item, ignoreBounds=True)
        self._clear()

    @property
    def _held_out_colour(self) -> str:
        return self._theme.tasks[-1][1].wave

    def _clear(self) -> None:
        for item in (self._each, self._smoothed):
            item.setData([], [])
        self._held_out.setData([], [])
        for item in (self._base, self._now, self._at, *self._words):
            item.setVisible(False)

    def _show(self, look: RunLook) -> None:
        curves = look.curves
        self._each.setData(curves.step, curves.loss)
        self._smoothed.setData(curves.step, curves.smoothed)
        best = look.best_step
        self._held_out.setData(
            x=[one.step for one in look.held_out],
            y=[one.loss for one in look.held_out],
            brush=[
                QColor(self._held_out_colour if one.step == best else self._theme.raised)
                for one in look.held_out
            ],
        )
        now, base, last = self._words
        has_steps, steps = bool(curves.step.size), max(1, look.run.options.steps)
        self._now.setVisible(has_steps)
        now.setVisible(has_steps)
        if has_steps:
            step = float(curves.step[-1])
            self._now.setValue(step)
            now.setText("now" if step < steps else "")
        known = look.held_out[-1] if look.held_out else None
        for item in (self._base, base, last):
            item.setVisible(known is not None)
        if known is not None:
            self._base.setValue(known.base_loss)
            base.setText(figure_words(known.base_loss))
            last.setText(figure_words(known.loss) if known.step else "")

    def _show_spread(self, look: RunLook | None, others: Sequence[tuple[RunLook, str]]) -> None:
        looks = [one for one in (look, *(other for other, _ in others)) if one is not None]
        rows = [one.curves.smoothed for one in looks]
        for one in looks:
            rows.append(np.array([h.loss for h in one.held_out], np.float64))
            rows.append(np.array([h.base_loss for h in one.held_out], np.float64))
        if look is not None and look.curves.loss.size:
            rows.append(np.percentile(look.curves.loss, (0.5, _MOST_SHARE_OF_LOSSES)))
        least, most = spread_of(*rows)
        steps = max([one.run.options.steps for one in looks], default=1)
        self.plot.setYRange(least, most, padding=0)
        self.plot.setXRange(-_SPARE * steps, (1 + _AFTER) * steps, padding=0)
        self._axis.setTicks([step_ticks(steps)])
        now, base, last = self._words
        if look is not None and look.curves.step.size:
            now.setPos(float(look.curves.step[-1]), most)
        if look is not None and look.held_out:
            known = look.held_out[-1]
            base.setPos(steps, known.base_loss)
            last.setPos(known.step, known.loss)

    def _fill_legend(self, look: RunLook | None, others: Sequence[tuple[RunLook, str]]) -> None:
        while (item := self._legend.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        theme = self._theme
        entries = [
            ("each step", theme.faint, "―"),
            ("smoothed", theme.accent, "━"),
            ("held out", self._held_out_colour, "○"),
            ("base, held out", theme.text, "┄"),
        ]
        entries += [(other.run.name, colour, "━") for other, colour in others]
        for words, colour, mark in entries if look is not None else ():
            label = caption(f'<span style="color:{colour}">{mark}</span> {_escaped(words)}')
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setAccessibleName(words)
            self._legend.addWidget(label)

    def _show_under(self, point: QPointF) -> None:
        look, step = self._look, step_at(self.plot, point)
        place = -1 if look is None or step is None else nearest(look.curves.step, step)
        self._at.setVisible(place >= 0)
        if look is None or place < 0:
            self.read_out.setText("")
            return
        curves = look.curves
        self._at.setValue(float(curves.step[place]))
        words = (
            f"Step {count_words(round(curves.step[place]))}: {figure_words(curves.loss[place])}, "
            f"smoothed {figure_words(curves.smoothed[place])}"
        )
        loss = look.held_out_loss(round(curves.step[place]))
        self.read_out.setText(words if loss is None else f"{words}, held out {figure_words(loss)}")

    def leaveEvent(self, event: object) -> None:  # noqa: N802  (Qt's name)
        """Forget what was under the pointer."""
        self._at.setVisible(False)
        self.read_out.setText("")

    def _spoken(self) -> str:
        look = self._look
        if look is None or not look.curves.step.size:
            return "No step is done yet."
        known = look.held_out[-1] if look.held_out else None
        words = f"Smoothed loss {figure_words(float(look.curves.smoothed[-1]))}."
        if known is None:
            return words
        return (
            f"{words} Held out {figure_words(known.loss)} at step {count_words(known.step)}, "
            f"the base {figure_words(known.base_loss)}."
        )

    def _lay_out(self) -> None:
        head = row(section_label("Loss"), self.read_out, None)
        head.addLayout(self._legend)
        layout = column(spacing_px=4)
        layout.addLayout(head)
        layout.addWidget(self.plot, 1)
        layout.setContentsMargins(scaled_px(12), scaled_px(8), scaled_px(12), scaled_px(6))
        self.setLayout(layout)


_ANCHORS = ((-0.1, 0.0), (1.0, 1.0), (-0.15, 1.2))
"""Of the words at "now", at the base's line and at the last held-out loss."""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
