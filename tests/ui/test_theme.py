from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QColor, QPalette

from prismdesk.project.model import Task
from prismdesk.ui.theme import (
    CONTRAST,
    DARK,
    LIGHT,
    THEMES,
    Theme,
    fixed_font,
    palette_of,
    scaled_px,
    set_text_scale,
    style_sheet_of,
    text_scale,
    ui_font,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

EVERY_THEME = pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
BLINDNESS = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# IEC 61966-2-1: linear sRGB to CIE XYZ, D65.
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear_rgb(colour: str) -> npt.NDArray[np.float64]:
    value = QColor(colour)
    parts = np.array([value.redF(), value.greenF(), value.blueF()])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    return float(XYZ[1].round(4) @ linear_rgb(colour))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def lab(linear: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """CIE 1976 L*a*b* of linear RGB, white D65."""
    ratio = XYZ @ np.clip(linear, 0, 1) / XYZ.sum(axis=1)
    x, y, z = np.where(ratio > 216 / 24389, np.cbrt(ratio), (ratio * 24389 / 27 + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def task_distance(theme: Theme, blindness: str) -> float:
    """The smallest CIE76 distance between two tasks' waves, as seen with a colour blindness."""
    seen = [
        lab(np.array(BLINDNESS[blindness]) @ linear_rgb(theme.task(task).wave)) for task in Task
    ]
    return min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2))


@pytest.fixture
def text_scale_kept() -> Iterator[None]:
    before = text_scale()
    yield
    set_text_scale(before)


@EVERY_THEME
@pytest.mark.parametrize("ground", ["panel", "window", "lane", "raised", "field", "hover"])
@pytest.mark.parametrize("colour", ["text", "dim"])
def test_text_can_be_read_on_every_ground(theme: Theme, colour: str, ground: str) -> None:
    assert contrast(getattr(theme, colour), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize(
    ("token", "ratios"),
    [
        ("line", (1.2, 1.4, 7.5)),
        ("line_strong", (3.2, 3.3, 21)),
        ("text", (13.7, 15.4, 21)),
        ("dim", (8.1, 7.9, 21)),
        ("faint", (5.8, 5.3, 14.7)),
        ("off", (4.4, 3.7, 7.6)),
        ("accent", (6.5, 5.5, 16.1)),
        ("good", (7.6, 5.6, 16.4)),
        ("warning", (9.5, 5.7, 16.1)),
        ("error", (6.5, 5.9, 10.3)),
    ],
)
def test_ratio_on_the_panel_is_as_designed(token: str, ratios: tuple[float, ...]) -> None:
    for theme, ratio in zip((DARK, LIGHT, CONTRAST), ratios, strict=True):
        assert contrast(getattr(theme, token), theme.panel) == pytest.approx(ratio, abs=0.06)


@pytest.mark.parametrize(
    ("one", "other", "ratios"),
    [
        ("accent_text", "accent_fill", (5.5, 6.1, 16.1)),
        ("text", "selection", (10.2, 13.0, 12.7)),
        ("recorded_peak", "recorded_body", (4.3, 3.1, 10.6)),
        ("recorded_rms", "recorded_body", (7.2, 5.7, 21)),
        ("text", "recorded_header", (10.7, 12.5, 13.2)),
        ("playhead", "lane", (17.6, 17.3, 21)),
    ],
)
def test_ratio_of_a_pair_is_as_designed(one: str, other: str, ratios: tuple[float, ...]) -> None:
    for theme, ratio in zip((DARK, LIGHT, CONTRAST), ratios, strict=True):
        found = contrast(getattr(theme, one), getattr(theme, other))
        assert found == pytest.approx(ratio, abs=0.06)


@pytest.mark.parametrize(
    ("task", "ratios"),
    [
        (Task.GENERATE, (6.5, 6.4, 11.9)),
        (Task.INPAINT, (9.5, 5.5, 12.9)),
        (Task.CONTINUE, (7.6, 5.8, 14.6)),
    ],
)
def test_made_sound_stands_out_from_its_lane(task: Task, ratios: tuple[float, ...]) -> None:
    for theme, ratio in zip((DARK, LIGHT, CONTRAST), ratios, strict=True):
        assert contrast(theme.task(task).wave, theme.lane) == pytest.approx(ratio, abs=0.06)


@EVERY_THEME
@pytest.mark.parametrize("task", list(Task))
def test_text_on_regions_and_messages_can_be_read(theme: Theme, task: Task) -> None:
    colours = theme.task(task)

    for ground in (colours.body, colours.header):
        assert contrast(theme.text, ground) >= 7.5
        assert contrast(theme.dim, ground) >= 4.5
    for ground in (theme.good_fill, theme.warning_fill, theme.error_fill):
        assert contrast(theme.text, ground) >= 7.0
        assert contrast(theme.dim, ground) >= 4.5


@pytest.mark.parametrize(
    ("theme", "distances"),
    [(DARK, (49, 56, 44)), (LIGHT, (38, 50, 33)), (CONTRAST, (46, 34, 34))],
    ids=["dark", "light", "contrast"],
)
def test_tasks_stay_apart_for_colour_blind_eyes(theme: Theme, distances: tuple[int, ...]) -> None:
    for blindness, distance in zip(BLINDNESS, distances, strict=True):
        assert task_distance(theme, blindness) == pytest.approx(distance, abs=0.8)


@EVERY_THEME
def test_palette_carries_the_tokens(qapp: object, theme: Theme) -> None:
    palette = palette_of(theme)

    assert palette.color(QPalette.ColorRole.Window) == QColor(theme.panel)
    assert palette.color(QPalette.ColorRole.Link) == QColor(theme.accent)
    off = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
    assert off == QColor(theme.off)


@EVERY_THEME
def test_style_sheet_is_short_and_says_no_foreign_colour(theme: Theme) -> None:
    sheet = style_sheet_of(theme)

    assert len(sheet.splitlines()) < 150
    tokens = {value for value in _values(theme) if str(value).startswith("#")}
    used = {word.strip(";") for word in sheet.split() if word.startswith("#")}
    assert used <= tokens


def _values(theme: Theme) -> list[object]:
    return [getattr(theme, name) for name in Theme.__dataclass_fields__]


def test_text_scale_grows_fonts_and_lengths(qapp: object, text_scale_kept: None) -> None:
    set_text_scale(150)

    assert ui_font(12).pixelSize() == 18
    assert fixed_font(20, bold=True).pixelSize() == 30
    assert scaled_px(26) == 39


def test_text_scale_stays_between_100_and_200_percent(text_scale_kept: None) -> None:
    set_text_scale(20)
    assert text_scale() == 100
    set_text_scale(900)
    assert text_scale() == 200
