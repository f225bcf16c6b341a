"""What lies under the pointer, and which part of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.project.ids import LaneId, RegionId
from prismdesk.project.lookup import clip_of, region_of
from prismdesk.ui.timeline.hit import Hit, HitKind, hit_at
from prismdesk.ui.timeline.layout import RowKind, lay_out
from prismdesk.ui.timeline.measures import USUAL_MEASURES, gain_line_y
from prismdesk.ui.timeline.pointer import Pointer
from prismdesk.ui.timeline.timescale import Timescale
from tests.builders import TEN_SECONDS
from tests.ui.timeline.canvas_scene import a_busy_project

PROJECT = a_busy_project()
LAYOUT = lay_out(
    PROJECT,
    measures=USUAL_MEASURES,
    lane_heights_px={},
    open_region_id=RegionId("region-1"),
)
SCALE = Timescale(end_samples=TEN_SECONDS, width_px=1000, level=0).fitting()
HEADER_Y, FADE_Y, BODY_Y = 8, 22, 45


def _hit_px(x_px: int, y_px: int, *selected: str) -> Hit:
    pointer = Pointer(
        x_px=LAYOUT.header_px + x_px,
        y_px=y_px,
        samples=SCALE.sample_under(x_px),
        row=LAYOUT.row_at(y_px),
    )
    return hit_at(PROJECT, LAYOUT, SCALE, pointer, selected=selected)


def _hit(samples: int, y_px: int, lane: str, *selected: str) -> Hit:
    row = LAYOUT.row_of_lane(LaneId(lane))
    assert row is not None
    return _hit_px(SCALE.x_of(samples), row.top_px + y_px, *selected)


@pytest.mark.parametrize(
    ("samples", "y_px", "lane", "kind"),
    [
        (50_000, HEADER_Y, "lane-2", HitKind.CLIP_HEADER),
        (0, BODY_Y, "lane-2", HitKind.CLIP_START),
        (89_500, BODY_Y, "lane-2", HitKind.CLIP_END),
        (66_000, FADE_Y, "lane-2", HitKind.FADE_OUT),
        (32_000, FADE_Y, "lane-3", HitKind.FADE_IN),
        (50_000, BODY_Y, "lane-2", HitKind.LANE),
        (200_000, HEADER_Y, "lane-2", HitKind.REGION_HEADER),
        (120_000, HEADER_Y, "lane-2", HitKind.REGION_START),
        (299_500, HEADER_Y, "lane-2", HitKind.REGION_END),
        (200_000, BODY_Y, "lane-2", HitKind.LANE),
        (200_000, BODY_Y, "lane-4", HitKind.LANE),
    ],
)
def test_each_part_is_found_where_it_is_drawn(
    samples: int, y_px: int, lane: str, kind: HitKind
) -> None:
    assert _hit(samples, y_px, lane).kind is kind


def test_a_selected_region_is_taken_by_its_edges_all_the_way_down() -> None:
    assert _hit(120_000, BODY_Y, "lane-2").kind is HitKind.LANE
    assert _hit(120_000, BODY_Y, "lane-2", "region-4").kind is HitKind.REGION_START


def test_the_gain_line_is_taken_only_on_a_selected_clip() -> None:
    row = LAYOUT.row_of_lane(LaneId("lane-2"))
    assert row is not None
    wave_px = row.height_px - 2 * 3 - USUAL_MEASURES.clip_header_px - 1
    y_px = 3 + USUAL_MEASURES.clip_header_px + gain_line_y(-3.0, wave_px)
    assert _hit(40_000, y_px, "lane-2").kind is HitKind.LANE
    assert _hit(40_000, y_px, "lane-2", "clip-2").kind is HitKind.CLIP_GAIN


def test_a_region_lies_over_the_clip_under_it() -> None:
    hit = _hit(130_000, HEADER_Y, "lane-1")
    assert (hit.kind, hit.region_id) == (HitKind.REGION_HEADER, "region-1")


def test_in_a_crossfade_the_later_clip_is_hit() -> None:
    assert _hit(210_000, HEADER_Y, "lane-3").clip_id == "clip-4"


def test_over_the_rows_lie_ruler_and_markers_and_the_picture() -> None:
    y_ruler = USUAL_MEASURES.overview_px + 10
    assert _hit_px(SCALE.x_of(110_000) + 3, y_ruler).marker_id == "marker-1"
    assert _hit_px(500, y_ruler).kind is HitKind.RULER
    assert _hit_px(500, LAYOUT.top_px + 10).kind is HitKind.PICTURE
    assert _hit_px(500, LAYOUT.rows[-1].bottom_px + 5).kind is HitKind.NOTHING


def test_a_take_is_hit_on_its_row() -> None:
    row = next(row for row in LAYOUT.rows if row.take_id == "take-2")
    hit = _hit_px(SCALE.x_of(120_000), row.top_px + 20)
    assert (hit.kind, hit.region_id, hit.take_id) == (HitKind.TAKE, "region-1", "take-2")


def test_beside_the_tools_of_takes_no_region_is_hit() -> None:
    row = next(row for row in LAYOUT.rows if row.kind is RowKind.TAKE_TOOLS)
    assert _hit_px(500, row.top_px + 5) == Hit(kind=HitKind.NOTHING, row=row)


@given(st.integers(0, 999), st.integers(0, 480), st.sampled_from(["", "clip-1", "region-4"]))
def test_what_is_hit_lies_under_the_pointer(x_px: int, y_px: int, selected: str) -> None:
    hit = _hit_px(x_px, y_px, selected)
    at, near = SCALE.sample_under(x_px), SCALE.samples_of_px(4)
    if hit.clip_id is not None:
        span = clip_of(PROJECT, hit.clip_id).range
        assert span.start_samples - near <= at <= span.end_samples + near
    if hit.region_id is not None and hit.kind is not HitKind.TAKE:
        region = region_of(PROJECT, hit.region_id)
        assert region.range.start_samples - near <= at <= region.range.end_samples + near
        assert hit.lane_id in region.lane_ids
