"""How much memory a run needs, and how much of it is done at once so that it fits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import psutil
import torch

from prismdesk.engines.errors import OutOfMemoryError, SmallerWay
from prismdesk.engines.hosting.device_memory import device_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Literal

    from prismdesk.engines.errors import SmallerWork

    Offload = Literal["auto", "keep", "offload"]
    FreeBytes = Callable[[torch.device], int]

_SHARE_USED = 0.92
"""Of the memory free: estimates are rough, and allocators leave holes."""


_CLIP_FRAMES = {"cuda": 32, "mps": 16, "cpu": 8}
_SEGMENTS = {"cuda": 8, "mps": 4, "cpu": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPlan:
    """How much is done at once.

    Attributes:
        is_offloading: whether networks leave the device after their stage.
        takes_at_once: takes sampled and decoded in one batch.
        clip_frames_at_once: frames that CLIP looks at in one batch.
        segments_at_once: segments that the sync encoder looks at in one batch.
        notes: sentences on what was stepped down.
    """

    is_offloading: bool
    takes_at_once: int
    clip_frames_at_once: int
    segments_at_once: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StageNeeds:
    """One stage's memory.

    Attributes:
        name: of the stage; several networks of one stage have needs of their own.
        weight_bytes: of its networks.
        working_bytes: of what it holds beside them, under a plan.
    """

    name: str
    weight_bytes: int
    working_bytes: Callable[[MemoryPlan], int]


def free_bytes(device: torch.device) -> int:
    """Return how much memory is free on a device, main memory for the CPU."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        reserved = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(free + reserved)
    if device.type == "mps":
        most = torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
        return int(min(most, psutil.virtual_memory().available))
    return int(psutil.virtual_memory().available)


def ladder(device: torch.device, takes: int, offload: Offload) -> Iterator[MemoryPlan]:
    """Yield plans from the quickest to the most modest; none changes what is heard.

    Everything kept on the device, then one network at a time, then one take at a time, then
    smaller batches of the picture.
    """
    plan = MemoryPlan(
        is_offloading=offload == "offload",
        takes_at_once=takes,
        clip_frames_at_once=_CLIP_FRAMES[device.type],
        segments_at_once=_SEGMENTS[device.type],
    )
    yield plan
    if offload == "auto":
        plan = _stepped(
            plan, "One network at a time was loaded, as memory was short.", offload=True
        )
        yield plan
    if takes > 1:
        plan = replace(
            plan,
            takes_at_once=1,
            notes=(*plan.notes, "Takes were made one after the other, as memory was short."),
        )
        yield plan
    yield replace(
        plan,
        clip_frames_at_once=1,
        segments_at_once=1,
        notes=(*plan.notes, "The picture was looked at in small pieces, as memory was short."),
    )


def keeping_plan(device: torch.device) -> MemoryPlan:
    """Return the plan of a single take with every network kept on the device."""
    return next(ladder(device, 1, "keep"))


def needed_bytes(plan: MemoryPlan, stages: Sequence[StageNeeds]) -> int:
    """Return the most memory that a plan takes at any moment."""
    if not stages:
        return 0
    if plan.is_offloading:
        return max(stage.weight_bytes + stage.working_bytes(plan) for stage in stages)
    return sum(stage.weight_bytes for stage in stages) + max(
        stage.working_bytes(plan) for stage in stages
    )


def fitting_plan(
    plans: Sequence[MemoryPlan], stages: Sequence[StageNeeds], available_bytes: int
) -> MemoryPlan | None:
    """Return the quickest plan that fits, None if none does."""
    limit = int(available_bytes * _SHARE_USED)
    return next((plan for plan in plans if needed_bytes(plan, stages) <= limit), None)


def out_of_memory(
    model_name: str,
    *,
    wanted_bytes: int,
    available_bytes: int,
    device: torch.device,
    smaller: tuple[SmallerWork, ...],
) -> OutOfMemoryError:
    """Return the error that says how much is missing and what would fit."""
    place = "main memory" if device.type == "cpu" else "the graphics processor"
    would_fit = _named(smaller)
    advice = f"; this would fit: {', '.join(would_fit)}" if would_fit else ""
    return OutOfMemoryError(
        f"{model_name} needs about {_gigabytes(wanted_bytes)} of {place} at least, and "
        f"{_gigabytes(available_bytes)} are free{advice}.",
        would_fit,
        smaller=smaller,
        needed_bytes=wanted_bytes,
        free_bytes=available_bytes,
        device=device_memory(device).device,
    )


def nothing_ahead(model_name: str, *, wanted_bytes: int, available_bytes: int) -> OutOfMemoryError:
    """Return the error for networks that can only be loaded one after the other, as they work."""
    return OutOfMemoryError(
        f"{model_name} needs about {_gigabytes(wanted_bytes)} of main memory to be kept ready, and "
        f"{_gigabytes(available_bytes)} are free; it still works, loading one network at a time."
    )


def ran_out_of_memory(
    model_name: str, *, device: torch.device, smaller: tuple[SmallerWork, ...]
) -> OutOfMemoryError:
    """Return the error for memory that ran out although it should have sufficed."""
    would_fit = _named(smaller)
    advice = ", ".join(would_fit) if would_fit else "free memory elsewhere, or a shorter region"
    return OutOfMemoryError(
        f"Memory ran out while {model_name} worked, in small pieces already; try: {advice}.",
        would_fit,
        smaller=smaller,
        device=device_memory(device).device,
    )


def _named(smaller: tuple[SmallerWork, ...]) -> tuple[str, ...]:
    """Smaller work as the command line takes it: variants by their ids."""
    return tuple(work.value if work.way is SmallerWay.VARIANT else work.words for work in smaller)


def _stepped(plan: MemoryPlan, note: str, *, offload: bool) -> MemoryPlan:
    return replace(plan, is_offloading=offload, notes=(*plan.notes, note))


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"
