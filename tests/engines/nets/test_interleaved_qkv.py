from __future__ import annotations

import torch

from prismdesk.engines.nets.interleaved_qkv import QkvLinear


@torch.no_grad()
def test_fused_rows_are_parts_then_heads_with_even_channels_first() -> None:
    layer, x = QkvLinear(12, 3), torch.randn(2, 5, 12)
    parts = layer(x).view(2, 5, 3, 4, 3).permute(4, 0, 1, 2, 3)

    layer.fuse()
    fused = layer(x).view(2, 5, 3, 3, 4).permute(2, 0, 1, 3, 4)

    in_halves = [0, 2, 1, 3]
    assert torch.allclose(fused[0], parts[0][..., in_halves], atol=1e-6)
    assert torch.allclose(fused[1], parts[1][..., in_halves], atol=1e-6)
    assert torch.allclose(fused[2], parts[2], atol=1e-6)


def test_rows_go_to_the_order_of_the_file_and_back() -> None:
    layer = QkvLinear(12, 3)
    weight, rows = layer.weight.data.clone(), torch.randn(36, 7)
    layer.fuse()
    layer.fuse()

    assert not torch.equal(layer.weight.data, weight)
    assert torch.equal(layer.to_file_order(layer.weight.data), weight)
    assert torch.equal(layer.to_file_order(layer.to_stored_order(rows)), rows)
    layer.unfuse()
    assert torch.equal(layer.weight.data, weight)
    assert torch.equal(layer.to_stored_order(rows), rows)
