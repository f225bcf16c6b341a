"""The loudness figures beside the bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFontMetrics, QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.meters.words import LOUDNESS_WORDS_SAMPLE, aim_words, level_words

if TYPE_CHECKING:
    from prismdesk.playback.meters import MeterReading
    from prismdesk.ui.theme import Theme

AIM_LUFS = -23.0
"""EBU R 128's target level."""

_CAPTION_PX, _FIGURE_PX, _MAIN_PX = 11, 12, 18
_GROUP_PX = 14


class LoudnessFigures(QWidget):
    """Integrated, short-term and momentary loudness, range and true peak, and what clipped.

    Args:
        theme: colours.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._aim_lufs = AIM_LUFS
        self._captions: list[QLabel] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.integrated = self._add_figure("Integrated")
        self._aim = QLabel()
        self._captions.append(self._aim)
        column.addWidget(self._aim)
        self.short_term = self._add_figure("Short term")
        self.momentary = self._add_figure("Momentary")
        self.range = self._add_figure("Range")
        self.true_peak = self._add_figure("True peak")
        column.addSpacing(_GROUP_PX)
        self.clipped = QLabel()
        self.clipped.setWordWrap(True)
        column.addWidget(self.clipped)
        column.addStretch(1)
        self.set_theme(theme)
        self.set_aim(AIM_LUFS)

    def show_reading(self, reading: MeterReading, channel_names: tuple[str, ...]) -> None:
        """Write the figures of a reading."""
        integrated = level_words(reading.integrated_lufs)
        short_term = level_words(reading.short_term_lufs)
        momentary = level_words(reading.momentary_lufs)
        aim = aim_words(self._aim_lufs)
        _write(self.integrated, integrated, f"Integrated loudness {integrated} LUFS, aim {aim}")
        _write(self.short_term, short_term, f"Short-term loudness {short_term} LUFS")
        _write(self.momentary, momentary, f"Momentary loudness {momentary} LUFS")
        loudness_range = level_words(reading.range_lu, "LU")
        _write(self.range, loudness_range, f"Loudness range {loudness_range}")
        true_peak = level_words(reading.true_peak_dbtp, "dBTP")
        _write(self.true_peak, true_peak, f"True peak {true_peak}")
        lit = [
            name
            for name, is_clipped in zip(channel_names, reading.mix.is_clipped, strict=True)
            if is_clipped
        ]
        clipped = f"Clipped: {' '.join(lit)}" if lit else ""
        _write(self.clipped, clipped, clipped)

    def set_aim(self, aim_lufs: float) -> None:
        """Name the integrated loudness that the mix is to have."""
        self._aim_lufs = aim_lufs
        self._aim.setText(f"LUFS, aim {aim_words(aim_lufs)}")
        self._fit_width()

    def set_theme(self, theme: Theme) -> None:
        """Write in the colours of a theme, at the present text scale."""
        for caption in self._captions:
            _dress(caption, _CAPTION_PX, theme.faint)
        for figure in (self.short_term, self.momentary, self.range, self.true_peak):
            _dress(figure, _FIGURE_PX, theme.text)
        _dress(self.integrated, _MAIN_PX, theme.text, bold=True)
        _dress(self.clipped, _FIGURE_PX, theme.error, bold=True)
        self._fit_width()

    def _add_figure(self, caption: str) -> QLabel:
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        if self._captions:
            column.addSpacing(_GROUP_PX)
        label, figure = QLabel(caption), QLabel()
        self._captions.append(label)
        column.addWidget(label)
        column.addWidget(figure)
        return figure

    def _fit_width(self) -> None:
        """Reserve the width of the widest figures, so that nothing moves when they change."""
        main = QFontMetrics(ui_font(_MAIN_PX, bold=True))
        figure = QFontMetrics(ui_font(_FIGURE_PX))
        caption = QFontMetrics(ui_font(_CAPTION_PX))
        widest = max(
            main.horizontalAdvance(LOUDNESS_WORDS_SAMPLE),
            figure.horizontalAdvance(f"{LOUDNESS_WORDS_SAMPLE} dBTP"),
            *(caption.horizontalAdvance(one.text()) for one in self._captions),
        )
        self.setFixedWidth(widest + scaled_px(4))


def _write(label: QLabel, words: str, accessible_name: str) -> None:
    if label.text() != words:
        label.setText(words)
    if label.accessibleName() != accessible_name:
        label.setAccessibleName(accessible_name)


def _dress(label: QLabel, size_px: int, colour: str, *, bold: bool = False) -> None:
    label.setFont(ui_font(size_px, bold=bold))
    palette = label.palette()
    palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
    label.setPalette(palette)
