from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from prismdesk.engines.audiox.denoiser.dit import Dit
from prismdesk.engines.audiox.denoiser.dit_layers import CrossAttention, SelfAttention
from prismdesk.engines.audiox.denoiser.network_config import DitConfig, network_config
from tests.conformance.checking import relative_error
from tests.engines.audiox.denoiser.tiny import (
    DIT,
    FRAMES,
    config_of,
    tiny_conditions,
    tiny_denoiser,
    tiny_latents,
)


def _config() -> DitConfig:
    config = network_config(config_of(DIT | {"num_heads": 2}))
    assert isinstance(config, DitConfig)
    return config


def _turned(x: Tensor, places: Tensor, rotated: int) -> Tensor:
    """Turn [S, d] channel by channel."""
    result = x.clone()
    half = rotated // 2
    for k in range(half):
        angle = places * 10000.0 ** (-2 * k / rotated)
        result[:, k] = x[:, k] * angle.cos() - x[:, k + half] * angle.sin()
        result[:, k + half] = x[:, k + half] * angle.cos() + x[:, k] * angle.sin()
    return result


@torch.no_grad()
def test_attention_is_that_of_the_equations() -> None:
    config, x = _config(), torch.randn(1, 5, 128)
    attention = SelfAttention(config)
    network = Dit(config)
    found = attention(x, network._rotation(0, 4))
    qkv, width = x[0] @ attention.to_qkv.weight.T, config.head_dim
    heads = []
    for head in range(2):
        q, k, v = (
            qkv[:, part * 128 + head * width : part * 128 + (head + 1) * width] for part in range(3)
        )
        q, k = (_turned(one, torch.arange(5.0), 32) for one in (q, k))
        heads.append(functional.softmax(q @ k.T / math.sqrt(width), dim=-1) @ v)

    assert torch.allclose(found[0], torch.cat(heads, dim=-1) @ attention.to_out.weight.T, atol=1e-5)


@torch.no_grad()
def test_heads_that_follow_each_other_share_keys_and_values() -> None:
    config = network_config(config_of(DIT))
    assert isinstance(config, DitConfig)
    attention, x, context = CrossAttention(config), torch.randn(3, 5, 128), torch.randn(1, 9, 64)
    found = attention(x, attention.keys_values(context))
    keys, values = (context[0] @ attention.to_kv.weight.T).chunk(2, dim=-1)
    heads = []
    for head in range(4):
        of = slice(32 * (head // 2), 32 * (head // 2) + 32)
        q = (x @ attention.to_q.weight.T)[..., 32 * head : 32 * head + 32]
        attended = functional.softmax(q @ keys[:, of].T / math.sqrt(32), dim=-1)
        heads.append(attended @ values[:, of])

    assert torch.allclose(found, torch.cat(heads, dim=-1) @ attention.to_out.weight.T, atol=1e-5)


def test_takes_share_the_keys_and_values_of_one_context() -> None:
    network = tiny_denoiser()

    prepared = network.prepare_guided(tiny_conditions(), FRAMES)

    assert prepared.context is not None
    assert prepared.context.shape == (2, 2, 1, 2, 9, 32)
    assert network.velocity(tiny_latents(5), torch.tensor([0.5]), prepared).shape[0] == 10


@torch.no_grad()
def test_a_context_of_zeros_is_none() -> None:
    network, x, t = tiny_denoiser(), tiny_latents(), torch.tensor([0.5])
    conditions = tiny_conditions()
    assert conditions.cross_tokens is not None
    conditions.cross_tokens.zero_()

    assert relative_error(network(x, t, conditions), network(x, t, None)) < 1e-6
