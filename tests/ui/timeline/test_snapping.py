"""Where a dragged position catches."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prismdesk.project.timebase import SampleRange
from prismdesk.ui.timeline.snapping import nearest, snap, snap_span, targets_of
from prismdesk.ui.times import Times
from tests.builders import a_clip, a_marker, a_project, a_region

PROJECT = a_project(
    clips=(a_clip("clip-1", 1_000, 5_000),),
    regions=(a_region("region-1", 7_000, 8_000),),
    markers=(a_marker("marker-1", 9_500),),
)
TIMES = Times(PROJECT)


def test_everything_with_an_edge_catches() -> None:
    found = targets_of(PROJECT, cuts=(333,), playhead=444, marks=SampleRange(555, 666))
    assert found == (0, 333, 444, 555, 666, 1_000, 6_000, 7_000, 8_000, 9_500)


def test_what_is_dragged_does_not_catch_on_itself() -> None:
    assert targets_of(PROJECT, without={"clip-1", "marker-1"}) == (0, 7_000, 8_000)


def test_the_nearest_target_catches() -> None:
    found = snap(6_040, targets_of(PROJECT), within_samples=50)
    assert (found.samples, found.target_samples) == (6_000, 6_000)


def test_out_of_reach_nothing_catches() -> None:
    assert snap(6_051, targets_of(PROJECT), within_samples=50).samples == 6_051


def test_frames_catch_where_no_edge_does() -> None:
    frame = TIMES.frame_start(1)
    found = snap(50 * frame + 7, (), within_samples=frame, times=TIMES)
    assert (found.samples, found.target_samples) == (50 * frame, None)


def test_zoomed_in_far_the_inside_of_a_frame_can_be_reached() -> None:
    assert (
        snap(50 * TIMES.frame_start(1) + 700, (), within_samples=8, times=TIMES).target_samples
        is None
    )
    assert snap(96_700, (), within_samples=8, times=TIMES).samples == 96_700


def test_either_end_of_a_stretch_catches() -> None:
    assert snap_span(5_010, 985, (6_000,), within_samples=20).samples == 5_015
    assert snap_span(5_990, 985, (6_000,), within_samples=20).samples == 6_000


@given(
    st.lists(st.integers(0, 10**7), max_size=8).map(lambda places: tuple(sorted(places))),
    st.integers(0, 10**7),
    st.integers(0, 10**5),
)
def test_a_snap_is_never_far_and_always_the_nearest(
    targets: tuple[int, ...], samples: int, within: int
) -> None:
    found = snap(samples, targets, within_samples=within)
    assert abs(found.samples - samples) <= within
    if found.target_samples is not None:
        assert all(abs(found.samples - samples) <= abs(other - samples) for other in targets)


def test_without_targets_there_is_no_nearest() -> None:
    assert nearest((), 5) is None
