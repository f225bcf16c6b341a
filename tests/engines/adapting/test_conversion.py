from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.adapting.conversion import as_true_difference, true_pair_of_pissa
from prismdesk.engines.adapting.read import read_adapter
from prismdesk.engines.adapting.write import AdapterDescription, write_adapter

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.nets.low_rank import Adapter

LAYER = "fused_blocks.0.attn.qkv"
RANK, ALPHA = 3, 6.0
SCALE = ALPHA / RANK**0.5


def _trained(path: Path) -> tuple[torch.Tensor, Path]:
    """A base weight, and the file of an adapter that began from its principal components."""
    random = torch.Generator().manual_seed(4)
    weight = torch.randn(12, 7, generator=random)
    u, s, v = torch.linalg.svd(weight)
    root = s[:RANK].sqrt()
    down0, up0 = root[:, None] * v[:RANK], u[:, :RANK] * root
    down = down0 + 0.1 * torch.randn(down0.shape, generator=random)
    up = up0 + 0.1 * torch.randn(up0.shape, generator=random)
    state = {
        f"{LAYER}.lora_A": down,
        f"{LAYER}.lora_B": up,
        f"{LAYER}.linear.weight": weight - SCALE * up0 @ down0,
        f"{LAYER}.linear.bias": torch.ones(12),
    }
    meta = {"rank": RANK, "alpha": ALPHA, "use_rslora": True, "init_mode": "pissa"}
    torch.save({"state_dict": state, "meta": meta}, path)
    return weight, path


def _converted(adapter: Adapter, weight: torch.Tensor) -> Adapter:
    parameters = {f"{LAYER}.weight": weight, f"{LAYER}.bias": torch.ones(12)}
    return as_true_difference(adapter, parameters.__getitem__)


def test_a_residual_base_becomes_a_change_that_a_strength_scales(tmp_path: Path) -> None:
    weight, path = _trained(tmp_path / "p.pt")
    adapter = read_adapter(path).adapter
    converted = _converted(adapter, weight)
    layer = converted.layers[LAYER]
    assert (layer.rank, layer.base, layer.base_bias) == (2 * RANK, None, None)
    assert torch.allclose(
        layer.difference(weight), adapter.layers[LAYER].difference(weight), atol=1e-4
    )


def test_what_was_converted_can_be_written_and_what_was_not_cannot(tmp_path: Path) -> None:
    weight, path = _trained(tmp_path / "p.pt")
    adapter, out = read_adapter(path).adapter, tmp_path / "p.safetensors"
    with pytest.raises(AdapterFileError, match="base of its own"):
        write_adapter(out, adapter, description=AdapterDescription())
    write_adapter(out, _converted(adapter, weight), description=AdapterDescription())
    back = read_adapter(out).adapter.layers[LAYER]
    assert torch.allclose(
        back.difference(weight), adapter.layers[LAYER].difference(weight), atol=1e-4
    )


def test_another_base_is_refused(tmp_path: Path) -> None:
    weight, path = _trained(tmp_path / "p.pt")
    adapter = read_adapter(path).adapter
    with pytest.raises(AdapterFileError, match="another base"):
        _converted(adapter, weight + torch.eye(12, 7))
    with pytest.raises(AdapterFileError, match="another size"):
        _converted(adapter, weight[:, :5])
    with pytest.raises(AdapterFileError, match="another network"):
        as_true_difference(adapter, {f"{LAYER}.bias": torch.ones(12)}.__getitem__)
    with pytest.raises(AdapterFileError, match="bias"):
        as_true_difference(
            adapter, {f"{LAYER}.weight": weight, f"{LAYER}.bias": torch.zeros(12)}.__getitem__
        )


def test_the_trainer_gets_its_change_without_the_base() -> None:
    random = torch.Generator().manual_seed(8)
    down0, down = torch.randn(2, RANK, 7, generator=random)
    up0, up = torch.randn(2, 12, RANK, generator=random)
    layer = true_pair_of_pissa(down0, up0, down, up, SCALE)
    wanted = SCALE * (up @ down - up0 @ down0)
    assert torch.allclose(layer.difference(torch.zeros(12, 7)), wanted, atol=1e-4)
