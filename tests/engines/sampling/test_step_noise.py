from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch

from prismdesk.engines.sampling.sigmas import polyexponential_sigmas
from prismdesk.engines.sampling.step_noise import BrownianNoise, FreshNoise, GivenNoise

SHAPE = (4, 50)


def increments(noise: BrownianNoise, levels: list[float]) -> torch.Tensor:
    """The increments W(next) - W(sigma) themselves, one per step."""
    return torch.stack(
        [
            noise.at(index, here, there) * math.sqrt(abs(here - there))
            for index, (here, there) in enumerate(pairwise(levels))
        ]
    )


def test_few_steps_see_the_path_of_many() -> None:
    many = polyexponential_sigmas(65, 0.3, 500.0)[:-1].tolist()
    few = many[::8]
    fine = increments(BrownianNoise([7], SHAPE), many)
    coarse = increments(BrownianNoise([7], SHAPE), few)
    summed = fine.reshape(8, 8, *fine.shape[1:]).sum(1)
    assert (coarse - summed).norm() < 0.01 * coarse.norm()
    assert (coarse[-1] - summed[-1]).norm() < 0.01 * coarse[-1].norm()


def test_the_path_does_not_depend_on_where_a_run_begins() -> None:
    late = BrownianNoise([7], SHAPE).at(0, 4.0, 2.0)
    whole = BrownianNoise([7], SHAPE)
    whole.at(0, 500.0, 4.0)
    assert torch.equal(whole.at(1, 4.0, 2.0), late)


def test_noise_of_steps_is_standard_normal_and_independent() -> None:
    levels = polyexponential_sigmas(13, 0.03, 1000.0)[:-1].tolist()
    noise = BrownianNoise([1], (20_000,))
    drawn = torch.stack([noise.at(0, a, b)[0] for a, b in pairwise(levels)])
    covariance = torch.cov(drawn)
    assert torch.allclose(covariance, torch.eye(12), atol=0.035)
    assert drawn.mean(1).abs().max() < 0.03
    kurtosis = (drawn**4).mean(1)
    assert torch.allclose(kurtosis, torch.full((12,), 3.0), atol=0.25)


def test_steps_of_any_smallness_have_noise_of_one_size() -> None:
    levels = polyexponential_sigmas(1000, 0.3, 500.0)[:-1].tolist()
    noise = BrownianNoise([1], (300,))
    spread = torch.stack([noise.at(0, a, b).std() for a, b in pairwise(levels)])
    assert spread.mean() == pytest.approx(1.0, abs=0.01)


def test_very_short_steps_have_noise_of_their_own() -> None:
    levels = polyexponential_sigmas(1000, 0.3, 0.35)[:-1].tolist()
    noise = BrownianNoise([1], (30,))
    drawn = torch.stack([noise.at(0, a, b)[0] for a, b in pairwise(levels)])
    assert drawn.std() == pytest.approx(1.0, abs=0.02)
    assert (drawn[1:] * drawn[:-1]).mean().abs() < 0.03


def test_the_sign_is_that_of_the_step() -> None:
    noise = BrownianNoise([1], SHAPE)
    assert torch.equal(noise.at(0, 4.0, 2.0), -noise.at(0, 2.0, 4.0))


@pytest.mark.parametrize("kind", [BrownianNoise, FreshNoise])
def test_a_take_does_not_depend_on_its_companions(
    kind: type[BrownianNoise] | type[FreshNoise],
) -> None:
    together = kind([3, 8], SHAPE).at(5, 4.0, 2.0)
    alone = kind([8], SHAPE).at(5, 4.0, 2.0)
    assert torch.equal(together[1:], alone)
    assert not torch.equal(together[:1], alone)
    assert together.shape == (2, *SHAPE)
    assert together.dtype == torch.float32


def test_fresh_noise_is_another_at_each_step_and_the_same_again() -> None:
    noise = FreshNoise([3], SHAPE)
    assert torch.equal(noise.at(1, 4.0, 2.0), noise.at(1, 8.0, 8.0))
    assert not torch.equal(noise.at(1, 4.0, 2.0), noise.at(2, 4.0, 2.0))


def test_seeds_of_any_sign_are_seeds() -> None:
    assert not torch.equal(
        FreshNoise([-1], SHAPE).at(0, 1.0, 0.5), FreshNoise([1], SHAPE).at(0, 1.0, 0.5)
    )


def test_given_noise_is_that_of_the_step() -> None:
    tensors = torch.randn(3, 1, 2, 4)
    assert torch.equal(GivenNoise(tensors).at(2, 4.0, 2.0), tensors[2])


def test_a_level_beyond_the_path_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond the path"):
        BrownianNoise([1], SHAPE).at(0, 1e9, 1.0)
    with pytest.raises(ValueError, match="beyond the path"):
        BrownianNoise([1], SHAPE).at(0, 1.0, 0.0)


def test_no_step_at_all_has_no_noise() -> None:
    with pytest.raises(ValueError, match="no noise lies between"):
        BrownianNoise([1], SHAPE).at(0, 2.0, 2.0)


def test_noise_needs_seeds() -> None:
    with pytest.raises(ValueError, match="there are none"):
        BrownianNoise([], SHAPE)
