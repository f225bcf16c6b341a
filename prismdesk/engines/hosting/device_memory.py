"""How full the memory of a device is, with whatever lies there besides our own networks."""

from __future__ import annotations

import psutil
import torch

from prismdesk.engines.contract import DeviceMemory
from prismdesk.engines.device_names import PROCESSOR, short_name


def device_memory(device: torch.device) -> DeviceMemory:
    """Return a device's name and its memory; main memory for the processor."""
    if device.type == "cuda":
        free, total = torch.cuda.mem_get_info(device)
        # What torch holds back for later counts as used by others' figures, but it is free to us.
        held = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        name = short_name(torch.cuda.get_device_name(device))
        return DeviceMemory(device=name, used_bytes=max(0, total - free - held), total_bytes=total)
    if device.type == "mps":
        return DeviceMemory(
            device="Apple GPU",
            used_bytes=torch.mps.driver_allocated_memory(),
            total_bytes=torch.mps.recommended_max_memory(),
        )
    memory = psutil.virtual_memory()
    return DeviceMemory(
        device=PROCESSOR, used_bytes=memory.total - memory.available, total_bytes=memory.total
    )
