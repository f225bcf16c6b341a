from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from prismdesk.engines.nets.adapter_stack import AdapterStack
from prismdesk.engines.nets.low_rank import (
    AdapterError,
    LowRank,
    adapter_of,
    linears_ending_in,
    scale_of,
)
from prismdesk.engines.selva.generator.config import PUBLISHED_GENERATORS
from prismdesk.engines.selva.generator.network import Generator
from tests.engines.selva.generator.tiny import (
    FRAMES,
    tiny_conditions,
    tiny_generator,
    tiny_latent,
)

QKV = "fused_blocks.0.attn.qkv"
TEXT = "joint_blocks.0.text_block.linear1"
GATED = "joint_blocks.0.text_block.ffn.w3"
META: dict[str, Any] = {"rank": 2, "alpha": 3.0, "use_rslora": False}


def _state(network: nn.Module, *names: str, seed: int = 1) -> dict[str, Tensor]:
    random = torch.Generator().manual_seed(seed)
    state = {}
    for name in names:
        out_dim, in_dim = network.get_parameter(f"{name}.weight").shape
        state[f"{name}.lora_A"] = torch.randn(2, in_dim, generator=random) / 6
        state[f"{name}.lora_B"] = torch.randn(out_dim, 2, generator=random) / 2
    return state


def _pissa_state(network: Generator, name: str) -> dict[str, Tensor]:
    """Return a file that began from the principal components, and was trained a little."""
    weight = network.get_parameter(f"{name}.weight")
    u, s, v = torch.linalg.svd(weight)
    down, up = s[:2].sqrt()[:, None] * v[:2], u[:, :2] * s[:2].sqrt()
    return {
        f"{name}.lora_A": down,
        f"{name}.lora_B": up + 0.01,
        f"{name}.linear.weight": weight - 1.5 * up @ down,
        f"{name}.linear.bias": network.get_parameter(f"{name}.bias").clone(),
    }


def _velocity(generator: Generator) -> Tensor:
    prepared = generator.prepare(tiny_conditions(), latent_frames=FRAMES)
    return generator.velocity(tiny_latent(), torch.full((2,), 0.5), prepared)


def _same(a: nn.Module, b: nn.Module) -> bool:
    return all(torch.equal(a.state_dict()[n], tensor) for n, tensor in b.state_dict().items())


def test_scale_is_stabilised_by_the_root_of_the_rank() -> None:
    assert scale_of(16, 32.0, rank_stabilised=False) == 2.0
    assert scale_of(16, 32.0, rank_stabilised=True) == 8.0


def test_change_is_the_scaled_product() -> None:
    weight, down, up = torch.randn(5, 7), torch.randn(2, 7), torch.randn(5, 2)
    scale = scale_of(2, 3.0, rank_stabilised=False)

    change = LowRank(down=down, up=up, scale=scale).difference(weight)

    assert torch.allclose(change, 1.5 * up @ down, atol=1e-5)


@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_taking_adapters_off_restores_every_bit(fused: bool, dtype: torch.dtype) -> None:
    generator = tiny_generator(fused=fused, dtype=dtype)
    stack = AdapterStack(generator)
    adapter = adapter_of(_state(generator, QKV, TEXT, GATED), META, name="warm.pt")

    stack.set([(adapter, 0.7)])
    assert not _same(generator, tiny_generator(fused=fused, dtype=dtype))
    stack.clear()

    assert _same(generator, tiny_generator(fused=fused, dtype=dtype))


@torch.no_grad()
def test_fused_and_plain_networks_take_the_same_adapter() -> None:
    velocities = []
    for fused in (True, False):
        generator = tiny_generator(fused=fused)
        before = _velocity(generator)
        adapter = adapter_of(_state(generator, QKV, TEXT, GATED), META, name="warm.pt")
        AdapterStack(generator).set([(adapter, 1.0)])
        velocities.append(_velocity(generator))
        assert not torch.allclose(velocities[-1], before, rtol=1e-2)

    assert torch.allclose(velocities[0], velocities[1], rtol=1e-4, atol=1e-5)


def test_adapters_are_summed_in_any_order() -> None:
    plain = tiny_generator(fused=False)
    one = adapter_of(_state(plain, QKV), META, name="one.pt")
    two = adapter_of(_state(plain, QKV, TEXT, seed=2), META, name="two.pt")
    weights = []
    for weighted in ([(one, 0.5), (two, 1.0)], [(two, 1.0), (one, 0.5)]):
        generator = tiny_generator(fused=False)
        stack = AdapterStack(generator)
        stack.set([(one, 2.0)])
        stack.set(weighted)
        weights.append(generator.get_parameter(f"{QKV}.weight"))

    weight = plain.get_parameter(f"{QKV}.weight")
    expected = (
        weight + 0.5 * one.layers[QKV].difference(weight) + two.layers[QKV].difference(weight)
    )
    assert torch.allclose(weights[0], weights[1], atol=1e-6)
    assert torch.allclose(weights[0], expected, atol=1e-6)


@pytest.mark.parametrize("fused", [True, False])
def test_residual_base_is_turned_into_a_difference(fused: bool) -> None:
    plain = tiny_generator(fused=False)
    state = _pissa_state(plain, QKV)
    weight = plain.get_parameter(f"{QKV}.weight")
    adapter = adapter_of(state, META, name="principal.pt")
    whole = state[f"{QKV}.linear.weight"] + 1.5 * state[f"{QKV}.lora_B"] @ state[f"{QKV}.lora_A"]
    generator = tiny_generator(fused=fused)
    stack = AdapterStack(generator)

    for strength in (1.0, 0.25):
        stack.set([(adapter, strength)])
        generator.unfuse()
        merged = generator.get_parameter(f"{QKV}.weight").clone()
        assert torch.allclose(merged, weight + strength * (whole - weight), atol=1e-5)
        if fused:
            generator.fuse()

    # Scaling the product alone would have left the base without its principal part.
    assert (merged - weight).norm() < 0.05 * (state[f"{QKV}.linear.weight"] - weight).norm()


def test_bias_of_the_file_comes_in_by_strength() -> None:
    generator = tiny_generator()
    generator.unfuse()
    before = generator.get_parameter(f"{QKV}.bias").clone()
    state = _pissa_state(generator, QKV) | {f"{QKV}.linear.bias": before + 2.0}
    stack = AdapterStack(generator)

    stack.set([(adapter_of(state, META, name="principal.pt"), 0.5)])
    assert torch.allclose(generator.get_parameter(f"{QKV}.bias"), before + 1.0)
    stack.clear()

    assert torch.equal(generator.get_parameter(f"{QKV}.bias"), before)


def test_no_strength_touches_nothing() -> None:
    generator = tiny_generator()
    stack = AdapterStack(generator)

    stack.set([(adapter_of(_state(generator, QKV), META, name="one.pt"), 0.0)])

    assert _same(generator, tiny_generator())


def test_bare_tensors_have_the_alpha_of_their_rank() -> None:
    generator = tiny_generator()

    adapter = adapter_of(_state(generator, QKV), {}, name="bare.pt")

    assert adapter.layers[QKV].scale == 1.0


@pytest.mark.parametrize(
    ("change", "meta", "told"),
    [
        ({f"{QKV}.lora_B": None}, META, rf"bad\.pt lacks {QKV}\.lora_B"),
        ({f"{QKV}.lora_B": torch.zeros(108, 3)}, META, r"bad\.pt is damaged"),
        ({"optimizer.step": torch.zeros(1)}, META, r"optimizer\.step"),
        ({f"{QKV}.lora_A": None, f"{QKV}.lora_B": None}, META, "no low-rank adapter"),
        ({}, META | {"rank": 16}, "says rank 16, but .* has rank 2"),
        ({}, META | {"alpha": "much"}, "says alpha 'much'"),
        ({}, META | {"alpha": float("nan")}, "says alpha nan"),
    ],
)
def test_unfit_files_are_refused(
    change: dict[str, Tensor | None], meta: dict[str, Any], told: str
) -> None:
    state: dict[str, Tensor | None] = {**_state(tiny_generator(), QKV), **change}

    with pytest.raises(AdapterError, match=told):
        adapter_of({n: t for n, t in state.items() if t is not None}, meta, name="bad.pt")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (QKV, "fused_blocks.9.attn.qkv", "for another network: fused_blocks.9"),
        (QKV, "fused_blocks.0.linear1", "another size"),
        (QKV, TEXT, "another size"),
    ],
)
def test_adapter_of_another_network_is_refused_and_nothing_changes(
    old: str, new: str, told: str
) -> None:
    generator = tiny_generator()
    stack = AdapterStack(generator)
    good = adapter_of(_state(generator, QKV), META, name="good.pt")
    stack.set([(good, 1.0)])
    before = generator.get_parameter(f"{QKV}.weight").clone()
    state = {n.replace(old, new): t for n, t in _state(generator, QKV).items()}

    with pytest.raises(AdapterError, match=told):
        stack.set([(good, 0.5), (adapter_of(state, META, name="bad.pt"), 1.0)])

    assert torch.equal(generator.get_parameter(f"{QKV}.weight"), before)


@pytest.mark.parametrize(
    ("variant", "qkv", "linear1"),
    [("small_16k", 20, 3), ("medium_44k", 20, 3), ("large_44k", 35, 6)],
)
def test_suffixes_find_the_layers_that_adapters_train(variant: str, qkv: int, linear1: int) -> None:
    with torch.device("meta"):
        generator = Generator(PUBLISHED_GENERATORS[variant])

    found = linears_ending_in(generator, ["linear1"])

    assert len(linears_ending_in(generator, ["attn.qkv"])) == qkv
    assert set(found) == {f"joint_blocks.{j}.text_block.linear1" for j in range(linear1)}
    assert not linears_ending_in(generator, ["near1"])


def test_layers_whose_weights_share_memory_are_changed_one_by_one() -> None:
    pool = torch.randn(40)
    first = pool[:20].view(4, 5).clone()
    network = nn.Sequential(nn.Linear(5, 4, bias=False), nn.Linear(5, 4, bias=False))
    for place, layer in enumerate(network):
        assert isinstance(layer, nn.Linear)
        layer.weight.data = pool[10 * place : 10 * place + 20].view(4, 5)
    second = network.state_dict()["1.weight"].clone()
    state = {"0.lora_A": torch.randn(2, 5), "0.lora_B": torch.randn(4, 2)}
    stack = AdapterStack(network)
    stack.set([(adapter_of(state, {}, name="a"), 1.0)])
    assert torch.equal(network.state_dict()["1.weight"], second)
    assert not torch.equal(network.state_dict()["0.weight"], first)
    stack.clear()
    assert torch.equal(network.state_dict()["0.weight"], first)


def test_a_convolution_is_changed_by_a_kernel_of_low_rank() -> None:
    network = nn.Sequential(nn.Conv1d(3, 4, 5))
    before = network.state_dict()["0.weight"].clone()
    down, up = torch.randn(2, 3, 5), torch.randn(4, 2, 1)
    state = {"0.lora_A": down, "0.lora_B": up, "0.alpha": torch.tensor(6.0)}
    AdapterStack(network).set([(adapter_of(state, {"alpha": 1.0}, name="a"), 0.5)])
    wanted = before + 0.5 * 3.0 * torch.einsum("or,rik->oik", up[..., 0], down)
    assert torch.allclose(network.state_dict()["0.weight"], wanted, atol=1e-5)


def test_shorter_numbers_are_merged_from_the_files_own_and_come_back_to_the_bit() -> None:
    weight = torch.randn(64, 64)
    network = nn.Sequential(nn.Linear(64, 64, bias=False)).to(torch.bfloat16)
    network.load_state_dict({"0.weight": weight})
    before = network.state_dict()["0.weight"].clone()
    # Far less than what bfloat16 can tell apart: added to rounded weights it would be lost.
    down, up = torch.randn(1, 64), 1e-4 * torch.randn(64, 1)
    adapter = adapter_of({"0.lora_A": down, "0.lora_B": up}, {}, name="a")
    stack = AdapterStack(network, {"0.weight": weight}.get)
    stack.set([(adapter, 1.0)])
    assert torch.equal(network.state_dict()["0.weight"], (weight + up @ down).bfloat16())
    stack.clear()
    assert torch.equal(network.state_dict()["0.weight"], before)
