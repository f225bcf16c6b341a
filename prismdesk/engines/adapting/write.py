"""Adapters written: one safetensors file with all that is known of it, or a folder for PEFT."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

import torch
from safetensors.torch import save

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.adapting.description import AdapterDescription, metadata_of
from prismdesk.engines.adapting.files import PEFT_WEIGHTS
from prismdesk.engines.adapting.peft_config import CONFIG_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from torch import Tensor

    from prismdesk.engines.adapting.parts import Kind
    from prismdesk.engines.nets.low_rank import Adapter, LowRank

__all__ = ["AdapterDescription", "write_adapter", "write_tensors"]


def write_adapter(
    path: Path,
    adapter: Adapter,
    *,
    description: AdapterDescription,
    form: Literal["safetensors", "peft"] = "safetensors",
) -> None:
    """Write an adapter in one step: where something goes wrong, what was there stays.

    Each layer's alpha is written so that its scale is alpha / rank, whatever it was trained by.

    Args:
        path: the file, or the folder of ``form`` peft.
        adapter: without residual bases; see ``conversion.as_true_difference``.
        description: what there is to say of it.
        form: one safetensors file, or a folder that PEFT reads.

    Raises:
        AdapterFileError: it can't be written, or belongs to a changed base.
    """
    for name, layer in adapter.layers.items():
        if layer.base is not None or layer.base_bias is not None:
            raise AdapterFileError(
                f"{adapter.name} changes {name} by a base of its own, which a LoRA file can't "
                "hold; give the model that it was trained on, so that it can be converted."
            )
    if not adapter.layers:
        raise AdapterFileError(f"{adapter.name} changes no layers, so there is nothing to write.")
    if form == "peft":
        _write_folder(path, adapter, description)
        return
    tensors = {}
    for name, layer in adapter.layers.items():
        tensors[f"{name}.lora_A.weight"] = layer.down
        tensors[f"{name}.lora_B.weight"] = layer.up
        tensors[f"{name}.alpha"] = torch.tensor(_alpha(layer), dtype=torch.float32)
    rank, alpha = _largest(adapter)
    _write_file(path, tensors, description, rank=rank, alpha=alpha, kind="low-rank")


def write_tensors(
    path: Path,
    tensors: Mapping[str, Tensor],
    *,
    description: AdapterDescription,
    kind: Literal["words", "vocoder"],
) -> None:
    """Write learned words (``words.vectors``) or the changed tensors of a vocoder, in one step.

    Raises:
        AdapterFileError: it can't be written.
    """
    _write_file(path, tensors, description, rank=0, alpha=0.0, kind=kind)


def _alpha(layer: LowRank) -> float:
    return layer.scale * layer.rank


def _largest(adapter: Adapter) -> tuple[int, float]:
    layer = max(adapter.layers.values(), key=lambda one: one.rank)
    return layer.rank, _alpha(layer)


def _write_file(
    path: Path,
    tensors: Mapping[str, Tensor],
    description: AdapterDescription,
    *,
    rank: int,
    alpha: float,
    kind: Kind,
) -> None:
    plain = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    about = description
    if not about.created_utc:
        about = replace(about, created_utc=datetime.now(UTC).isoformat(timespec="seconds"))
    metadata = metadata_of(
        about, rank=rank, alpha=alpha, kind=kind, tensors_sha256=_tensors_sha256(plain)
    )
    with _in_one_step(path) as partial:
        partial.write_bytes(save(plain, metadata))


def _tensors_sha256(tensors: Mapping[str, Tensor]) -> str:
    """Return ModelSpec's sum: of the bytes of all tensors, as they lie in the file."""
    data = save(dict(tensors))
    return sha256(data[8 + int.from_bytes(data[:8], "little") :]).hexdigest()


def _write_folder(folder: Path, adapter: Adapter, description: AdapterDescription) -> None:
    rank, alpha = _largest(adapter)
    tensors = {}
    for name, layer in adapter.layers.items():
        tensors[f"base_model.model.{name}.lora_A.weight"] = layer.down
        tensors[f"base_model.model.{name}.lora_B.weight"] = layer.up
    ranks = {name: one.rank for name, one in adapter.layers.items() if one.rank != rank}
    alphas = {name: _alpha(one) for name, one in adapter.layers.items() if _alpha(one) != alpha}
    config: dict[str, Any] = {
        "peft_type": "LORA",
        "r": rank,
        "lora_alpha": alpha,
        "rank_pattern": ranks,
        "alpha_pattern": alphas,
        "target_modules": sorted(adapter.layers),
        "base_model_name_or_path": description.base_model or None,
        "bias": "none",
        "lora_dropout": 0.0,
        "fan_in_fan_out": False,
        "use_rslora": False,
        "init_lora_weights": True,
        "inference_mode": True,
    }
    with _in_one_step(folder) as partial:
        partial.mkdir()
        (partial / CONFIG_NAME).write_text(json.dumps(config, indent=1), encoding="utf-8")
        _write_file(
            partial / PEFT_WEIGHTS, tensors, description, rank=rank, alpha=alpha, kind="low-rank"
        )


@contextmanager
def _in_one_step(path: Path) -> Iterator[Path]:
    """Have a path beside another to write to; at the end it takes the other's place."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove(partial)
        yield partial
        if path.is_dir():
            _remove(path)
        partial.replace(path)
    except OSError as error:
        raise AdapterFileError(f"{path} can't be written ({error.strerror or error}).") from error
    finally:
        _remove(partial)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
