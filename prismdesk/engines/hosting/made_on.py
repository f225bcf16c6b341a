"""On what networks computed: what, beside the request, decides the last bits of the samples."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from prismdesk.engines.contract import MadeOn, iterate_seeds
from prismdesk.engines.hosting.device import name_of
from prismdesk.engines.processor import processor_name, versions_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.engines.contract import Result
    from prismdesk.engines.hosting.memory import MemoryPlan
    from prismdesk.engines.hosting.network import Checkpoint
    from prismdesk.engines.request import Request

_LIBRARIES = ("numpy", "scipy", "soxr")


def recorded(
    result: Result, request: Request, checkpoint: Checkpoint, memory: MemoryPlan
) -> Result:
    """Return a result that says on what it was made, and each sound what it was made beside."""
    seeds = tuple(iterate_seeds(request.seed, request.takes))
    at_once = memory.takes_at_once
    sounds = []
    for index, sound in enumerate(result.sounds):
        first = index - index % at_once
        beside = seeds[first : first + at_once]
        sounds.append(replace(sound, batch_seeds=beside if len(beside) > 1 else ()))
    return replace(result, sounds=tuple(sounds), made_on=made_on(checkpoint, memory))


def made_on(checkpoint: Checkpoint, memory: MemoryPlan) -> MadeOn:
    """Return device, numbers, libraries, and what was worked on at once."""
    device = checkpoint.device
    at_once = [
        ("pictures", memory.clip_frames_at_once),
        ("picture segments", memory.segments_at_once),
    ]
    if device.type == "cpu":
        at_once.append(("threads", torch.get_num_threads()))
    return MadeOn(
        device=device_name(device),
        precision=name_of(checkpoint.precision),
        libraries=(*_torch_versions(device), *versions_of(_LIBRARIES)),
        at_once=tuple(at_once),
    )


def device_name(device: torch.device) -> str:
    """Return the name of what computes, as people know it."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return f"{processor_name()}, Metal"
    return f"{processor_name()}, {torch.backends.cpu.get_cpu_capability()}"


def arithmetic_of(checkpoint: Checkpoint, memory: MemoryPlan) -> list[object]:
    """Return what decides the rounding of features, as JSON values: they are kept apart by it."""
    told = made_on(checkpoint, memory)
    return [told.device, told.libraries[:2], told.at_once]


def _torch_versions(device: torch.device) -> tuple[tuple[str, str], ...]:
    versions = [("torch", str(torch.__version__))]
    if device.type == "cuda":
        cudnn: Callable[[], int | None] = torch.backends.cudnn.version
        versions.append(("cudnn", str(cudnn())))
    return tuple(versions)
