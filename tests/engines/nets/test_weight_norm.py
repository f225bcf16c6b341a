from __future__ import annotations

import pytest
import torch
from torch.nn.utils.parametrizations import weight_norm

from prismdesk.engines.nets.weight_norm import (
    WeightNormConv1d,
    WeightNormConvTranspose1d,
    fold_all,
    with_pair_names,
)


def _load(ours: torch.nn.Module, theirs: torch.nn.Module) -> torch.nn.Module:
    ours.load_state_dict(with_pair_names(theirs.state_dict()))
    fold_all(ours)
    return ours.requires_grad_(requires_grad=False)


def _uneven(conv: torch.nn.Module) -> torch.nn.Module:
    torch.manual_seed(0)
    normed: torch.nn.Module = weight_norm(conv)
    for parameter in normed.parameters():
        torch.nn.init.normal_(parameter)
    return normed.requires_grad_(requires_grad=False)


@pytest.mark.parametrize("dilation", [1, 3])
def test_folded_convolution_is_that_of_torch(dilation: int) -> None:
    theirs = _uneven(torch.nn.Conv1d(3, 5, 7, padding=3 * dilation, dilation=dilation))
    ours = _load(WeightNormConv1d(3, 5, 7, dilation=dilation), theirs)
    x = torch.randn(2, 3, 30)

    torch.testing.assert_close(ours(x), theirs(x))


@pytest.mark.parametrize(("width", "factor"), [(8, 4), (4, 2), (3, 3)])
def test_folded_transposed_convolution_is_that_of_torch(width: int, factor: int) -> None:
    padding = (width - factor) // 2
    theirs = _uneven(torch.nn.ConvTranspose1d(3, 5, width, stride=factor, padding=padding))
    ours = _load(WeightNormConvTranspose1d(3, 5, width, factor=factor), theirs)
    x = torch.randn(2, 3, 30)

    torch.testing.assert_close(ours(x), theirs(x))
    assert ours(x).shape == (2, 5, 30 * factor)


def test_both_ways_of_naming_a_pair_are_known() -> None:
    g, v, bias = torch.zeros(1), torch.ones(1), torch.full((1,), 2.0)
    pair = {"a.weight_g": g, "a.weight_v": v, "a.bias": bias}

    newer = {
        "a.parametrizations.weight.original0": g,
        "a.parametrizations.weight.original1": v,
        "a.bias": bias,
    }

    assert with_pair_names(newer) == pair
    assert with_pair_names(pair) == pair


def test_folded_convolution_can_not_be_folded_again() -> None:
    conv = WeightNormConv1d(1, 1, 3)
    fold_all(conv)

    with pytest.raises(AttributeError, match="weight_g"):
        conv.fold()


def test_half_precision_pair_is_folded_in_float32() -> None:
    conv = WeightNormConv1d(1, 1, 3, bias=False)
    conv.weight_g = torch.nn.Parameter(torch.full((1, 1, 1), 3.0, dtype=torch.float16))
    conv.weight_v = torch.nn.Parameter(torch.full((1, 1, 3), 1000.0, dtype=torch.float16))

    conv.fold()

    assert conv.weight.flatten().tolist() == pytest.approx([3.0 / 3.0**0.5] * 3, rel=1e-3)
    assert conv.weight.dtype == torch.float16
