from __future__ import annotations

import math

import pytest
import torch

from prismdesk.engines.audiox.denoiser.v_denoiser import VDenoiser, scalings


@pytest.mark.parametrize(("sigma", "t"), [(0.3, 0.186), (1.0, 0.5), (500.0, 0.9987)])
def test_time_is_the_angle_of_the_noise_level(sigma: float, t: float) -> None:
    assert scalings(sigma).t == pytest.approx(t, abs=5e-4)


@pytest.mark.parametrize("sigma", [1e-4, 0.03, 1.0, 80.0, 1000.0])
def test_the_true_velocity_gives_the_clean_latents(sigma: float) -> None:
    x0, noise = torch.randn(2, 1, 4, 6, dtype=torch.float64)

    def velocity(x: torch.Tensor, t: float) -> torch.Tensor:
        cos, sin = math.cos(math.pi / 2 * t), math.sin(math.pi / 2 * t)
        assert torch.allclose(x, cos * x0 + sin * noise, atol=1e-9)
        return torch.add(cos * noise, x0, alpha=-sin)

    assert torch.allclose(VDenoiser(velocity)(x0 + sigma * noise, sigma), x0, atol=1e-6)
