from __future__ import annotations

import math

import pytest
import torch

from prismdesk.engines.sampling.sigmas import polyexponential_sigmas


def test_levels_fall_by_equal_ratios_and_end_at_nothing() -> None:
    sigmas = polyexponential_sigmas(5, 0.3, 500.0)
    assert sigmas.dtype == torch.float32
    assert sigmas[[0, -2, -1]].tolist() == pytest.approx([500.0, 0.3, 0.0])
    ratios = sigmas[:-2] / sigmas[1:-1]
    assert torch.allclose(ratios, ratios[:1].expand(4))


def test_a_higher_power_stays_longer_at_low_noise() -> None:
    assert polyexponential_sigmas(9, 0.3, 500.0, 2.0)[4] < polyexponential_sigmas(9, 0.3, 500.0)[4]


def test_a_single_step_goes_from_the_highest_level_to_nothing() -> None:
    assert polyexponential_sigmas(1, 0.3, 500.0).tolist() == [500.0, 0.0]


@pytest.mark.parametrize(
    ("steps", "low", "high", "rho"),
    [
        (0, 0.3, 500.0, 1.0),
        (3, 0.0, 500.0, 1.0),
        (3, 0.3, 0.3, 1.0),
        (3, 0.3, math.inf, 1.0),
        (3, 0.3, math.nan, 1.0),
        (3, 0.3, 5.0, 0.0),
    ],
)
def test_levels_that_do_not_fall_are_refused(
    steps: int, low: float, high: float, rho: float
) -> None:
    with pytest.raises(ValueError, match=r"nowhere|can't fall|rho"):
        polyexponential_sigmas(steps, low, high, rho)
