"""The tensors of a published checkpoint file, by name, without their values."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from torch import Tensor

_FOLDER = Path(__file__).parent / "manifests"


def manifest_state(name: str) -> dict[str, Tensor]:
    """Return every tensor of a manifest on the meta device, under its published name."""
    tensors = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))["tensors"]
    return {
        published: torch.empty(shape, dtype=getattr(torch, dtype), device="meta")
        for published, (dtype, shape) in tensors.items()
    }
