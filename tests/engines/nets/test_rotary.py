from __future__ import annotations

import math

import pytest
import torch

from prismdesk.engines.nets.rms_norm import RmsNorm
from prismdesk.engines.nets.rotary import half_turning, rotary_angles, rotate, turn_halves

CPU = torch.device("cpu")


def test_angles_grow_with_place_and_fall_with_channel() -> None:
    angles = rotary_angles(5, 8, 2.0, CPU)

    assert angles.shape == (5, 4)
    assert angles[3, 0].item() == pytest.approx(6.0)
    assert angles[3, 2].item() == pytest.approx(6.0 / 100.0)


def test_neighbouring_channels_turn_as_pairs() -> None:
    x = torch.tensor([[1.0, 0.0, 0.0, 2.0]])

    turned = rotate(x, torch.tensor([[math.pi / 2, math.pi]]))

    assert torch.allclose(turned, torch.tensor([[0.0, 1.0, 0.0, -2.0]]), atol=1e-6)


def test_products_depend_on_distance_alone() -> None:
    q, k = torch.randn(2, 16, dtype=torch.float64).float()
    angles = rotary_angles(30, 16, 1.0, CPU)

    def product(at: int, other: int) -> float:
        return float(rotate(q, angles[at]) @ rotate(k, angles[other]))

    assert product(4, 9) == pytest.approx(product(20, 25), abs=1e-4)
    assert product(4, 9) != pytest.approx(product(4, 10), abs=1e-4)


def test_halves_turn_as_neighbours_do() -> None:
    x = torch.randn(30, 16)
    angles = rotary_angles(30, 16, 1.0, CPU)
    neighbours = torch.stack(x.chunk(2, dim=-1), dim=-1).flatten(-2)

    turned = turn_halves(x, half_turning(30, 16, CPU))

    expected = rotate(neighbours, angles).view(30, 8, 2).mT.flatten(-2)
    assert torch.allclose(turned, expected, atol=1e-6)


def test_channels_beyond_those_turned_stay() -> None:
    x = torch.randn(2, 30, 24)

    turned = turn_halves(x, half_turning(30, 16, CPU))

    assert torch.equal(turned[..., 16:], x[..., 16:])
    assert torch.equal(turned[..., :16], turn_halves(x[..., :16], half_turning(30, 16, CPU)))
    assert torch.equal(turned[:, 0], x[:, 0])


def test_odd_widths_are_refused() -> None:
    with pytest.raises(ValueError, match="pairs"):
        rotary_angles(3, 5, 1.0, CPU)


def test_half_precision_is_normalised_in_single() -> None:
    norm = RmsNorm(64).bfloat16()
    x = (torch.randn(3, 64) * 1e-3).bfloat16()

    normalised = norm(x)

    assert normalised.dtype == torch.bfloat16
    assert torch.allclose(normalised.float().square().mean(-1), torch.ones(3), atol=2e-1)
