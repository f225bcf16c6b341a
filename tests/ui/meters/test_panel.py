from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from prismdesk.project.ids import TrackId
from prismdesk.project.model import ChannelLayout
from prismdesk.ui.fonts import set_text_scale, text_scale
from prismdesk.ui.meters.figures_area import FiguresArea
from prismdesk.ui.meters.panel import NO_READING, WORDS_MS, MetersPanel
from prismdesk.ui.theme import CONTRAST, DARK, LIGHT, Theme
from tests.ui.meters.readings import READING, column_colours, reading_at

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def _panel(qtbot: QtBot, theme: Theme = DARK) -> MetersPanel:
    panel = MetersPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(panel.sizeHint())
    panel.show()
    return panel


def _wait_for_words(qtbot: QtBot) -> None:
    qtbot.wait(WORDS_MS + 100)


def test_figures_are_those_of_the_reading(qtbot: QtBot) -> None:
    panel = _panel(qtbot)
    panel.show_reading(READING)
    figures = panel.figures
    assert figures.integrated.text() == "−23.4"
    assert figures.short_term.text() == "−26.1"
    assert figures.momentary.text() == "−24.0"
    assert figures.range.text() == "9.2 LU"
    assert figures.true_peak.text() == "−3.8 dBTP"


def test_figures_say_what_they_are_to_screen_readers(qtbot: QtBot) -> None:
    panel = _panel(qtbot)
    panel.show_reading(READING)
    assert panel.figures.integrated.accessibleName() == "Integrated loudness −23.4 LUFS, aim −23"
    assert panel.figures.true_peak.accessibleName() == "True peak −3.8 dBTP"
    assert panel.bars.accessibleName() == "Levels of the mix"
    assert panel.bars.accessibleDescription() == "L −16.9 dB, R −20.0 dB"
    assert panel.correlation.accessibleName() == "Correlation of left and right"
    assert panel.correlation.accessibleDescription() == "+0.71"


def test_silence_is_shown_at_first(qtbot: QtBot) -> None:
    panel = _panel(qtbot)
    assert panel.figures.integrated.text() == "−∞"
    assert panel.correlation.mark_x() is None
    assert panel.correlation.accessibleDescription() == "none"


def test_bars_follow_at_once_and_words_a_few_times_a_second(qtbot: QtBot) -> None:
    panel = _panel(qtbot)
    panel.show_reading(READING)
    before = panel.bars.grab().toImage()
    written = []
    for number in range(30):
        panel.show_reading(replace(reading_at(-1.0 * number, -50.0), momentary_lufs=-1.0 * number))
        written.append(panel.figures.momentary.text())
    assert set(written) == {"−24.0"}
    assert panel.bars.grab().toImage() != before
    _wait_for_words(qtbot)
    assert panel.figures.momentary.text() == "−29.0"
    assert panel.bars.accessibleDescription() == "L −29.0 dB, R −50.0 dB"


def test_aim_can_be_set(qtbot: QtBot) -> None:
    panel = _panel(qtbot)
    labels = {label.text() for label in panel.figures.findChildren(QLabel)}
    assert "LUFS, aim −23" in labels
    panel.set_aim(-16.5)
    labels = {label.text() for label in panel.figures.findChildren(QLabel)}
    assert "LUFS, aim −16.5" in labels
    assert "aim −16.5" in panel.figures.integrated.accessibleName()


def test_click_asks_to_put_the_clip_lights_out(qtbot: QtBot) -> None:
    panel = _panel(qtbot)
    with qtbot.waitSignal(panel.clips_reset_requested, timeout=1000):
        QTest.mouseClick(
            panel.bars, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(40, 60)
        )


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_keys_do_what_a_click_does(qtbot: QtBot, key: Qt.Key) -> None:
    panel = _panel(qtbot)
    with qtbot.waitSignal(panel.clips_reset_requested, timeout=1000):
        QTest.keyClick(panel.bars, key)


def test_click_takes_no_focus_and_tab_reaches_the_bars(qtbot: QtBot) -> None:
    assert _panel(qtbot).bars.focusPolicy() == Qt.FocusPolicy.TabFocus


def test_menu_asks_to_measure_anew(qtbot: QtBot) -> None:
    panel = _panel(qtbot)
    assert panel.reset_action in panel.actions()
    with qtbot.waitSignal(panel.reset_requested, timeout=1000):
        panel.reset_action.trigger()


def test_clipped_channels_are_named(qtbot: QtBot) -> None:
    panel = _panel(qtbot)
    panel.show_reading(reading_at(*[-10.0] * 6, clipped=(0, 2)))
    assert panel.figures.clipped.text() == "Clipped: L C"
    assert "C −10.0 dB clipped" in panel.bars.accessibleDescription()
    panel.show_reading(reading_at(*[-10.0] * 6))
    _wait_for_words(qtbot)
    assert panel.figures.clipped.text() == ""


def test_clip_light_is_filled_only_when_it_is_on(qtbot: QtBot) -> None:
    panel = _panel(qtbot)
    panel.show_reading(reading_at(-20.0, -20.0))
    dark = panel.bars.grab().toImage()
    panel.show_reading(reading_at(-20.0, -20.0, clipped=(0,)))
    lit = panel.bars.grab().toImage()
    assert sum(DARK.error in column_colours(lit, x) for x in range(lit.width())) >= 18
    assert not any(DARK.error in column_colours(dark, x) for x in range(dark.width()))


@pytest.mark.parametrize("layout", list(ChannelLayout))
def test_all_layouts_fit_with_their_names(qtbot: QtBot, layout: ChannelLayout) -> None:
    panel = _panel(qtbot)
    panel.show_reading(reading_at(*[-12.0] * layout.channels))
    assert panel.bars.channel_names == layout.channel_names
    panel.adjustSize()
    assert panel.bars.width() >= panel.bars.sizeHint().width()
    image = panel.bars.grab().toImage()
    columns = [DARK.good in column_colours(image, x) for x in range(image.width())]
    rises = sum(not a and b for a, b in itertools.pairwise(columns))
    assert rises == layout.channels


@pytest.mark.parametrize(("correlation", "share"), [(-1.0, 0.0), (0.0, 0.5), (1.0, 1.0)])
def test_correlation_mark_moves_from_end_to_end(
    qtbot: QtBot, correlation: float, share: float
) -> None:
    panel = _panel(qtbot)
    panel.show_reading(replace(READING, correlation=correlation))
    middle = panel.correlation.mark_x()
    assert middle is not None
    assert middle / panel.correlation.width() == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize("scale_percent", [100, 150, 200])
@pytest.mark.parametrize("theme", [DARK, LIGHT, CONTRAST], ids=lambda theme: theme.name)
def test_no_figure_is_clipped_at_any_text_scale(
    qtbot: QtBot, theme: Theme, scale_percent: int
) -> None:
    before = text_scale()
    set_text_scale(scale_percent)
    try:
        panel = _panel(qtbot, theme)
        panel.show_reading(replace(READING, integrated_lufs=-69.9, true_peak_dbtp=-88.8))
        panel.adjustSize()
        for label in panel.figures.findChildren(QLabel):
            words = QFontMetrics(label.font()).horizontalAdvance(label.text())
            assert words <= label.width()
            assert label.height() >= QFontMetrics(label.font()).height() or not label.text()
    finally:
        set_text_scale(before)


def test_theme_can_change(qtbot: QtBot) -> None:
    panel = _panel(qtbot)
    panel.show_reading(reading_at(-20.0, -20.0))
    panel.set_theme(LIGHT)
    image = panel.grab().toImage()
    found = {colour for x in range(image.width()) for colour in column_colours(image, x)}
    assert {LIGHT.panel, LIGHT.good} <= found
    assert image.pixelColor(1, 1).name().upper() == LIGHT.panel
    assert DARK.good not in found


def test_reading_without_sound_shows_empty_bars(qtbot: QtBot) -> None:
    panel = _panel(qtbot)
    panel.show_reading(READING)
    panel.show_reading(NO_READING)
    image = panel.bars.grab().toImage()
    assert not any(DARK.good in column_colours(image, x) for x in range(image.width()))
    assert math.isinf(NO_READING.integrated_lufs)


def test_a_track_can_be_measured_by_itself(qtbot: QtBot) -> None:
    panel = MetersPanel(DARK)
    qtbot.addWidget(panel)
    wanted: list[object] = []
    panel.measure_requested.connect(wanted.append)
    panel.set_tracks(((TrackId("track-1"), "Production"), (TrackId("track-2"), "Foley")))
    panel.source.setCurrentIndex(2)
    panel.source.activated.emit(2)
    assert wanted == ["track-2"]
    panel.set_tracks(((TrackId("track-1"), "Production"),))
    assert wanted == ["track-2", None]
    assert panel.source.currentText() == "Mix"


def test_it_asks_for_little_height_and_lets_its_figures_scroll(qtbot: QtBot) -> None:
    before = text_scale()
    set_text_scale(200)
    try:
        panel = _panel(qtbot)
        assert panel.minimumSizeHint().height() < 400
        area = panel.findChild(FiguresArea)
        assert area is not None
        panel.resize(panel.minimumSizeHint())
        qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
        assert area.viewport().width() >= panel.figures.width()
        assert area.focusPolicy() == Qt.FocusPolicy.TabFocus
        panel.resize(panel.sizeHint().width(), 1000)
        qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() == 0)
        assert area.width() == panel.figures.width()
        assert area.focusPolicy() == Qt.FocusPolicy.NoFocus
    finally:
        set_text_scale(before)
