from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from prismdesk.engines.nets.channel_last import (
    SequenceConv,
    SequenceLinear,
    convolve_as_product,
    linear,
)


@pytest.mark.parametrize("shape", [(20,), (1, 20), (2, 31, 20), (2, 3, 40, 20)])
def test_linear_maps_the_last_axis(shape: tuple[int, ...]) -> None:
    x, weight, bias = torch.randn(shape), torch.randn(9, 20), torch.randn(9)

    assert torch.allclose(linear(x, weight, bias), functional.linear(x, weight, bias), atol=1e-4)
    assert torch.allclose(linear(x, weight), functional.linear(x, weight), atol=1e-4)


def test_strided_rows_are_mapped_too() -> None:
    x, weight = torch.randn(2, 50, 40)[:, 3:-3, ::2], torch.randn(9, 20)

    assert torch.allclose(linear(x, weight), functional.linear(x, weight), atol=1e-4)


@pytest.mark.parametrize("taps", [1, 3, 7])
@pytest.mark.parametrize("places", [1, 2, 40])
@torch.no_grad()
def test_every_way_to_convolve_agrees(taps: int, places: int) -> None:
    layer, x = SequenceConv(6, 5, taps), torch.randn(2, places, 6)
    plain = layer(x)

    layer.fuse()

    assert plain.shape == (2, places, 5)
    assert torch.allclose(layer(x), plain, atol=1e-5)
    assert torch.allclose(convolve_as_product(x, layer.weight, layer.bias), plain, atol=1e-5)


def test_even_widths_are_refused() -> None:
    with pytest.raises(ValueError, match="width of 4"):
        SequenceConv(3, 3, 4)


def test_fusing_is_undone() -> None:
    layer = SequenceLinear(3, 3)

    layer.fuse()
    layer.unfuse()

    assert not layer.is_fused
