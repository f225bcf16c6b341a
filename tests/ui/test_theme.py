from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtGui import QColor

from prismdesk.project.model import Task
from prismdesk.ui.theme import DARK


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    value = QColor(colour)
    parts = [value.redF(), value.greenF(), value.blueF()]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colour", [DARK.text, DARK.dim, DARK.faint])
@pytest.mark.parametrize("ground", [DARK.panel, DARK.window, DARK.lane])
def test_text_can_be_read(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 4.5


@pytest.mark.parametrize("task", list(Task))
def test_made_sound_stands_out_from_lane_and_body(task: Task) -> None:
    colours = DARK.task(task)

    assert contrast(colours.wave, DARK.lane) >= 4.5
    assert contrast(DARK.text, colours.header) >= 7.0


def test_tasks_differ_from_each_other_in_hue() -> None:
    hues = [QColor(DARK.task(task).wave).hue() for task in Task]

    assert all(abs(one - other) > 40 for one, other in combinations(hues, 2))
