from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.project.edits import RippleMode, insert_silence, ripple_delete
from prismdesk.project.mask_time import with_time, without_time
from prismdesk.project.picture_mask import (
    MAX_KEY_FRAMES,
    MaskKeyFrame,
    MaskShape,
    form_at,
    problem_of,
    times_of,
)
from prismdesk.project.timebase import SampleRange
from tests.builders import a_box, a_keyed_shape, a_project, a_region, a_shape, some_paint

if TYPE_CHECKING:
    from prismdesk.project.picture_mask import DrawnMask

LENGTH = 200
START = 1000

places = st.floats(0.0, 1.0)
boxes = st.builds(a_box, places, places)
keyed = st.dictionaries(st.integers(-50, LENGTH + 50), boxes, min_size=1, max_size=6).map(
    lambda found: a_keyed_shape(keys=dict(sorted(found.items())))
)
offsets = st.integers(1, LENGTH - 2)
lengths = st.integers(1, LENGTH)


def looks(mask: DrawnMask, offset: int) -> list[float]:
    box = form_at(mask, offset).box
    assert box is not None
    return [box.x, box.y, box.width, box.height]


def is_as(mask: DrawnMask, offset: int, before: DrawnMask, offset_before: int) -> bool:
    return looks(mask, offset) == pytest.approx(looks(before, offset_before), abs=1e-9)


@given(keyed, offsets, lengths)
def test_around_what_is_taken_out_all_looks_as_it_did(
    mask: DrawnMask, at: int, length: int
) -> None:
    (after,) = without_time((mask,), at, length)
    assert problem_of((after,)) == ""
    for offset in range(LENGTH):
        assert is_as(after, offset, mask, offset if offset < at else offset + length)


@given(keyed, offsets, lengths)
def test_around_what_is_put_in_all_looks_as_it_did(mask: DrawnMask, at: int, length: int) -> None:
    (after,) = with_time((mask,), at, length)
    assert problem_of((after,)) == ""
    for offset in range(LENGTH + length):
        was_at = offset if offset < at else max(at, offset - length)
        assert is_as(after, offset, mask, was_at)


@given(keyed, st.integers(START - 60, START + LENGTH + 60), lengths)
def test_a_region_without_takes_keeps_its_masks_with_what_it_keeps(
    mask: DrawnMask, at: int, length: int
) -> None:
    region = a_region("r", START, START + LENGTH, drawn_masks=(mask,))
    span = SampleRange(at, at + length)
    after = ripple_delete(a_project(regions=(region,)), span, mode=RippleMode.ALL)
    for left in after.regions:
        for now in range(left.range.start_samples, left.range.end_samples):
            was = now if now < at else now + length
            here, there = now - left.range.start_samples, was - START
            assert is_as(left.drawn_masks[0], here, mask, there)


@given(keyed, offsets, lengths)
def test_silence_put_into_a_region_without_takes_moves_what_follows(
    mask: DrawnMask, at: int, length: int
) -> None:
    region = a_region("r", START, START + LENGTH, drawn_masks=(mask,))
    after = insert_silence(a_project(regions=(region,)), START + at, length, mode=RippleMode.ALL)
    (longer,) = after.regions
    assert longer.drawn_masks == with_time((mask,), at, length)


def test_where_nothing_changes_at_the_cut_no_key_frame_is_added() -> None:
    held = a_keyed_shape(keys={0: a_box(0.2), 10: a_box(0.4), 90: a_box(0.4), 100: a_box(0.8)})
    assert times_of(without_time((held,), 20, 30)) == (0, 10, 60, 70)
    assert times_of(with_time((held,), 20, 30)) == (0, 10, 120, 130)


def test_what_does_not_change_over_time_stays_as_it_is() -> None:
    still = (a_shape(), some_paint("mask-2"))
    assert without_time(still, 20, 30) == still
    assert with_time(still, 20, 30) == still


def test_paint_is_held_up_to_the_cut() -> None:
    first, second = (some_paint("p", ((x, 0.5),)).key_frames[0] for x in (0.2, 0.8))
    paint = replace(
        some_paint("p"), key_frames=(first, replace(second, offset_samples=40)), is_keyed=True
    )
    assert paint.shape is MaskShape.PAINT
    (shorter,) = without_time((paint,), 20, 50)
    assert form_at(shorter, 19).strokes == first.strokes
    assert form_at(shorter, 20).strokes == second.strokes
    (longer,) = with_time((paint,), 20, 50)
    assert form_at(longer, 89).strokes == first.strokes
    assert form_at(longer, 90).strokes == second.strokes


def test_the_most_key_frames_are_not_passed() -> None:
    frames = tuple(
        MaskKeyFrame(offset_samples=10 * index, box=a_box(index % 2 / 2))
        for index in range(MAX_KEY_FRAMES)
    )
    full = a_shape(key_frames=frames, is_keyed=True)
    for changed in (without_time((full,), 15, 2), with_time((full,), 15, 2)):
        assert problem_of(changed) == ""
