"""CLIP and T5 in other sizes than the cases', against their equations written out in float64."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
import torch
from torch.nn import functional

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.nets.clip import ClipConfig, clip_image_checkpoint, clip_text_checkpoint
from prismdesk.engines.nets.t5 import t5_checkpoint
from prismdesk.engines.nets.t5_encoder import T5EncoderConfig
from tests.checkpoints.encoder_layouts import clip_shapes, t5_shapes
from tests.conformance.det_v1 import det_v1_state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

CLIP = {
    "embed_dim": 20,
    "quick_gelu": False,
    "vision": {"image_size": 23, "layers": 3, "width": 24, "head_width": 8, "patch_size": 5},
    "text": {"context_length": 19, "vocab_size": 50, "width": 30, "heads": 5, "layers": 1},
}
T5 = {
    "vocab_size": 40,
    "d_model": 18,
    "d_kv": 5,
    "d_ff": 22,
    "num_layers": 3,
    "num_heads": 4,
    "relative_attention_num_buckets": 32,
    "relative_attention_max_distance": 128,
}
State = dict[str, "Tensor"]


def in_double(state: Mapping[str, Tensor]) -> State:
    return {name: tensor.double() for name, tensor in state.items()}


def norm(x: Tensor, state: State, name: str) -> Tensor:
    weight = state[f"{name}.weight"]
    return functional.layer_norm(x, weight.shape, weight, state[f"{name}.bias"], eps=1e-5)


def linear(x: Tensor, state: State, name: str) -> Tensor:
    return x @ state[f"{name}.weight"].T + state[f"{name}.bias"]


def activated(x: Tensor, *, is_quick: bool) -> Tensor:
    return x * torch.sigmoid(1.702 * x) if is_quick else functional.gelu(x)


def by_head(x: Tensor, heads: int) -> Tensor:
    return x.reshape(*x.shape[:2], heads, -1).transpose(1, 2)


def clip_block(
    x: Tensor, state: State, name: str, heads: int, *, is_causal: bool, is_quick: bool
) -> Tensor:
    width = x.shape[-1]
    projected = norm(x, state, f"{name}.ln_1") @ state[f"{name}.attn.in_proj_weight"].T
    q, k, v = (
        by_head(part, heads)
        for part in (projected + state[f"{name}.attn.in_proj_bias"]).chunk(3, dim=-1)
    )
    scores = q @ k.mT / math.sqrt(width // heads)
    if is_causal:
        later = torch.ones_like(scores, dtype=torch.bool).triu(1)
        scores = scores.masked_fill(later, -math.inf)
    joined = (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)
    x = x + linear(joined, state, f"{name}.attn.out_proj")
    inner = linear(norm(x, state, f"{name}.ln_2"), state, f"{name}.mlp.c_fc")
    return x + linear(activated(inner, is_quick=is_quick), state, f"{name}.mlp.c_proj")


def clip_pictures(state: State, pictures: Tensor, *, is_quick: bool) -> Tensor:
    """Expected features of pictures whose last 3 of 23 px aren't looked at."""
    mean = torch.tensor([0.48145466, 0.4578275, 0.40821073]).double().view(3, 1, 1)
    std = torch.tensor([0.26862954, 0.26130258, 0.27577711]).double().view(3, 1, 1)
    normal = (pictures.double()[..., :20, :20] - mean) / std
    patches = functional.conv2d(normal, state["visual.conv1.weight"], stride=5).flatten(2).mT
    first = state["visual.class_embedding"].expand(len(pictures), 1, -1)
    x = torch.cat([first, patches], dim=1) + state["visual.positional_embedding"]
    x = norm(x, state, "visual.ln_pre")
    for index in range(3):
        name = f"visual.transformer.resblocks.{index}"
        x = clip_block(x, state, name, 3, is_causal=False, is_quick=is_quick)
    return functional.normalize(norm(x[:, 0], state, "visual.ln_post") @ state["visual.proj"])


@pytest.mark.parametrize("is_quick", [False, True])
def test_pictures_go_through_the_published_equations(is_quick: bool) -> None:
    state = det_v1_state(clip_shapes(CLIP))
    config = ClipConfig.from_mapping({**CLIP, "quick_gelu": is_quick})
    pictures = torch.rand(2, 3, 23, 23, generator=torch.Generator().manual_seed(1))

    features = fill(clip_image_checkpoint(config), state, where="x").encode(pictures)

    expected = clip_pictures(in_double(state), pictures, is_quick=is_quick)
    torch.testing.assert_close(features.double(), expected, atol=3e-6, rtol=0)


@pytest.mark.parametrize("is_quick", [False, True])
@pytest.mark.parametrize("length", [19, 6])
def test_prompts_go_through_the_published_equations(is_quick: bool, length: int) -> None:
    state = det_v1_state(clip_shapes(CLIP))
    config = ClipConfig.from_mapping({**CLIP, "quick_gelu": is_quick})
    ids = torch.randint(0, 50, (3, length), generator=torch.Generator().manual_seed(2))

    states = fill(clip_text_checkpoint(config), state, where="x").encode(ids)

    exact = in_double(state)
    x = exact["token_embedding.weight"][ids] + exact["positional_embedding"][:length]
    x = clip_block(x, exact, "transformer.resblocks.0", 5, is_causal=True, is_quick=is_quick)
    expected = functional.normalize(norm(x, exact, "ln_final"), dim=-1)
    torch.testing.assert_close(states.double(), expected, atol=3e-6, rtol=0)


def bucket(key_minus_query: int) -> int:
    distance = abs(key_minus_query)
    far = distance if distance < 8 else min(15, 8 + int(8 * math.log(distance / 8) / math.log(16)))
    return (16 if key_minus_query > 0 else 0) + far


def root_mean_square_norm(x: Tensor, weight: Tensor) -> Tensor:
    return x / (x.square().mean(-1, keepdim=True) + 1e-6).sqrt() * weight


def t5_states(state: State, ids: Tensor, mask: Tensor) -> Tensor:
    length, heads = ids.shape[1], 4
    table = state["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
    near = torch.tensor([[bucket(k - q) for k in range(length)] for q in range(length)])
    bias = table[near].permute(2, 0, 1) + torch.zeros(len(ids), 1, 1, 1).masked_fill(
        ~mask[:, None, None, :], -math.inf
    )
    x = state["shared.weight"][ids]
    for index in range(3):
        name = f"encoder.block.{index}.layer"
        normal = root_mean_square_norm(x, state[f"{name}.0.layer_norm.weight"])
        q, k, v = (
            by_head(normal @ state[f"{name}.0.SelfAttention.{part}.weight"].T, heads)
            for part in "qkv"
        )
        joined = ((q @ k.mT + bias).softmax(-1) @ v).transpose(1, 2).flatten(2)
        x = x + joined @ state[f"{name}.0.SelfAttention.o.weight"].T
        normal = root_mean_square_norm(x, state[f"{name}.1.layer_norm.weight"])
        inner, gate, outer = (
            state[f"{name}.1.DenseReluDense.{part}.weight"] for part in ("wi_0", "wi_1", "wo")
        )
        gated = functional.gelu(normal @ inner.T, approximate="tanh") * (normal @ gate.T)
        x = x + gated @ outer.T
    return root_mean_square_norm(x, state["encoder.final_layer_norm.weight"])


def test_t5_goes_through_the_published_equations_far_beyond_its_last_bucket() -> None:
    state = det_v1_state(t5_shapes(T5))
    ids = torch.randint(0, 40, (2, 300), generator=torch.Generator().manual_seed(3))
    mask = torch.ones(2, 300, dtype=torch.bool)
    mask[1, 170:] = False

    hidden = fill(t5_checkpoint(T5EncoderConfig.from_mapping(T5)), state, where="x")(ids, mask)

    expected = t5_states(in_double(state), ids, mask)
    torch.testing.assert_close(hidden[mask].double(), expected[mask], atol=2e-5, rtol=1e-5)
