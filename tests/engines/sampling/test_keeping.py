from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.engines.sampling.keeping import (
    KeptLatent,
    feather_samples,
    feathered_mask,
    jump_back,
    jump_noise,
    on_path,
    plan_jumps,
    variation_start,
)


@given(
    frames=st.integers(1, 300),
    start=st.floats(0.0, 300.0),
    length=st.floats(0.01, 100.0),
    feather=st.floats(0.0, 6.0),
)
def test_all_that_the_region_touches_is_new_and_beyond_the_feather_all_is_kept(
    frames: int, start: float, length: float, feather: float
) -> None:
    end = start + length
    mask = feathered_mask(frames, start, end, feather)[:, 0]
    assert mask.shape == (frames,)
    assert float(mask.min()) >= 0.0
    assert float(mask.max()) <= 1.0
    for i, weight in enumerate(mask.tolist()):
        if i + 1 > start + 1e-3 and i < end - 1e-3:
            assert weight == 1.0
        if i + 1 <= start - feather - 1e-3 or i >= end + feather + 1e-3:
            assert weight == 0.0
    before = mask[: int(start) + 1]
    assert bool((before.diff() >= 0).all())


def test_the_feather_falls_smoothly_outside_the_region() -> None:
    mask = feathered_mask(12, 4.0, 8.0, 3.0)[:, 0]
    assert mask[:5].tolist() == pytest.approx([0.0, 0.0669873, 0.5, 0.9330127, 1.0], abs=1e-5)
    torch.testing.assert_close(mask, mask.flip(0), rtol=0, atol=1e-5)
    hard = feathered_mask(12, 4.5, 8.0, 0.0)[:, 0]
    assert hard.tolist() == [0.0] * 4 + [1.0] * 4 + [0.0] * 4


def test_kept_latents_are_exactly_the_known_ones_at_the_end() -> None:
    known, noise = torch.randn(20, 6), torch.randn(2, 20, 6)
    mask = feathered_mask(20, 8.3, 12.0, 2.0)
    kept = KeptLatent(known, mask, noise)
    latent = torch.randn(2, 20, 6)
    end = kept.after_step(latent, 1.0)
    outside = mask[:, 0] == 0.0
    assert 8 < int(outside.sum()) < 16
    assert torch.equal(end[:, outside], known[outside].expand(2, -1, -1))
    inside = mask[:, 0] == 1.0
    assert torch.equal(end[:, inside], latent[:, inside])


def test_kept_latents_travel_the_straight_path_of_their_own_noise() -> None:
    known, noise = torch.randn(4, 3), torch.randn(1, 4, 3)
    kept = KeptLatent(known, torch.zeros(4, 1), noise)
    halfway = kept.after_step(torch.randn(1, 4, 3), 0.5)
    torch.testing.assert_close(halfway[0], 0.5 * noise[0] + 0.5 * known)
    torch.testing.assert_close(on_path(noise, known, 0.0), noise)


def test_a_feathered_frame_is_part_new_and_part_known() -> None:
    known, noise = torch.zeros(3, 1), torch.zeros(1, 3, 1)
    kept = KeptLatent(known, torch.tensor([[0.0], [0.25], [1.0]]), noise)
    assert kept.after_step(torch.ones(1, 3, 1), 1.0)[0, :, 0].tolist() == [0.0, 0.25, 1.0]


@given(s=st.floats(0.0, 0.9), step=st.floats(0.01, 0.5))
def test_a_jump_keeps_the_distribution_of_the_path(s: float, step: float) -> None:
    t = min(1.0, s + step)
    n = 20_000
    generator = torch.Generator().manual_seed(7)
    data = torch.full((n,), 2.0)
    at_t = on_path(torch.randn(n, generator=generator), data, t)
    at_s = jump_back(at_t, t, s, torch.randn(n, generator=generator))
    assert float(at_s.mean()) == pytest.approx(2.0 * s, abs=0.04)
    assert float(at_s.std()) == pytest.approx(1.0 - s, abs=0.03)


@given(steps=st.integers(1, 200), jumps=st.integers(0, 3))
def test_jumps_go_back_between_a_fifth_and_three_fifths(steps: int, jumps: int) -> None:
    times = [i / steps for i in range(steps + 1)]
    planned = plan_jumps(times, jumps)
    assert len(planned) <= jumps
    if steps >= 25:
        assert len(planned) == jumps
    for jump in planned:
        assert 0.2 - 1e-6 <= times[jump.to_step] < times[jump.from_step] <= 0.6 + 1e-6
    arrivals = [jump.from_step for jump in planned]
    assert arrivals == sorted(set(arrivals))


def test_noise_of_jumps_is_its_own_for_each_seed_and_jump() -> None:
    drawn = jump_noise([3, 4], 0, 50, 8)
    assert drawn.shape == (2, 50, 8)
    assert torch.equal(drawn, jump_noise([3, 4], 0, 50, 8))
    assert torch.equal(drawn[1], jump_noise([4], 0, 50, 8)[0])
    assert not torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn, jump_noise([3, 4], 1, 50, 8))


def test_strength_says_where_a_variation_begins() -> None:
    assert variation_start(1.0) == 0.0
    assert variation_start(0.25) == 0.75
    for wrong in (0.0, 1.1, -1.0):
        with pytest.raises(ValueError, match="strength"):
            variation_start(wrong)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="no region"):
        feathered_mask(10, 5.0, 4.0, 1.0)
    with pytest.raises(ValueError, match="back in time"):
        jump_back(torch.zeros(1), 0.3, 0.3, torch.zeros(1))
    with pytest.raises(ValueError, match="jumps"):
        plan_jumps([0.0, 1.0], 4)


def test_feather_is_a_frame_longer_in_samples() -> None:
    assert feather_samples(3.0, 48_000, 31.25) == 6144
