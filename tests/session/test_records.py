from __future__ import annotations

from dataclasses import replace

import pytest

from prismdesk.project.model import MadeOn, Take
from prismdesk.session.records import Circumstances, circumstances_of, differences
from tests.builders import a_provenance, a_take

MADE_ON = MadeOn(
    device="NVIDIA GeForce RTX 4070",
    precision="bf16",
    libraries=(("torch", "2.13.0"), ("soxr", "1.0.0")),
    at_once=(("pictures", 32),),
)
TAKE: Take = replace(
    a_take("take-1"),
    provenance=a_provenance(
        engine="selva",
        engine_version="1",
        weights=(("big.pth", "7be2" + "0" * 56 + "c41f"), ("vae.pth", "aa" * 32)),
        inputs=(("context", "c"), ("picture", "p"), ("mask", "m")),
        made_on=MADE_ON,
    ),
)
SAME = circumstances_of(TAKE)


def test_nothing_differs_from_itself() -> None:
    assert differences(TAKE, SAME) == ()


def test_what_is_not_known_yet_is_no_difference() -> None:
    assert differences(TAKE, Circumstances()) == ()


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (
            replace(SAME, made_on=replace(MADE_ON, device="processor, AVX2")),
            "It was made on NVIDIA GeForce RTX 4070; now it is processor, AVX2.",
        ),
        (
            replace(SAME, made_on=replace(MADE_ON, precision="fp32")),
            "It was computed in bf16; now in fp32.",
        ),
        (
            replace(SAME, made_on=replace(MADE_ON, libraries=(("torch", "2.14.0"),))),
            "It was made with torch 2.13.0; now it is 2.14.0.",
        ),
        (
            replace(SAME, made_on=replace(MADE_ON, at_once=(("pictures", 1),))),
            "It was computed with 32 pictures at once, now with 1: sums are rounded in another "
            "order.",
        ),
        (
            replace(SAME, engine_version="2"),
            "It was made with version 1 of selva; now it is version 2.",
        ),
        (
            replace(SAME, weights=(("big.pth", "0d3f" + "0" * 56 + "11aa"),)),
            "The weights big.pth are another file than then (SHA-256 7be2…c41f then, "
            "0d3f…11aa now).",
        ),
        (replace(SAME, weights=(("vae.pth", ""),)), "The weights vae.pth aren't here any more."),
        (
            replace(SAME, inputs=(("context", "other"), ("picture", "p"), ("mask", "m"))),
            "The sound around the region was changed since.",
        ),
        (
            replace(SAME, inputs=(("context", "c"), ("picture", "other"), ("mask", "m"))),
            "The film's picture there is another than then.",
        ),
        (
            replace(SAME, inputs=(("context", "c"), ("picture", "p"))),
            "The picture mask is another than then.",
        ),
        (
            replace(SAME, batch_seeds=(1, 2)),
            "It was computed alone, now in a batch of 2 takes: sums are rounded otherwise.",
        ),
        (replace(SAME, missing=("The mask is gone.",)), "The mask is gone."),
    ],
)
def test_each_difference_is_one_sentence(now: Circumstances, told: str) -> None:
    assert differences(TAKE, now) == (told,)


def test_a_region_that_was_moved_away_is_told_once() -> None:
    now = replace(SAME, is_elsewhere=True, inputs=(("context", "d"), ("picture", "q")))
    moved, mask = differences(TAKE, now)
    assert moved.startswith("Its region was moved")
    assert mask == "The picture mask is another than then."


def test_what_a_take_of_before_does_not_tell_is_said() -> None:
    take = replace(TAKE, provenance=replace(TAKE.provenance, inputs=(), made_on=None))
    assert differences(take, SAME) == (
        "It isn't known what was heard and seen for it.",
        "It isn't known on what it was made.",
    )
