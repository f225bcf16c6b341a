from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from prismdesk.project.ids import LaneId, RegionId, TrackId
from prismdesk.ui.timeline.layout import RowKind, TimelineLayout, lay_out
from prismdesk.ui.timeline.measures import LaneHeight, Measures
from tests.builders import a_lane, a_project, a_region, a_take, a_track

MEASURES = Measures()


def two_tracks(**fields: object) -> TimelineLayout:
    project = a_project(
        tracks=(
            a_track("track-1", a_lane("lane-1"), a_lane("lane-2")),
            a_track("track-2", a_lane("lane-3")),
        ),
        regions=(a_region(takes=(a_take("take-1"), a_take("take-2"))),),
    )
    return lay_out(project, measures=MEASURES, lane_heights_px={}, **fields)  # type: ignore[arg-type]  # forwarded as given


def test_rows_lie_one_below_the_other_under_the_ruler() -> None:
    layout = two_tracks()

    assert layout.rows[0].kind is RowKind.PICTURE
    assert layout.rows[0].top_px == MEASURES.overview_px + MEASURES.ruler_px
    assert all(a.bottom_px == b.top_px for a, b in itertools.pairwise(layout.rows))
    assert [row.lane_id for row in layout.rows[1:]] == ["lane-1", "lane-2", "lane-3"]
    assert [row.number for row in layout.rows[1:]] == [1, 1, 2]


def test_project_without_picture_has_no_row_for_it() -> None:
    layout = lay_out(a_project(film_id=None), measures=MEASURES, lane_heights_px={})

    assert layout.picture_row is None
    assert layout.rows[0].top_px == layout.tracks_top_px == MEASURES.rows_top_px


def test_takes_open_below_the_lane_of_their_region() -> None:
    layout = two_tracks(open_region_id=RegionId("region-1"))

    kinds = [row.kind for row in layout.rows]
    take, tools = RowKind.TAKE, RowKind.TAKE_TOOLS
    lane = RowKind.LANE
    assert kinds == [RowKind.PICTURE, lane, take, take, tools, lane, lane]
    assert [row.take_id for row in layout.rows if row.kind is take] == ["take-1", "take-2"]
    assert layout.rows[2].height_px == 46


def test_heights_stay_between_the_lowest_and_the_highest() -> None:
    project = a_project()
    for wanted, height in ((1, 24), (LaneHeight.SMALL, 44), (1_000, 400)):
        layout = lay_out(project, measures=MEASURES, lane_heights_px={TrackId("track-1"): wanted})
        row = layout.row_of_lane(LaneId("lane-1"))
        assert row is not None
        assert row.height_px == height


@given(st.integers(-50, 2_000), st.integers(0, 600), st.integers(100, 800))
def test_row_under_a_pixel_holds_it(y_px: int, scrolled_px: int, height_px: int) -> None:
    layout = two_tracks(open_region_id=RegionId("region-1")).scrolled_to(scrolled_px, height_px)

    row = layout.row_at(y_px)

    if row is not None:
        assert row.top_px <= y_px < row.bottom_px
        assert row.kind is RowKind.PICTURE or y_px >= layout.tracks_top_px
    elif y_px >= layout.tracks_top_px:
        assert y_px >= layout.rows[-1].bottom_px


@given(st.integers(-100, 3_000), st.integers(100, 800))
def test_scrolling_stops_where_rows_end_and_leaves_the_picture(
    scrolled_px: int, height_px: int
) -> None:
    layout = two_tracks(open_region_id=RegionId("region-1"))

    scrolled = layout.scrolled_to(scrolled_px, height_px)

    assert scrolled.picture_row == layout.picture_row
    assert scrolled.content_px == layout.content_px
    assert 0 <= scrolled.scrolled_px <= max(0, scrolled_px)
    if scrolled.scrolled_px:
        assert scrolled.rows[-1].bottom_px >= height_px
    assert scrolled.scrolled_to(0, height_px) == layout


def test_lanes_between_two_pixels_come_in_either_direction() -> None:
    layout = two_tracks()
    first, last = layout.rows[1], layout.rows[3]

    lanes = layout.lane_rows_between(last.top_px + 1, first.bottom_px - 1)

    assert [row.lane_id for row in lanes] == ["lane-1", "lane-2", "lane-3"]
    assert layout.lane_rows_between(first.top_px, first.top_px) == (first,)
