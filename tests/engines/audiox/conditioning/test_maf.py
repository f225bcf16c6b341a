from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from prismdesk.engines.audiox.conditioning.maf import Maf, maf_checkpoint
from prismdesk.engines.audiox.config import MafConfig
from prismdesk.engines.loading.filling import fill
from tests.conformance.det_v1 import det_v1_state

DIM, HEADS, EXPERTS, LAYERS = 24, 4, 3, 2


@pytest.fixture(scope="module")
def state() -> dict[str, Tensor]:
    config = MafConfig(
        dim=DIM, num_experts_per_modality=EXPERTS, num_heads=HEADS, num_fusion_layers=LAYERS
    )
    with torch.device("meta"):
        shapes = {name: tuple(one.shape) for name, one in Maf(config).state_dict().items()}
    return det_v1_state(shapes)


@pytest.fixture(scope="module")
def maf(state: dict[str, Tensor]) -> Maf:
    config = MafConfig(
        dim=DIM, num_experts_per_modality=EXPERTS, num_heads=HEADS, num_fusion_layers=LAYERS
    )
    return fill(maf_checkpoint(config), state, where="model.ckpt")


@pytest.fixture(scope="module")
def groups() -> tuple[Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(2)
    v, t, a = (torch.randn(2, length, DIM, generator=generator) for length in (5, 3, 7))
    return v, t, a


def test_is_what_the_frameworks_own_layers_compute(
    maf: Maf, state: dict[str, Tensor], groups: tuple[Tensor, Tensor, Tensor]
) -> None:
    attention = nn.MultiheadAttention(DIM, HEADS, batch_first=True)
    attention.load_state_dict(_below(state, "cross_attn."))
    layer = nn.TransformerEncoderLayer(
        DIM, HEADS, 4 * DIM, 0.0, "gelu", batch_first=True, norm_first=True
    )
    encoder = nn.TransformerEncoder(layer, LAYERS, enable_nested_tensor=False)
    encoder.load_state_dict(_below(state, "fusion_transformer."))

    gates = maf.gates(*groups)
    context = torch.cat([gates[:, i, None, None] * one for i, one in enumerate(groups)], dim=1)
    queries = maf.unified_experts.expand(2, -1, -1)
    read, _ = attention(queries, context, context)
    fused = encoder(maf.norm1(queries + read))
    experts = fused[:, EXPERTS : 2 * EXPERTS].mean(dim=1, keepdim=True)
    expected = groups[1] + maf.bypass_gate_t.sigmoid() * maf.norm_t2(experts)

    torch.testing.assert_close(maf(*groups)[1], expected)


def test_every_group_hears_every_other(maf: Maf, groups: tuple[Tensor, Tensor, Tensor]) -> None:
    before = maf(*groups)

    for changed in range(3):
        given = [one.clone() for one in groups]
        given[changed][:, 0] += 1.0
        after = maf(*given)
        for index in range(3):
            assert not torch.allclose(after[index][:, 1:], before[index][:, 1:], atol=1e-6)


def test_one_vector_is_added_to_all_tokens_of_a_group(
    maf: Maf, groups: tuple[Tensor, Tensor, Tensor]
) -> None:
    for before, after in zip(groups, maf(*groups), strict=True):
        added = after - before
        torch.testing.assert_close(added, added[:, :1].expand_as(added))


def test_items_do_not_see_each_other(maf: Maf, groups: tuple[Tensor, Tensor, Tensor]) -> None:
    alone = maf(*(one[1:] for one in groups))

    for of_both, of_one in zip(maf(*groups), alone, strict=True):
        torch.testing.assert_close(of_both[1:], of_one)


def _below(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): one for name, one in state.items() if name.startswith(prefix)
    }
