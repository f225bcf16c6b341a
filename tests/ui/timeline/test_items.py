"""Things on the timeline as a list: in order, with names and what is to be said of them."""

from __future__ import annotations

from prismdesk.project.ids import RegionId
from prismdesk.project.model import RegionStatus
from prismdesk.ui.timeline.items import Item, ItemKind, ItemRow, find_item, item_rows, nearest_item
from prismdesk.ui.timeline.job_look import JobLook
from prismdesk.ui.timeline.layout import lay_out
from prismdesk.ui.timeline.measures import USUAL_MEASURES
from prismdesk.ui.times import Times
from tests.builders import a_project, a_region
from tests.ui.timeline.canvas_scene import a_busy_project


def _rows(
    open_region_id: str = "", jobs: dict[RegionId, JobLook] | None = None
) -> tuple[ItemRow, ...]:
    project = a_busy_project()
    layout = lay_out(
        project,
        measures=USUAL_MEASURES,
        lane_heights_px={},
        open_region_id=RegionId(open_region_id),
    )
    return item_rows(project, layout, Times(project), jobs)


def _item(item_id: str, jobs: dict[RegionId, JobLook] | None = None) -> Item:
    return next(item for row in _rows(jobs=jobs) for item in row.items if item.id == item_id)


def test_rows_run_from_the_markers_down_and_leave_out_empty_lanes() -> None:
    assert [row.name for row in _rows()] == [
        "Markers",
        "Production",
        "Foley, lane 1",
        "Foley, lane 2",
    ]


def test_items_of_a_lane_are_in_the_order_of_time() -> None:
    lane = _rows()[2]
    assert [item.id for item in lane.items] == ["clip-2", "region-4", "region-3"]


def test_clip_says_where_it_is_how_long_and_what_was_done_to_it() -> None:
    clip = _item("clip-2")
    assert clip.name == "media-1.mov"
    assert clip.value == "from 01:00:00:00, 1 s 21 fr long, −3.0 dB, fade out 12 fr"
    assert _item("clip-4").value.startswith("from 01:00:04:04, 4 s 04 fr long, muted, fade in")


def test_region_says_its_task_and_status_or_its_job() -> None:
    assert _item("region-1").value == ("from 01:00:02:00, 1 s 12 fr long, Inpaint, Take 1, 2 takes")
    look = JobLook(status=RegionStatus.MAKING, words="Step 18 of 25")
    made = _item("region-4", jobs={RegionId("region-4"): look})
    assert made.name == "Footsteps on wet planks"
    assert made.value.endswith("Generate, Step 18 of 25")


def test_region_without_a_name_is_called_by_its_prompt() -> None:
    project = a_project(regions=(a_region("region-1", 0, 100, prompt="rain"),))
    layout = lay_out(project, measures=USUAL_MEASURES, lane_heights_px={})
    (row,) = item_rows(project, layout, Times(project))
    assert row.items[0].name == "rain"


def test_takes_are_rows_of_their_own_while_they_are_open() -> None:
    rows = _rows("region-1")
    takes = [row for row in rows if row.items[0].kind is ItemKind.TAKE]
    assert [row.items[0].name for row in takes] == ["Take 1", "Take 2"]
    assert "chosen" in takes[0].items[0].value
    assert "not chosen" in takes[1].items[0].value


def test_marker_says_where_it_is() -> None:
    assert _item("marker-1").value == "at 01:00:02:07"


def test_item_is_found_by_its_key() -> None:
    rows = _rows()
    found = find_item(rows, _item("region-3").key)
    assert found is not None
    row, index = found
    assert (row.name, index) == ("Foley, lane 1", 2)
    assert find_item(rows, (ItemKind.CLIP, "nowhere", None)) is None


def test_nearest_item_is_the_one_a_position_lies_in() -> None:
    lane = _rows()[2]
    assert nearest_item(lane, 130_000).id == "region-4"
    assert nearest_item(lane, 479_999).id == "region-3"
    assert nearest_item(lane, 95_000).id == "clip-2"
