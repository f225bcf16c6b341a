"""Small files of adapters, written without torch; what they would sound like says nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pathlib import Path

LAYERS = ("joint_blocks.0.latent_block.attn.qkv", "fused_blocks.0.attn.qkv")
AUDIOX_LAYERS = ("transformer.layers.0.self_attn.to_qkv",)

Tensors = dict[str, npt.NDArray[np.float32]]


def write_tensors(path: Path, tensors: Tensors, metadata: dict[str, str] | None = None) -> Path:
    """Write a safetensors file of float32 tensors."""
    header: dict[str, object] = {"__metadata__": metadata} if metadata else {}
    place = 0
    for name, tensor in tensors.items():
        offsets = [place, place + tensor.nbytes]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": offsets}
        place += tensor.nbytes
    text = json.dumps(header).encode()
    data = b"".join(tensor.tobytes() for tensor in tensors.values())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def low_rank_tensors(
    *, seed: int = 1, layers: tuple[str, ...] = LAYERS, rank: int = 4, alpha: float | None = 8.0
) -> Tensors:
    """Return the tensors of an adapter as the library keeps them."""
    random = np.random.default_rng(seed)
    tensors: Tensors = {}
    for layer in layers:
        tensors[f"{layer}.lora_A.weight"] = random.standard_normal((rank, 6), np.float32)
        tensors[f"{layer}.lora_B.weight"] = random.standard_normal((9, rank), np.float32)
        if alpha is not None:
            tensors[f"{layer}.alpha"] = np.array(alpha, np.float32)
    return tensors


def write_preset(
    path: Path,
    *,
    seed: int = 1,
    layers: tuple[str, ...] = LAYERS,
    rank: int = 4,
    alpha: float | None = 8.0,
    metadata: dict[str, str] | None = None,
    **own: object,
) -> Path:
    """Write an adapter as the library keeps it; ``own`` is what it says of itself."""
    described = {"prismdesk": json.dumps({"format": 1, "kind": "low-rank", **own})} if own else {}
    tensors = low_rank_tensors(seed=seed, layers=layers, rank=rank, alpha=alpha)
    return write_tensors(path, tensors, {**(metadata or {}), **described})
