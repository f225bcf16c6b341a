from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from prismdesk.engines.sampling.flow import draw_noise, sample_flow, step_times
from prismdesk.engines.sampling.harmonising import Harmonised
from prismdesk.engines.sampling.keeping import KeptLatent
from prismdesk.errors import Cancelled

STEPS = 20


def smooth_data(latent: Tensor, t: float) -> Tensor:
    """Velocity towards data whose neighbouring frames are alike: the mean over all frames."""
    clean = latent.mean(dim=1, keepdim=True) / max(t, 0.05)
    return (clean - latent) / (1.0 - t)


def sample(jumps: int, seen: list[float], start: float = 0.0) -> Tensor:
    noise = draw_noise([5, 6], 30, 4)
    known = torch.full((30, 4), 1.5)
    mask = torch.zeros(30, 1)
    mask[10:20] = 1.0

    def velocity(latent: Tensor, t: float) -> Tensor:
        seen.append(t)
        return smooth_data(latent, t)

    harmonised = Harmonised(
        velocity,
        KeptLatent(known, mask, noise),
        step_times(STEPS, start),
        jumps=jumps,
        seeds=[5, 6],
    )
    made = sample_flow(velocity, noise, steps=STEPS, start=start, after_step=harmonised)
    assert len(seen) == len(step_times(STEPS, start)) - 1 + harmonised.extra_steps
    assert torch.equal(made[:, :10], known[:10].expand(2, -1, -1))
    return made


@pytest.mark.parametrize("jumps", [0, 1, 2, 3])
def test_each_jump_goes_back_and_comes_again_between_a_fifth_and_three_fifths(jumps: int) -> None:
    seen: list[float] = []
    made = sample(jumps, seen)
    back = [(a, b) for a, b in itertools.pairwise(seen) if b < a]
    assert len(back) == jumps
    assert all(0.2 - 1e-6 <= later <= earlier <= 0.6 for earlier, later in back)
    assert torch.isfinite(made).all()


def test_jumps_change_what_is_new_and_are_the_same_for_the_same_seeds() -> None:
    plain, jumped, again = sample(0, []), sample(2, []), sample(2, [])
    assert not torch.allclose(plain[:, 10:20], jumped[:, 10:20])
    assert torch.equal(jumped, again)


def test_jumps_that_do_not_fit_a_late_start_are_left_out() -> None:
    seen: list[float] = []
    sample(3, seen, start=0.8)
    assert seen == sorted(seen)


def test_jumps_can_be_cancelled() -> None:
    evaluated: list[float] = []

    def velocity(latent: Tensor, t: float) -> Tensor:
        evaluated.append(t)
        return latent

    noise = draw_noise([1], 4, 2)
    kept = KeptLatent(torch.zeros(4, 2), torch.ones(4, 1), noise)
    harmonised = Harmonised(
        velocity,
        kept,
        step_times(STEPS),
        jumps=1,
        seeds=[1],
        cancelled=lambda: len(evaluated) >= 13,
    )
    with pytest.raises(Cancelled):
        sample_flow(velocity, noise, steps=STEPS, after_step=harmonised)
    assert len(evaluated) == 13
