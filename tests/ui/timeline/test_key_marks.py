from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor

from prismdesk.project.edits.masks import set_drawn_masks, set_masks_used
from prismdesk.project.ids import LaneId, RegionId
from prismdesk.ui.theme import DARK
from prismdesk.ui.timeline.key_marks import key_times_of, marks_apart
from tests.builders import a_box, a_keyed_shape, a_region, a_shape
from tests.ui.timeline.canvas_scene import CanvasScene, a_canvas_scene

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.project.picture_mask import DrawnMask

R = RegionId("region-4")
START, END = 120_000, 300_000


def moving(*offsets: int) -> DrawnMask:
    return a_keyed_shape(keys={at: a_box(0.1 * index) for index, at in enumerate(offsets)})


def accents_at(scene: CanvasScene, samples: int) -> int:
    """Count the accent's pixels in the lower part of a column of the region."""
    scene.canvas.grab()
    image = scene.canvas.grab().toImage()
    row = scene.canvas.layout_now.row_of_lane(LaneId("lane-2"))
    assert row is not None
    x = scene.canvas.layout_now.header_px + scene.canvas.scale.x_of(samples)
    rows = range(row.bottom_px - 16, row.bottom_px - 5)
    return sum(image.pixelColor(x, y) == QColor(DARK.accent) for y in rows)


def test_the_selected_region_shows_its_key_frames(qtbot: QtBot, tmp_path: Path) -> None:
    scene = a_canvas_scene(qtbot, tmp_path)
    document = scene.document
    document.apply("Draw", lambda p: set_drawn_masks(p, R, (moving(40_000, 90_000),)))
    at, between = START + 40_000, START + 65_000
    assert accents_at(scene, at) == 0
    scene.selection.select_region(R)
    assert accents_at(scene, at) >= 4
    assert accents_at(scene, at + 50_000) >= 4
    assert accents_at(scene, between) == 0
    document.apply("Whole picture", lambda p: set_masks_used(p, R, uses_masks=False))
    assert accents_at(scene, at) == 0


def test_only_key_frames_inside_the_region_count() -> None:
    masks = (moving(-5, 0, 50, 100), replace(moving(50, 60), id=a_shape("b").id))
    region = a_region("r", 1000, 1100, drawn_masks=masks)
    assert key_times_of(region) == (1000, 1050, 1060)
    assert key_times_of(replace(region, drawn_masks=(a_shape(),))) == ()


def test_marks_do_not_hide_each_other() -> None:
    assert marks_apart([0, 1, 3, 4, 9, 12], 4) == [0, 4, 9]
    assert marks_apart([], 4) == []
