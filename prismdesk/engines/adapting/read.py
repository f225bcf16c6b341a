"""Adapters read from their files, ready to be put on a network."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import torch

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.adapting.facts import AdapterFacts, facts_of
from prismdesk.engines.adapting.parts import parts_of
from prismdesk.engines.nets.low_rank import Adapter, adapter_of

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from prismdesk.engines.adapting.files import AdapterSource
    from prismdesk.engines.adapting.parts import AdapterParts
    from prismdesk.engines.adapting.stored_tensor import StoredTensor

_DTYPES = {
    "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16,
    "I64": torch.int64, "I32": torch.int32, "I16": torch.int16, "I8": torch.int8,
    "U8": torch.uint8, "BOOL": torch.bool,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredAdapter:
    """An adapter with what its file says; ``adapter`` changes layers by their dotted names."""

    adapter: Adapter
    facts: AdapterFacts


@dataclass(frozen=True, slots=True)
class StoredTensors:
    """Learned words or changed tensors, by the file's names, with what the file says."""

    tensors: dict[str, Tensor]
    facts: AdapterFacts


def read_adapter(path: Path, *, alpha: float | None = None) -> StoredAdapter:
    """Return an adapter that changes layers.

    Args:
        path: its file or PEFT folder.
        alpha: of layers whose alpha the file doesn't state.

    Raises:
        AdapterFileError: it can't be used, or its alpha is neither stated nor given.
    """
    facts, parts = facts_of(path), parts_of(path)
    if not parts.layers:
        raise AdapterFileError(
            f"{parts.source.name} holds {facts.kind}, no changes of layers; choose a LoRA."
        )
    return StoredAdapter(_adapter(parts, alpha), facts)


def read_tensors(path: Path) -> StoredTensors:
    """Return learned words or a tuned vocoder.

    Raises:
        AdapterFileError: the file can't be used, or changes layers instead.
    """
    facts, parts = facts_of(path), parts_of(path)
    if not parts.others:
        raise AdapterFileError(
            f"{parts.source.name} is a LoRA; choose a file of words or a vocoder."
        )
    found = {name: _tensor(parts.source, one) for name, one in parts.others.items()}
    return StoredTensors(found, facts)


def changed_bytes(path: Path, number_bytes: int) -> int:
    """Return how many bytes the weights have that an adapter changes, at that width of numbers.

    Raises:
        AdapterFileError: the file can't be used.
    """
    return number_bytes * sum(
        one.up.shape[0] * prod(one.down.shape[1:]) for one in parts_of(path).layers.values()
    )


def _adapter(parts: AdapterParts, alpha: float | None) -> Adapter:
    source, state = parts.source, {}
    for name, layer in parts.layers.items():
        of_layer = layer.alpha if layer.alpha is not None else alpha
        if of_layer is None:
            raise AdapterFileError(
                f"{source.name} doesn't state its alpha, so its strength isn't known; say which "
                f"alpha it was trained with (often its rank, {layer.rank}, or twice that)."
            )
        state[f"{name}.lora_A"] = _tensor(source, layer.down)
        state[f"{name}.lora_B"] = _tensor(source, layer.up)
        state[f"{name}.alpha"] = torch.tensor(of_layer, dtype=torch.float64)
        if layer.base is not None:
            state[f"{name}.linear.weight"] = _tensor(source, layer.base)
        if layer.base_bias is not None:
            state[f"{name}.linear.bias"] = _tensor(source, layer.base_bias)
    return adapter_of(state, {"use_rslora": parts.rank_stabilised}, name=source.name)


def _tensor(source: AdapterSource, stored: StoredTensor) -> Tensor:
    data = bytearray(source.bytes_of(stored))
    dtype = _DTYPES[stored.dtype]
    flat = torch.frombuffer(data, dtype=dtype) if data else torch.empty(0, dtype=dtype)
    return flat.reshape(stored.shape)
