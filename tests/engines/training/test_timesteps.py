from __future__ import annotations

import pytest
import torch

from prismdesk.engines.training.options import TrainingOptions
from prismdesk.engines.training.timesteps import drawn_times, measuring_times, mode_at


def times(options: TrainingOptions, step: int = 0) -> torch.Tensor:
    return drawn_times(options, step, 4000, torch.Generator().manual_seed(3))


def test_uniform_times_are_even() -> None:
    assert torch.histc(times(TrainingOptions()), 4, 0, 1) == pytest.approx([1000] * 4, rel=0.1)


@pytest.mark.parametrize(("sigma", "share"), [(0.5, 0.972), (1.0, 0.729)])
def test_logit_normal_times_gather_in_the_middle(sigma: float, share: float) -> None:
    found = times(TrainingOptions(timestep_mode="logit_normal", logit_normal_sigma=sigma))

    # sigmoid(sigma z) lies within 0.25 and 0.75 where |z| < 1.0986 / sigma.
    inside = ((found > 0.25) & (found < 0.75)).float().mean()
    assert float(inside) == pytest.approx(share, abs=0.025)


def test_curriculum_goes_over_to_even_times() -> None:
    options = TrainingOptions(timestep_mode="curriculum", steps=100, curriculum_switch=0.6)

    assert [mode_at(options, step) for step in (0, 59, 60, 99)] == [
        "logit_normal",
        "logit_normal",
        "uniform",
        "uniform",
    ]
    assert float(times(options, 0).std()) < float(times(options, 60).std()) - 0.05


def test_measuring_times_are_the_middles_of_equal_parts() -> None:
    assert measuring_times(4).tolist() == [0.125, 0.375, 0.625, 0.875]
