"""The panel of meters for the mix or a track: bars, loudness, correlation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QColor, QPalette
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from prismdesk.playback.meters import ChannelMeters, MeterReading
from prismdesk.ui.meters.correlation_bar import CorrelationBar
from prismdesk.ui.meters.figures import LoudnessFigures
from prismdesk.ui.meters.figures_area import FiguresArea
from prismdesk.ui.meters.mix_bars import MixBars
from prismdesk.ui.meters.words import spoken_levels
from prismdesk.ui.widgets.fields import ChoiceField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.project.ids import TrackId
    from prismdesk.ui.theme import Theme

WORDS_MS = 250
"""Figures and what a screen reader says change no oftener, so that they can be followed."""

_SILENT = ChannelMeters((-math.inf,) * 2, (-math.inf,) * 2, (False,) * 2)
NO_READING = MeterReading(
    mix=_SILENT,
    tracks=(),
    momentary_lufs=-math.inf,
    short_term_lufs=-math.inf,
    integrated_lufs=-math.inf,
    range_lu=0.0,
    true_peak_dbtp=-math.inf,
    correlation=None,
)
"""What is shown before anything was heard: a stereo mix in silence."""


class MetersPanel(QWidget):
    """Shows readings as they come; bars at once, words a few times a second.

    ``measure_requested`` carries the id of a track to be measured by itself, or None for the mix.
    ``clips_reset_requested`` comes from a click on the bars; ``reset_requested`` from the context
    menu's ``reset_action``: all is to be measured anew.

    Args:
        theme: colours.
    """

    measure_requested = Signal(object)
    clips_reset_requested = Signal()
    reset_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName("Meters")
        self._reading = NO_READING
        self.source = ChoiceField("What is measured", ((None, "Mix"),))
        self.source.setToolTip("Measure the mix, or one track by itself")
        self.source.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.source.activated.connect(self._ask_for_source)
        self.bars = MixBars(theme, NO_READING.mix)
        self.figures = LoudnessFigures(theme)
        self.correlation = CorrelationBar(theme)
        self.reset_action = QAction("Measure loudness anew", self)
        self._words_timer = QTimer(self)
        self._words_timer.setSingleShot(True)
        self._words_timer.setInterval(WORDS_MS)
        self._words_are_late = False
        self._lay_out()
        self.addAction(self.reset_action)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.reset_action.triggered.connect(self.reset_requested)
        self.bars.clips_reset_requested.connect(self.clips_reset_requested)
        self._words_timer.timeout.connect(self._write_late_words)
        self.set_theme(theme)
        self._write_words()

    def show_reading(self, reading: MeterReading) -> None:
        """Show what the meters read now; to be called at screen rate."""
        self._reading = reading
        self.bars.show_meters(reading.measured)
        self.correlation.show_correlation(reading.correlation)
        if self._words_timer.isActive():
            self._words_are_late = True
        else:
            self._write_words()
            self._words_timer.start()

    def set_tracks(self, tracks: Sequence[tuple[TrackId, str]]) -> None:
        """Offer tracks, by id and name, to be measured instead of the mix."""
        chosen = self.source.value
        self.source.set_choices(((None, "Mix"), *tracks))
        self.source.set_value(chosen)
        if self.source.value != chosen:
            self._ask_for_source()

    def _ask_for_source(self) -> None:
        words = self.source.currentText()
        self.bars.setAccessibleName(f"Levels of {words if self.source.value else 'the mix'}")
        self.measure_requested.emit(self.source.value)

    def set_aim(self, aim_lufs: float) -> None:
        """Name the integrated loudness that the mix is to have; -23 LUFS at first."""
        self.figures.set_aim(aim_lufs)
        self._write_words()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme, at the present text scale."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.panel))
        self.setPalette(palette)
        self.setAutoFillBackground(True)
        self.bars.set_theme(theme)
        self.figures.set_theme(theme)
        self.correlation.set_theme(theme)

    def _lay_out(self) -> None:
        upper = QHBoxLayout()
        upper.setSpacing(8)
        upper.addWidget(self.bars)
        upper.addWidget(FiguresArea(self.figures))
        upper.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 10, 12, 10)
        column.setSpacing(12)
        column.addWidget(self.source)
        column.addLayout(upper, 1)
        column.addWidget(self.correlation)

    def _write_late_words(self) -> None:
        if self._words_are_late:
            self._write_words()
            self._words_timer.start()

    def _write_words(self) -> None:
        self._words_are_late = False
        names = self.bars.channel_names
        self.figures.show_reading(self._reading, names)
        self.bars.setAccessibleDescription(spoken_levels(names, self._reading.mix))
        self.correlation.write_correlation()
