"""How much device memory a checkpoint takes, worked out from the sizes of its networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prismdesk.engines.weights.model import Model

_FLOAT_BYTES = 4
_CLIP_TEXT_SHARE = 0.36
_SYNCHFORMER_SHARE = 0.52
_T5_ENCODER_SHARE = 0.44
_WORK_BYTES = 1_200_000_000
_WORK_BYTES_PER_SECOND = 4_000_000


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """Device memory for a region, in 16-bit precision: an estimate, not a measurement.

    Attributes:
        region_seconds: how long the region is.
        all_kept_bytes: with every network on the device at once.
        offloaded_bytes: with the largest one only, the others waiting in main memory.
    """

    region_seconds: float
    all_kept_bytes: int
    offloaded_bytes: int


def memory_need(model: Model, region_seconds: float) -> MemoryNeed:
    """Return what a region of a length takes: 2 bytes per weight and the working memory.

    Long regions are worked through in windows, so only features and latents grow with them.
    """
    networks = [
        int(file.size_bytes * _share(model, role) * 2 / _FLOAT_BYTES)
        for role, file in model.files.items()
        if not file.resource and role != "vocoder_config"
    ]
    work_bytes = int(_WORK_BYTES + _WORK_BYTES_PER_SECOND * region_seconds)
    return MemoryNeed(
        region_seconds, sum(networks) + work_bytes, max(networks, default=0) + work_bytes
    )


def _share(model: Model, role: str) -> float:
    """How much of a file is read: SelVA doesn't look with CLIP, nobody needs T5's decoder."""
    if role == "clip" and model.family == "selva":
        return _CLIP_TEXT_SHARE
    if role == "sync" and model.family == "mmaudio":
        return _SYNCHFORMER_SHARE
    return _T5_ENCODER_SHARE if role == "t5" else 1.0
