"""What a run writes as its preset: the adapter, with everything that is known of its making."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import torch
from safetensors.torch import save

from prismdesk.engines.training.options import to_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from prismdesk.engines.nets.low_rank import LowRank
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.training.subject import BaseModel


def write_learned(
    path: Path,
    layers: Mapping[str, LowRank],
    *,
    family: str,
    base: BaseModel,
    options: TrainingOptions,
    targets: Sequence[str],
    step: int,
) -> None:
    """Write an adapter; the same tensors and facts give the same bytes.

    Raises:
        OSError: the disk gave up.
    """
    tensors = {}
    for name, layer in layers.items():
        tensors[f"{name}.lora_A.weight"] = layer.down
        tensors[f"{name}.lora_B.weight"] = layer.up
        tensors[f"{name}.alpha"] = torch.tensor(layer.scale * layer.down.shape[0])
    about = {
        "family": family,
        "base_model": base.model_id,
        "base_sha256": base.sha256,
        "training": {**to_mapping(options), "targets": list(targets), "step": step},
    }
    whole = {name: tensor.contiguous() for name, tensor in tensors.items()}
    path.write_bytes(save(whole, {"prismdesk": json.dumps(about, sort_keys=True)}))
