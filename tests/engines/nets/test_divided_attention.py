from __future__ import annotations

import pytest
import torch
from torch import Tensor

from prismdesk.engines.nets.divided_attention import Along, DividedAttention

FRAMES, PLACES, WIDTH, HEADS = 4, 9, 24, 3


def seen(along: Along) -> Tensor:
    """Which token may see which, written out: [1+F·P, 1+F·P]."""
    number = torch.arange(FRAMES * PLACES)
    group = number % PLACES if along == "time" else number // PLACES
    allowed = torch.ones(1 + len(number), 1 + len(number), dtype=torch.bool)
    allowed[1:, 1:] = group[:, None] == group[None]
    return allowed


def plainly(network: DividedAttention, tokens: Tensor, along: Along) -> Tensor:
    query, key, value = (
        part.unflatten(-1, (HEADS, -1)).transpose(1, 2) for part in network.qkv(tokens).chunk(3, -1)
    )
    scores = query @ key.transpose(2, 3) / (WIDTH // HEADS) ** 0.5
    weights = scores.masked_fill(~seen(along), -torch.inf).softmax(-1)
    joined: Tensor = network.proj((weights @ value).transpose(1, 2).flatten(2))
    return joined


@pytest.fixture
def network() -> DividedAttention:
    torch.manual_seed(0)
    return DividedAttention(WIDTH, HEADS).requires_grad_(requires_grad=False)


@pytest.mark.parametrize("along", ["time", "space"])
def test_each_token_sees_the_class_and_its_group(network: DividedAttention, along: Along) -> None:
    tokens = torch.randn(2, 1 + FRAMES * PLACES, WIDTH)

    attended = network(tokens, FRAMES, along)

    torch.testing.assert_close(attended, plainly(network, tokens, along))


@pytest.mark.parametrize("along", ["time", "space"])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float16, 2e-3), (torch.bfloat16, 2e-2)])
def test_half_precision_is_close(
    network: DividedAttention, along: Along, dtype: torch.dtype, tolerance: float
) -> None:
    tokens = torch.randn(1, 1 + FRAMES * PLACES, WIDTH)
    exact = network(tokens, FRAMES, along)

    rough = network.to(dtype)(tokens.to(dtype), FRAMES, along)

    assert rough.dtype == dtype
    assert (rough.float() - exact).norm() < tolerance * exact.norm()
