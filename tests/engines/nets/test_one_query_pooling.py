from __future__ import annotations

import torch
from torch import nn

from prismdesk.engines.nets.one_query_pooling import SpatialPooling

WIDTH, HEADS, INNER = 24, 3, 40


def filled() -> SpatialPooling:
    torch.manual_seed(0)
    network = SpatialPooling(WIDTH, HEADS, INNER).requires_grad_(requires_grad=False)
    for parameter in network.parameters():
        parameter.copy_(torch.randn_like(parameter) * 0.3)
    return network


def test_is_the_class_output_of_a_transformer_layer() -> None:
    network = filled()
    layer = nn.TransformerEncoderLayer(
        WIDTH, HEADS, INNER, 0.0, "gelu", 1e-6, batch_first=True, norm_first=True
    ).requires_grad_(requires_grad=False)
    layer.load_state_dict({n: t for n, t in network.state_dict().items() if n != "cls_token"})
    tokens = torch.randn(5, 9, WIDTH)

    pooled = network(tokens)

    whole = layer(torch.cat([network.cls_token.expand(5, -1, -1), tokens], dim=1))
    torch.testing.assert_close(pooled, whole[:, 0], rtol=1e-5, atol=1e-5)


def test_the_order_of_tokens_does_not_matter() -> None:
    network = filled()
    tokens = torch.randn(2, 9, WIDTH)

    torch.testing.assert_close(network(tokens), network(tokens.flip(1)))
