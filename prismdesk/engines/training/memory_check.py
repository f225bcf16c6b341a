"""Whether a run fits the graphics card that it is to use, asked before anything is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.errors import OutOfMemoryError
from prismdesk.engines.hosting.device_memory import device_memory
from prismdesk.engines.training.memory_needs import advice, needed_bytes, refusal, trained_size
from prismdesk.engines.training.subjects import training_precision

if TYPE_CHECKING:
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.weights.model import Model


def check_memory(model: Model, options: TrainingOptions, device: torch.device) -> None:
    """Refuse a run that doesn't fit; main memory isn't judged, because it can be swapped.

    Raises:
        OutOfMemoryError: it takes more than is free; the message says what would fit.
    """
    if device.type != "cuda":
        return
    memory = device_memory(device)
    free_bytes = memory.total_bytes - memory.used_bytes
    is_half = _is_half(options, device)
    sentence = refusal(model, options, free_bytes, is_half=is_half)
    if sentence:
        raise OutOfMemoryError(
            sentence,
            needed_bytes=needed_bytes(
                trained_size(model, options.method), options, is_half=is_half
            ),
            free_bytes=free_bytes,
            device=memory.device,
        )


def memory_advice(model: Model, options: TrainingOptions, device: torch.device) -> str:
    """Return what to do once memory has run out, as the end of a sentence."""
    if device.type != "cuda":
        return "choose a smaller batch or a smaller model"
    memory = device_memory(device)
    free_bytes = memory.total_bytes - memory.used_bytes
    return advice(
        trained_size(model, options.method), options, free_bytes, is_half=_is_half(options, device)
    )


def _is_half(options: TrainingOptions, device: torch.device) -> bool:
    return training_precision(options, device) == torch.bfloat16
