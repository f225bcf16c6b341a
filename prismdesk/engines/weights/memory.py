"""How much device memory a checkpoint takes, worked out from the sizes of its networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prismdesk.engines.weights.model import Model

_OF_FILE = {
    "generator": 0.5,  # 16 of its 32 bits
    "sync": 0.5,
    "clip": 0.5,
    "t5": 0.22,  # and only the encoder
    "vae": 0.5,  # the decoder, in all its bits
    "vocoder": 1.0,
}
_OF_CLIP_WITHOUT_PICTURE = 0.18
_OF_SYNCHFORMER_FILE = 0.26
_OF_AUDIOX_FILE = {
    "model": 0.5,
    "t5": 0.25,
    "sync": _OF_SYNCHFORMER_FILE,
    "vae": 0.0,  # the model's file has it as well
}
_DENOISER_OF_AUDIOX_FILE = 0.41  # the largest network of the model's file, in 16 bit
_WORK_BYTES = {"selva": 1_200_000_000, "audiox": 2_500_000_000}
_WORK_BYTES_PER_SECOND = 4_000_000


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """Device memory for one take of a region, in 16-bit precision: estimated, not measured.

    Attributes:
        region_seconds: how long the region is.
        all_kept_bytes: with every network on the device at once.
        offloaded_bytes: with the largest one only, the others waiting in main memory.
    """

    region_seconds: float
    all_kept_bytes: int
    offloaded_bytes: int


def memory_need(model: Model, region_seconds: float) -> MemoryNeed:
    """Return what a region of a length takes: networks and working memory.

    Long regions are worked through in windows, so only features and latents grow with them.
    """
    networks = {
        role: int(file.size_bytes * _of_file(model, role)) for role, file in model.files.items()
    }
    largest_bytes = max(networks.values(), default=0)
    if model.engine == "audiox" and "model" in model.files:
        largest_bytes = int(model.files["model"].size_bytes * _DENOISER_OF_AUDIOX_FILE)
    work_bytes = int(_WORK_BYTES[model.engine] + _WORK_BYTES_PER_SECOND * region_seconds)
    return MemoryNeed(
        region_seconds, sum(networks.values()) + work_bytes, largest_bytes + work_bytes
    )


def _of_file(model: Model, role: str) -> float:
    """Return the bytes on the device for each byte of a file: not all of it is read."""
    if model.engine == "audiox":
        return _OF_AUDIOX_FILE.get(role, 0.0)
    if role == "clip" and model.family == "selva":
        return _OF_CLIP_WITHOUT_PICTURE
    if role == "sync" and model.family == "mmaudio":
        return _OF_SYNCHFORMER_FILE
    return _OF_FILE.get(role, 0.0)
