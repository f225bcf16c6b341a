from __future__ import annotations

import math

import pytest
import torch

from prismdesk.engines.nets.magnitude_preserving import (
    PreservingAttention,
    PreservingBlock,
    PreservingConv1d,
    mix,
    prepare_all,
    scaled_silu,
    unit_rms,
)


def _filled(module: torch.nn.Module) -> torch.nn.Module:
    torch.manual_seed(0)
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter, std=3.0)
    prepare_all(module)
    return module.requires_grad_(requires_grad=False)


def test_prepared_row_has_length_one_but_for_what_is_added_to_root() -> None:
    conv = PreservingConv1d(4, 2, 3)
    raw = torch.full((2, 4, 3), 0.5)
    conv.weight = torch.nn.Parameter(raw)

    conv.prepare()

    expected = raw.double() / (0.5 + 1e-4) / math.sqrt(12)
    torch.testing.assert_close(conv.weight.double(), expected, rtol=1e-7, atol=0.0)


def test_weight_can_not_be_prepared_twice() -> None:
    conv = PreservingConv1d(1, 1, 3)
    conv.weight = torch.nn.Parameter(torch.ones(1, 1, 3))
    conv.prepare()
    once = conv.weight.clone()

    with pytest.raises(RuntimeError, match="prepared already"):
        conv.prepare()

    assert torch.equal(conv.weight, once)


def test_raw_weight_does_not_run() -> None:
    with pytest.raises(AssertionError, match="raw"):
        PreservingConv1d(1, 1, 3)(torch.zeros(1, 1, 4))


def test_preparing_half_precision_weights_squares_in_float32() -> None:
    conv = PreservingConv1d(2, 1, 1).to(torch.float16)
    conv.weight = torch.nn.Parameter(torch.full((1, 2, 1), 3000.0, dtype=torch.float16))

    conv.prepare()

    assert conv.weight.dtype == torch.float16
    assert conv.weight.flatten().tolist() == pytest.approx([math.sqrt(0.5)] * 2, rel=1e-3)


def test_unit_rms_adds_to_root_not_under_it() -> None:
    x = torch.full((1, 3, 2), 1e-4)

    assert unit_rms(x, 1).flatten().tolist() == pytest.approx([0.5] * 6)


def test_unit_rms_of_large_halves_is_finite() -> None:
    x = torch.full((1, 4, 2), 60_000.0, dtype=torch.float16)

    assert unit_rms(x, 1).flatten().tolist() == pytest.approx([1.0] * 8)


def test_silu_and_mix_keep_unit_noise_at_unit_size() -> None:
    torch.manual_seed(0)
    a, b = torch.randn(2, 100_000)

    assert scaled_silu(a).square().mean().sqrt().item() == pytest.approx(1.0, abs=0.01)
    assert mix(a, b).std().item() == pytest.approx(1.0, abs=0.01)
    torch.testing.assert_close(mix(a, b), (0.7 * a + 0.3 * b) / math.sqrt(0.58))


def test_block_forgets_size_of_what_comes_in() -> None:
    block = _filled(PreservingBlock(6, 6))
    x = torch.randn(1, 6, 9)

    torch.testing.assert_close(block(1000.0 * x), block(x), rtol=1e-3, atol=1e-3)


def test_attention_interleaves_query_key_and_value_per_channel() -> None:
    attention = _filled(PreservingAttention(4))
    x = torch.randn(2, 4, 5)

    mixed = unit_rms(attention.get_submodule("qkv")(x).reshape(2, 4, 3, 5), 1)
    q, k, v = mixed[:, :, 0], mixed[:, :, 1], mixed[:, :, 2]
    weights = torch.softmax(torch.einsum("bcn,bcm->bnm", q, k) / 2.0, dim=-1)
    heard = torch.einsum("bnm,bcm->bcn", weights, v)

    expected = mix(x, attention.get_submodule("proj_out")(heard))
    torch.testing.assert_close(attention(x), expected)
