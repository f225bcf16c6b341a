from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from prismdesk.project.model import Task
from prismdesk.ui.theme import DARK
from prismdesk.ui.timeline.region_painter import draw_cue, draw_draft, take_wave
from prismdesk.ui.waves import SampledWave
from tests.builders import a_lane, a_project, a_region, a_take, a_track
from tests.ui.scenes import ASine
from tests.ui.timeline.canvas_scene import a_canvas_scene

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

AREA = QRect(0, 0, 80, 40)
COLOUR = "#A88BFA"


def a_picture() -> QImage:
    image = QImage(AREA.size(), QImage.Format.Format_RGB32)
    image.fill(0)
    return image


def test_take_over_two_lanes_shows_each_lane_its_own_channels(qtbot: QtBot, tmp_path: Path) -> None:
    take = a_take(channels=4)
    region = a_region(takes=(take,), lane_ids=("lane-1", "lane-2"))
    project = a_project(
        tracks=(a_track("track-1", a_lane("lane-1"), a_lane("lane-2")),), regions=(region,)
    )
    view = a_canvas_scene(qtbot, tmp_path, project).canvas.view
    source = SampledWave(ASine())

    assert take_wave(view, region, take, source, "lane-1").channels == (0, 2)
    assert take_wave(view, region, take, source, "lane-2").channels == (2, 4)
    alone = a_region(takes=(take,))
    assert take_wave(view, alone, take, source, "lane-1").channels is None


def test_draft_is_as_high_as_its_envelope(qapp: object) -> None:
    image = a_picture()
    painter = QPainter(image)
    draw_draft(painter, (0.0, 1.0), AREA, AREA, COLOUR)
    painter.end()

    black = QColor(0, 0, 0)
    heights = [sum(image.pixelColor(x, y) != black for y in range(40)) for x in (10, 40, 70)]
    assert heights[0] < heights[1] < heights[2]
    assert heights[2] > 28


@pytest.mark.parametrize(
    ("task", "left", "right"),
    [(Task.GENERATE, True, False), (Task.INPAINT, True, True), (Task.CONTINUE, True, False)],
)
def test_task_is_told_by_a_sign_at_its_ends(
    qapp: object, task: Task, left: bool, right: bool
) -> None:
    image = a_picture()
    painter = QPainter(image)
    draw_cue(painter, task, AREA, DARK.task(task).wave)
    painter.end()

    black = QColor(0, 0, 0)

    def is_marked(columns: range) -> bool:
        return any(image.pixelColor(x, y) != black for x in columns for y in range(40))

    assert is_marked(range(16)) is left
    assert is_marked(range(70, 80)) is right
    assert not is_marked(range(20, 60))


def test_signs_of_the_tasks_differ_without_colour(qapp: object) -> None:
    pictures = []
    for task in Task:
        image = a_picture()
        painter = QPainter(image)
        draw_cue(painter, task, AREA, COLOUR)
        painter.end()
        pictures.append(image)

    assert pictures[0] != pictures[1] != pictures[2] != pictures[0]
