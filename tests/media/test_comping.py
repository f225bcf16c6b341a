from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from prismdesk.media.comping import take_runs
from prismdesk.project.model import FadeShape
from prismdesk.project.timebase import SampleRange
from tests.media.mix_projects import provenance, region, take


def test_region_without_a_chosen_take_has_no_run() -> None:
    assert take_runs(region(100, 200, take(100, 200), comp=[])) == ()


def test_one_take_has_its_seams_at_the_outer_ends() -> None:
    (run,) = take_runs(region(100, 200, take(100, 200, seam=10)))
    assert run.range == SampleRange(100, 200)
    assert (run.seam_in_samples, run.seam_out_samples) == (10, 10)
    (layer,) = run.layers
    assert (layer.range, layer.fade_in_samples, layer.fade_out_samples) == (run.range, 10, 10)


def test_seams_longer_than_the_region_share_it() -> None:
    (run,) = take_runs(region(0, 15, take(0, 15, seam=100)))
    assert (run.seam_in_samples, run.seam_out_samples) == (8, 7)


def test_an_end_that_was_trimmed_gets_the_fade_of_the_comp() -> None:
    (run,) = take_runs(
        region(120, 200, take(100, 200, seam=0), comp=[("take", 120, 200)], comp_fade_samples=8)
    )
    assert (run.seam_in_samples, run.seam_out_samples) == (8, 0)


def test_parts_of_a_split_region_go_on_without_a_seam() -> None:
    before = region(100, 150, take(100, 200, seam=10), comp=[("take", 100, 150)])
    after = region(150, 200, take(100, 200, seam=10), comp=[("take", 150, 200)])
    (first,), (second,) = take_runs(before, [after]), take_runs(after, [before])
    assert (first.seam_in_samples, first.seam_out_samples) == (10, 0)
    assert (second.seam_in_samples, second.seam_out_samples) == (0, 10)


def test_neighbouring_regions_of_other_sounds_have_their_seams() -> None:
    before = region(100, 150, take(100, 150, id_="a", seam=10))
    after = region(150, 200, take(150, 200, id_="b", seam=10))
    (first,) = take_runs(before, [after])
    assert first.seam_out_samples == 10


def test_takes_join_centred_on_the_join() -> None:
    takes = take(0, 100, id_="a", seam=5), take(0, 100, id_="b", seam=7)
    (run,) = take_runs(
        region(0, 100, *takes, comp=[("a", 0, 40), ("b", 40, 100)], comp_fade_samples=20)
    )
    first, second = run.layers
    assert first.range == SampleRange(0, 50)
    assert second.range == SampleRange(30, 100)
    assert first.fade_out_samples == second.fade_in_samples == 20
    assert (run.seam_in_samples, run.seam_out_samples) == (5, 7)


def test_segments_apart_are_two_runs() -> None:
    chosen = region(0, 100, take(0, 100, seam=4), comp=[("take", 0, 30), ("take", 60, 100)])
    assert [run.range for run in take_runs(chosen)] == [SampleRange(0, 30), SampleRange(60, 100)]


def test_neighbouring_segments_of_one_take_do_not_fade() -> None:
    chosen = region(0, 100, take(0, 100), comp=[("take", 0, 30), ("take", 30, 100)])
    (run,) = take_runs(chosen)
    assert len(run.layers) == 1


def test_take_sounds_only_as_far_as_it_reaches() -> None:
    (run,) = take_runs(region(0, 300, take(100, 200, handles=20), comp=[("take", 0, 300)]))
    assert run.range == SampleRange(80, 220)


def test_join_is_shortened_where_a_take_has_no_sound_beyond_it() -> None:
    takes = take(0, 44, id_="a"), take(30, 100, id_="b")
    (run,) = take_runs(
        region(0, 100, *takes, comp=[("a", 0, 40), ("b", 40, 100)], comp_fade_samples=30)
    )
    assert run.layers[0].range.end_samples <= 44
    assert run.layers[0].fade_out_samples == 8


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=6), st.integers(0, 200), st.integers(0, 90)
)
def test_fades_never_overlap_each_other(lengths: list[int], fade: int, seam: int) -> None:
    edges = [0]
    for length in lengths:
        edges.append(edges[-1] + length)
    takes = take(0, edges[-1], id_="a", seam=seam), take(0, edges[-1], id_="b", seam=seam)
    comp = [("ab"[i % 2], low, high) for i, (low, high) in enumerate(pairwise(edges))]
    (run,) = take_runs(region(0, edges[-1], *takes, comp=comp, comp_fade_samples=fade))
    for layer in run.layers:
        assert layer.fade_in_samples + layer.fade_out_samples <= layer.range.length_samples
    for left, right in pairwise(run.layers):
        overlap = left.range.end_samples - right.range.start_samples
        assert overlap == left.fade_out_samples == right.fade_in_samples
    assert run.layers[0].range.start_samples == 0
    assert run.layers[-1].range.end_samples == edges[-1]


def test_an_end_on_a_mended_takes_handle_fades_linearly_up_to_its_own_sound() -> None:
    made = provenance(made_for=SampleRange(100, 200))
    mended = take(100, 200, handles=50, provenance=made)
    (run,) = take_runs(region(70, 205, mended, comp_fade_samples=10))
    (layer,) = run.layers
    assert (run.seam_in_samples, run.seam_out_samples) == (10, 5)
    assert (layer.fade_in_shape, layer.fade_out_shape) == (FadeShape.LINEAR, FadeShape.LINEAR)


def test_a_nudged_or_free_takes_handle_fades_by_equal_power() -> None:
    made = provenance(made_for=SampleRange(100, 200))
    nudged = take(104, 204, handles=50, provenance=made)
    free = take(100, 200, handles=50, seam=10, provenance=made)
    for other in (nudged, free):
        (run,) = take_runs(region(70, 205, other, comp_fade_samples=10))
        assert (run.seam_in_samples, run.seam_out_samples) == (10, 10)
        assert run.layers[0].fade_in_shape is FadeShape.EQUAL_POWER
