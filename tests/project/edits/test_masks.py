from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.project.edits import EditError, add_region, move_region, resize_region, split_region
from prismdesk.project.edits.masks import (
    add_mask,
    add_mask_stroke,
    clear_masks,
    invert_masks,
    move_mask_key_frame,
    remove_mask,
    remove_mask_key_frame,
    set_drawn_masks,
    set_mask_feather,
    set_mask_form,
    set_mask_key_frame,
    set_mask_takes_away,
    set_masks_used,
)
from prismdesk.project.edits.ripple import RippleMode, insert_silence, ripple_delete
from prismdesk.project.ids import MaskId, RegionId
from prismdesk.project.lookup import region_of
from prismdesk.project.picture_mask import (
    DrawnMask,
    MaskKeyFrame,
    MaskShape,
    MaskStroke,
    form_at,
    times_of,
)
from prismdesk.project.timebase import SampleRange
from tests.builders import a_box, a_keyed_shape, a_project, a_region, a_shape, some_paint
from tests.project.edits.checking import do

if TYPE_CHECKING:
    from prismdesk.project.model import Project

R, A, B = RegionId("r"), MaskId("a"), MaskId("b")
DOT = MaskStroke(brush=0.1, points=((0.5, 0.5),))


def with_masks(*masks: DrawnMask, pictures: tuple[str, ...] = ()) -> Project:
    return a_project(regions=(a_region("r", 100, 200, drawn_masks=masks, masks=pictures),))


def masks_of(project: Project, region_id: RegionId = R) -> tuple[DrawnMask, ...]:
    return region_of(project, region_id).drawn_masks


def keys_of(project: Project, region_id: RegionId = R) -> tuple[int, ...]:
    return times_of(masks_of(project, region_id))


def x_at(mask: DrawnMask, offset: int) -> float:
    box = form_at(mask, offset).box
    assert box is not None
    return box.x


STILL, MOVING = with_masks(a_shape("a")), with_masks(a_keyed_shape("a"))


def test_masks_are_laid_over_each_other_and_taken_away() -> None:
    both = do(STILL, lambda p: add_mask(p, R, a_shape("b")))
    assert [mask.id for mask in masks_of(both)] == ["a", "b"]
    assert masks_of(do(both, lambda p: remove_mask(p, R, A))) == (a_shape("b"),)


@pytest.mark.parametrize("mask", [a_shape("a"), a_shape("b", feather=7.0)])
def test_what_does_not_fit_is_refused(mask: DrawnMask) -> None:
    with pytest.raises(EditError, match=r'region "r" has'):
        add_mask(STILL, R, mask)
    with pytest.raises(EditError, match=r'region "r" has'):
        set_drawn_masks(STILL, R, (a_shape("a"), mask) if mask.id == A else (mask,))


def test_a_region_with_impossible_masks_is_not_added() -> None:
    region = a_region("r", drawn_masks=(a_shape(feather=7.0),))
    with pytest.raises(EditError, match="feather"):
        add_region(a_project(), region)


@pytest.mark.parametrize(
    "edit",
    [
        lambda p: remove_mask(p, R, B),
        lambda p: set_mask_feather(p, R, B, 0.1),
        lambda p: set_mask_key_frame(p, R, B, 5),
        lambda p: remove_mask_key_frame(p, R, A, 5),
        lambda p: move_mask_key_frame(p, R, A, 5, 6),
    ],
)
def test_what_is_not_there_is_named(edit: object) -> None:
    with pytest.raises(EditError, match=r'"[ab]"'):
        edit(STILL)  # type: ignore[operator]  # one of the above


def test_a_still_mask_is_changed_for_all_time() -> None:
    form = MaskKeyFrame(offset_samples=40, box=a_box(0.9))
    after = do(STILL, lambda p: set_mask_form(p, R, A, form))
    assert masks_of(after) == (a_shape("a", a_box(0.9)),)


def test_a_change_of_a_keyed_mask_is_a_key_frame() -> None:
    form = MaskKeyFrame(offset_samples=40, box=a_box(0.9))
    after = do(MOVING, lambda p: set_mask_form(p, R, A, form))
    assert keys_of(after) == (0, 40, 100)
    assert x_at(masks_of(after)[0], 40) == 0.9
    again = replace(form, box=a_box(0.1))
    assert keys_of(do(after, lambda p: set_mask_form(p, R, A, again))) == (0, 40, 100)


def test_the_first_key_frame_begins_a_movement_and_the_last_ends_it() -> None:
    keyed = do(STILL, lambda p: set_mask_key_frame(p, R, A, 30))
    assert keys_of(keyed) == (30,)
    form = MaskKeyFrame(offset_samples=60, box=a_box(0.9))
    moving = do(keyed, lambda p: set_mask_form(p, R, A, form))
    assert x_at(masks_of(moving)[0], 45) == pytest.approx(0.7)
    one = do(moving, lambda p: remove_mask_key_frame(p, R, A, 30))
    still = do(one, lambda p: remove_mask_key_frame(p, R, A, 60))
    assert masks_of(still) == (a_shape("a", a_box(0.9)),)


def test_a_key_frame_holds_what_was_between() -> None:
    after = do(MOVING, lambda p: set_mask_key_frame(p, R, A, 25))
    assert keys_of(after) == (0, 25, 100)
    assert x_at(masks_of(after)[0], 25) == pytest.approx(0.35)


def test_a_key_frame_moves_past_others_and_onto_them() -> None:
    past = do(MOVING, lambda p: move_mask_key_frame(p, R, A, 0, 150))
    assert keys_of(past) == (100, 150)
    assert x_at(masks_of(past)[0], 150) == 0.2
    onto = do(MOVING, lambda p: move_mask_key_frame(p, R, A, 0, 100))
    assert keys_of(onto) == (100,)
    assert x_at(masks_of(onto)[0], 100) == 0.2


def test_edge_and_sign_are_set() -> None:
    soft = do(STILL, lambda p: set_mask_feather(p, R, A, 0.25))
    away = do(soft, lambda p: set_mask_takes_away(p, R, A, takes_away=True))
    assert masks_of(away) == (a_shape("a", feather=0.25, takes_away=True),)


def test_strokes_join_paint_of_their_kind_on_top() -> None:
    def paint(project: Project, takes_away: bool, mask_id: MaskId) -> Project:
        return do(
            project,
            lambda p: add_mask_stroke(p, R, DOT, takes_away=takes_away, new_mask_id=mask_id),
        )

    first = paint(STILL, False, B)
    assert [mask.shape for mask in masks_of(first)] == [MaskShape.ELLIPSE, MaskShape.PAINT]
    second = paint(first, False, MaskId("c"))
    assert [len(mask.key_frames[0].strokes) for mask in masks_of(second)] == [0, 2]
    erased = paint(second, True, MaskId("d"))
    assert [(mask.id, mask.takes_away) for mask in masks_of(erased)] == [
        ("a", False),
        ("b", False),
        ("d", True),
    ]


def test_keyed_paint_gets_its_stroke_at_the_time() -> None:
    project = with_masks(some_paint("a", ((0.1, 0.1),)))
    keyed = do(project, lambda p: set_mask_key_frame(p, R, A, 0))
    after = do(keyed, lambda p: add_mask_stroke(p, R, DOT, takes_away=False, offset_samples=50))
    assert [len(form_at(masks_of(after)[0], at).strokes) for at in (0, 49, 50)] == [1, 1, 2]


def test_clearing_takes_stills_along() -> None:
    project = with_masks(a_shape(), pictures=("masks/a.png",))
    region = region_of(do(project, lambda p: clear_masks(p, R)), R)
    assert (region.masks, region.drawn_masks) == ((), ())


def test_inverting_turns_every_layer_around_and_twice_is_as_before() -> None:
    project = with_masks(a_shape("a"), a_shape("b", takes_away=True), pictures=("masks/a.png",))
    turned = do(project, lambda p: invert_masks(p, R, ("masks/b.png",)))
    assert [mask.takes_away for mask in masks_of(turned)] == [True, False]
    assert region_of(turned, R).masks == ("masks/b.png",)
    assert do(turned, lambda p: invert_masks(p, R, ("masks/a.png",))) == project
    with pytest.raises(EditError, match="no mask"):
        invert_masks(with_masks(), R)


def test_masks_can_be_kept_unused() -> None:
    unused = do(STILL, lambda p: set_masks_used(p, R, uses_masks=False))
    assert not region_of(unused, R).uses_masks
    assert masks_of(unused) == masks_of(STILL)


# What becomes of key frames when time moves


def test_a_moved_region_takes_its_key_frames_along() -> None:
    assert keys_of(do(MOVING, lambda p: move_region(p, R, 150))) == (0, 100)


@pytest.mark.parametrize(("start", "end"), [(130, 200), (60, 200), (100, 150)])
def test_trimming_leaves_masks_with_the_film(start: int, end: int) -> None:
    after = do(MOVING, lambda p: resize_region(p, R, SampleRange(start, end)))
    for position in (start, end - 1):
        before = x_at(masks_of(MOVING)[0], position - 100)
        assert x_at(masks_of(after)[0], position - start) == pytest.approx(before)
    back = do(after, lambda p: resize_region(p, R, SampleRange(100, 200)))
    assert masks_of(back) == masks_of(MOVING)


def test_both_parts_of_a_split_go_on_with_the_movement() -> None:
    split = do(MOVING, lambda p: split_region(p, R, 140, new_region_id=RegionId("x")))
    before = masks_of(MOVING)[0]
    (later,) = masks_of(split, RegionId("x"))
    assert masks_of(split) == masks_of(MOVING)
    assert keys_of(split, RegionId("x")) == (-40, 60)
    for position in range(140, 200, 7):
        assert x_at(later, position - 140) == pytest.approx(x_at(before, position - 100))


def test_rippling_cuts_masks_as_it_cuts_the_region() -> None:
    cut = do(MOVING, lambda p: ripple_delete(p, SampleRange(50, 130), mode=RippleMode.ALL))
    after = cut.regions[0]
    assert after.range == SampleRange(50, 120)
    assert keys_of(cut) == (-30, 70)
    moved = do(MOVING, lambda p: insert_silence(p, 50, 30, mode=RippleMode.ALL))
    assert keys_of(moved) == (0, 100)
