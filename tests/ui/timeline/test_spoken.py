from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.project.ids import ClipId, MarkerId, RegionId
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.selection import Selection
from prismdesk.ui.timeline.spoken import selection_words
from prismdesk.ui.times import Times
from tests.ui.timeline.canvas_scene import a_busy_project

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def words(selection: Selection) -> str:
    project = a_busy_project()
    return selection_words(project, selection, Times(project), {})


def test_nothing_selected_is_said(qtbot: QtBot) -> None:
    assert words(Selection()) == "Nothing is selected."


def test_region_is_said_with_track_task_status_and_place(qtbot: QtBot) -> None:
    selection = Selection()
    selection.select_region(RegionId("region-2"))
    selection.set_span(SampleRange(0, 48_000))

    assert words(selection) == (
        "Region Dropout on Production, Inpaint, Open, 01:00:06:06 to 01:00:07:02. "
        "Marked time: 01:00:00:00 to 01:00:01:00."
    )


def test_clips_and_markers_are_said(qtbot: QtBot) -> None:
    selection = Selection()
    selection.select_clips([ClipId("clip-4")])
    assert words(selection).startswith("Clip media-1.mov on Foley, muted, 01:00:04:04 to")

    selection.select_marker(MarkerId("marker-1"))
    assert words(selection) == "Marker first step at 01:00:02:07."


def test_what_is_gone_is_left_out(qtbot: QtBot) -> None:
    selection = Selection()
    selection.select_region(RegionId("elsewhere"))

    assert words(selection) == "Nothing is selected."
