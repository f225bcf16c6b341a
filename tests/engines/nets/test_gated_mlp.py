from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from prismdesk.engines.nets.gated_mlp import GatedConvMlp, GatedMlp, inner_width


@pytest.mark.parametrize(
    ("hidden", "inner"),
    [(4 * 448, 1280), (4 * 896, 2560), (3072, 2048), (1, 0), (384, 256), (386, 512)],
)
def test_inner_width_is_two_thirds_up_to_256(hidden: int, inner: int) -> None:
    assert inner_width(hidden) == inner


@pytest.mark.parametrize(("hidden", "inner"), [(None, 256), (384, 256), (386, 512)])
def test_nominal_width_may_be_stated(hidden: int | None, inner: int) -> None:
    assert GatedMlp(20, hidden=hidden).w1.weight.shape == (inner, 20)
    assert GatedConvMlp(20, 3, hidden=hidden).w2.weight.shape == (20, inner, 3)


def test_layer_is_gated_by_silu() -> None:
    layer, x = GatedMlp(20), torch.randn(2, 7, 20)

    expected = layer.w2(functional.silu(x @ layer.w1.weight.T) * (x @ layer.w3.weight.T))

    assert torch.allclose(layer(x), expected, atol=1e-6)


def test_convolution_looks_at_its_neighbours_alone() -> None:
    layer, x = GatedConvMlp(8, 3).requires_grad_(requires_grad=False), torch.randn(1, 9, 8)
    changed = x.clone()
    changed[0, 4] += 1

    difference = (layer(changed) - layer(x)).abs().amax(dim=(0, 2))

    # Two convolutions of width 3 reach two places to either side.
    assert (difference > 1e-6).tolist() == [2 <= place <= 6 for place in range(9)]


@pytest.mark.parametrize("layer", [GatedMlp(20), GatedConvMlp(20, 3), GatedConvMlp(20, 7)])
@pytest.mark.parametrize("places", [1, 5, 70])
@torch.no_grad()
def test_joining_changes_nothing_but_rounding(layer: GatedMlp | GatedConvMlp, places: int) -> None:
    x = torch.randn(2, places, 20)
    layer.unfuse()
    plain = layer(x)

    layer.fuse()

    assert torch.allclose(layer(x), plain, atol=1e-5)


@torch.no_grad()
def test_joined_halves_follow_changes_in_place() -> None:
    layer, x = GatedConvMlp(8, 3), torch.randn(1, 5, 8)
    layer.fuse()
    layer.double().float()
    pieces = {w.untyped_storage().data_ptr() for w in (layer.w1.weight, layer.w3.weight)}

    assert len(pieces) == 1
    layer.w3.weight.data.zero_()

    assert not layer(x).any()


@torch.no_grad()
def test_parted_layer_is_itself_again() -> None:
    layer, x = GatedMlp(8), torch.randn(1, 5, 8)
    plain, weight = layer(x), layer.w3.weight.clone()

    layer.fuse()
    layer.unfuse()

    assert torch.equal(layer(x), plain)
    assert torch.equal(layer.w3.weight, weight)
    assert (
        layer.w1.weight.untyped_storage().data_ptr() != layer.w3.weight.untyped_storage().data_ptr()
    )
