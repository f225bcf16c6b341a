from __future__ import annotations

import pytest
import torch

from prismdesk.engines.audiox.masks import (
    KeepBlend,
    MaskArguments,
    keep_by_step,
    moved,
    region_mask,
)
from prismdesk.engines.sampling.samplers.kinds import SAMPLER_KINDS
from prismdesk.engines.sampling.samplers.sample import sample
from prismdesk.engines.sampling.sigmas import polyexponential_sigmas
from prismdesk.engines.sampling.step_noise import FreshNoise, GivenNoise
from prismdesk.errors import InputError


def test_a_hard_region_is_one_inside_and_nought_outside() -> None:
    mask = region_mask(10, MaskArguments(mask_start_percent=25, mask_end_percent=61))
    assert mask.tolist() == [0, 0, 1, 1, 1, 1, 1, 0, 0, 0]


def test_soft_edges_rise_and_fall_inside_the_region() -> None:
    arguments = MaskArguments(
        mask_start_percent=10,
        mask_end_percent=90,
        softness_left_percent=30,
        softness_right_percent=20,
    )
    mask = region_mask(10, arguments)
    assert mask[:1].tolist() == mask[9:].tolist() == [0.0]
    assert mask[1:5].tolist() == pytest.approx([0.0, 0.3454915, 0.9045085, 1.0], abs=1e-6)
    assert mask[5:9].tolist() == pytest.approx([1.0, 1.0, 0.75, 0.0], abs=1e-6)


@pytest.mark.parametrize("side", ["softness_left_percent", "softness_right_percent"])
def test_softness_beyond_the_region_is_cut(side: str) -> None:
    arguments = MaskArguments(mask_start_percent=40, mask_end_percent=60, **{side: 100})
    mask = region_mask(10, arguments)
    assert mask.count_nonzero() == 1
    assert mask[4:6].max() == 0.75


def test_a_region_of_no_length_keeps_everything() -> None:
    arguments = MaskArguments(mask_start_percent=80, mask_end_percent=20, softness_left_percent=10)
    assert not region_mask(10, arguments).any()


def test_percentages_become_frames_in_the_order_that_rounds_as_published() -> None:
    # 7 / 100 * 100 is a little more than 7: the end moves up by a frame.
    arguments = MaskArguments(mask_start_percent=0, mask_end_percent=7)
    assert region_mask(100, arguments).sum() == 8


def test_soft_parts_are_handed_over_one_after_the_other() -> None:
    keep = keep_by_step(torch.tensor([0.0, 0.25, 0.5, 1.0]), 4)
    assert keep.tolist() == [[1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 1, 1]]


def test_marination_follows_what_was_there_from_a_step_on() -> None:
    arguments = MaskArguments(mask_start_percent=0, marination=0.3)
    keep = keep_by_step(region_mask(4, arguments), 10)
    assert keep.all(1).tolist() == [False] * 6 + [True] * 4


def test_a_piece_is_moved_and_nothing_else_is_left() -> None:
    latents = torch.arange(1.0, 11.0)[None, None]
    arguments = MaskArguments(crop_from_percent=60, paste_from_percent=10, paste_to_percent=30)
    assert moved(latents, arguments)[0, 0].tolist() == [0, 7, 8, 0, 0, 0, 0, 0, 0, 0]
    assert torch.equal(moved(latents, MaskArguments()), latents)


def test_a_piece_needs_room() -> None:
    arguments = MaskArguments(paste_from_percent=50, paste_to_percent=50)
    with pytest.raises(InputError, match="raise paste to"):
        moved(torch.zeros(1, 1, 10), arguments)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("mask_end_percent", 101.0, "mask end must be 0 to 100 percent"),
        ("crop_from_percent", float("nan"), "crop from"),
        ("marination", 1.5, "marination must be 0 to 1"),
    ],
)
def test_arguments_out_of_range_are_refused(field: str, value: float, words: str) -> None:
    with pytest.raises(InputError, match=words):
        MaskArguments(**{field: value})


def test_what_is_kept_is_put_in_at_the_level_of_the_step() -> None:
    known, noise = torch.full((1, 2, 4), 5.0), torch.randn(3, 2, 2, 4)
    keep = keep_by_step(torch.tensor([0.0, 1.0, 1.0, 0.0]), 3)
    blend = KeepBlend(known=known, keep=keep, noise=GivenNoise(noise))
    x = torch.randn(2, 2, 4)
    result = blend(1, x, 3.0)
    assert torch.equal(result[..., 1:3], x[..., 1:3])
    assert torch.allclose(result[..., [0, 3]], 5.0 + 3.0 * noise[1][..., [0, 3]])
    start = blend.start(noise[0], 3.0)
    assert torch.allclose(start[..., [0, 3]], 5.0 + 3.0 * noise[0][..., [0, 3]])
    assert torch.equal(start[..., 1:3], 3.0 * noise[0][..., 1:3])


@pytest.mark.parametrize("kind", [one.id for one in SAMPLER_KINDS.values() if one.can_blend])
def test_only_samplers_that_end_clean_leave_the_region_to_the_model(kind: str) -> None:
    known = torch.full((1, 1, 6), 5.0)
    steps = 8
    mask = region_mask(6, MaskArguments())
    blend = KeepBlend(known=known, keep=keep_by_step(mask, steps), noise=FreshNoise([1], (1, 6)))
    sigmas = polyexponential_sigmas(steps, 0.01, 50.0)
    noise = FreshNoise([2], (1, 6))
    start = blend.start(noise.at(0, 50.0, 50.0), 50.0)
    result = sample(
        kind,
        lambda x, sigma: torch.full_like(x, -3.0),
        start,
        sigmas,
        step_noise=noise,
        blend=blend,
    )
    is_models = (result[..., 3:] + 3.0).abs().max() < 0.2
    assert is_models == SAMPLER_KINDS[kind].ends_clean
