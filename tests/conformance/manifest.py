"""The tensors of a published checkpoint file, by name, without their values."""

from __future__ import annotations

import copy
import functools
import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

_FOLDER = Path(__file__).parent / "manifests"


def manifest_state(name: str) -> dict[str, Tensor]:
    """Return every tensor of a manifest on the meta device, under its published name."""
    tensors = _read(name)["tensors"]
    return {
        published: torch.empty(shape, dtype=getattr(torch, dtype), device="meta")
        for published, (dtype, shape) in tensors.items()
    }


def manifest_config(name: str) -> dict[str, Any]:
    """Return the ``config.json`` that goes with a checkpoint, where its manifest has one."""
    config: dict[str, Any] = copy.deepcopy(_read(name)["config"])
    return config


@functools.cache
def _read(name: str) -> Any:
    return json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
