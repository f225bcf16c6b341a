from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.project.errors import EditError
from prismdesk.project.mask_words import mask_words, masks_in_short, read_masks
from prismdesk.project.picture_mask import DrawnMask, MaskShape
from tests.builders import a_box, a_keyed_shape, a_shape, some_paint

EXAMPLES = {
    "ellipse:0.5,0.4,0.2,0.3": a_shape("mask-1", a_box(0.5, 0.4, 0.2, 0.3)),
    "rectangle:0.5,0.4,0.2,0.3": a_shape(
        "mask-1", a_box(0.5, 0.4, 0.2, 0.3), shape=MaskShape.RECTANGLE
    ),
    "except-ellipse:.5,.5,.4,.4/feather=0.05": a_shape(takes_away=True, feather=0.05),
    "ellipse:0.2,0.5,0.4,0.4@0s/0.8,0.5,0.4,0.4@1.5s": a_keyed_shape(
        keys={0: a_box(0.2), 1500: a_box(0.8)}
    ),
    "ellipse:0.8,0.5,0.4,0.4@1500sm/0.2,0.5,0.4,0.4@-20sm": a_keyed_shape(
        keys={-20: a_box(0.2), 1500: a_box(0.8)}
    ),
    "paint:0.05,0.1,0.2,0.3,0.4+0.1,0.5,0.5": some_paint(
        "mask-1", ((0.1, 0.2), (0.3, 0.4)), brush=0.05
    ),
}


@pytest.mark.parametrize("text", EXAMPLES)
def test_masks_are_read_as_they_are_typed(text: str) -> None:
    (mask,) = read_masks([text], rate_hz=1000)
    expected = EXAMPLES[text]
    if expected.shape is MaskShape.PAINT:
        assert len(mask.key_frames[0].strokes) == 2
        assert mask.key_frames[0].strokes[0] == expected.key_frames[0].strokes[0]
    else:
        assert mask == expected


def test_masks_lie_over_each_other_as_they_are_typed() -> None:
    masks = read_masks(["ellipse:.5,.5,.4,.4", "except-ellipse:.5,.5,.2,.2"], rate_hz=48_000)
    assert [(mask.id, mask.takes_away) for mask in masks] == [("mask-1", False), ("mask-2", True)]


shares = st.integers(-400_000, 400_000).map(lambda number: number / 100_000)
sizes = st.integers(200, 400_000).map(lambda number: number / 100_000)
boxes = st.builds(a_box, shares, shares, sizes, sizes)
strokes = st.lists(st.tuples(shares, shares), min_size=1, max_size=4).map(tuple)


@given(
    st.one_of(
        boxes.map(lambda box: a_shape("mask-1", box)),
        st.dictionaries(st.integers(-(10**6), 10**6), boxes, min_size=1, max_size=4).map(
            lambda keys: a_keyed_shape(keys=dict(sorted(keys.items())))
        ),
        st.lists(strokes, min_size=1, max_size=3).map(lambda some: some_paint("mask-1", *some)),
    ),
    st.booleans(),
    st.integers(0, 100_000).map(lambda number: number / 100_000),
)
def test_what_is_written_reads_back(mask: DrawnMask, takes_away: bool, feather: float) -> None:
    mask = replace(mask, takes_away=takes_away, feather=feather)
    assert read_masks([mask_words(mask)], rate_hz=48_000) == (mask,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "circle:0.5,0.5,0.1,0.1",
        "ellipse",
        "ellipse:",
        "ellipse:0.5,0.5,0.1",
        "ellipse:0.5,0.5,0.1,0.1,0.1",
        "ellipse:a,b,c,d",
        "ellipse:nan,0.5,0.1,0.1",
        "ellipse:1e5,0.5,0.1,0.1",
        "ellipse:0.5,0.5,0,0.1",
        "ellipse:0.5,0.5,0.1,-0.1",
        "ellipse:0.5,0.5,0.1,0.1@",
        "ellipse:0.5,0.5,0.1,0.1@soon",
        "ellipse:0.5,0.5,0.1,0.1@1.5sm",
        "ellipse:0.5,0.5,0.1,0.1/0.5,0.5,0.1,0.1@1s",
        "ellipse:0.5,0.5,0.1,0.1@1s/0.5,0.5,0.1,0.1@1s",
        "ellipse:0.5,0.5,0.1,0.1/feather=much",
        "ellipse:0.5,0.5,0.1,0.1/feather=3",
        "ellipse:/feather=0.1",
        "paint:0.1",
        "paint:0.1,0.5",
        "paint:0.1,0.5,0.5,0.5",
        "ellipse:" + "9" * 2_000_000,
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(text: str) -> None:
    with pytest.raises(EditError) as told:
        read_masks([text], rate_hz=48_000)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 300
    assert str(told.value).endswith(".")


@pytest.mark.parametrize(
    ("drawn", "stills", "words"),
    [
        ((), 0, ""),
        ((), 1, "one still"),
        ((a_shape(),), 0, "ellipse"),
        ((a_shape("a"), a_keyed_shape("b")), 3, "2 drawn, key-framed, over 3 stills in turn"),
    ],
)
def test_a_mask_is_told_in_short(drawn: tuple[DrawnMask, ...], stills: int, words: str) -> None:
    assert masks_in_short(drawn, stills) == words
