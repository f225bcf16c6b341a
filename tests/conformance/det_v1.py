"""Weights from a tensor's name: the rule ``det-v1`` of the conformance cases."""

from __future__ import annotations

import math
import zlib
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def det_v1_tensor(name: str, shape: Iterable[int]) -> torch.Tensor:
    """Return the float32 tensor that stands under a name.

    Standard normal numbers of PCG64 seeded with the CRC-32 of the name, scaled: gains of weight
    norm 0.5 + 0.1 |z|, matrices z / sqrt(fan in), other gains 1 + 0.1 z, everything else 0.1 z.
    """
    size = tuple(shape)
    generator = np.random.Generator(np.random.PCG64(zlib.crc32(name.encode("utf-8"))))
    z = np.asarray(generator.standard_normal(size=size, dtype=np.float32))
    if name.endswith(("weight_g", "original0")):
        values = np.float32(0.5) + np.float32(0.1) * np.abs(z)
    elif len(size) >= 2:
        values = z / np.float32(math.sqrt(math.prod(size[1:])))
    elif name.endswith(("weight", "gamma")):
        values = np.float32(1.0) + np.float32(0.1) * z
    else:
        values = np.float32(0.1) * z
    return torch.from_numpy(np.asarray(values, np.float32).reshape(size))


def det_v1_state(shapes: Mapping[str, Iterable[int]]) -> dict[str, torch.Tensor]:
    """Return a whole state: every name with its tensor."""
    return {name: det_v1_tensor(name, shape) for name, shape in shapes.items()}
