"""What computes on this machine and how full its memory is, asked without torch.

The driver of NVIDIA's cards brings a program that answers; where there is none, or the user
chose the processor, it is the processor and main memory.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import psutil

from prismdesk.engines.device_names import PROCESSOR, short_name

if TYPE_CHECKING:
    from prismdesk.engines.contract import DeviceMemory

_ASKED = "name,memory.used,memory.total,driver_version"
_MOST_SECONDS = 5.0
_MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """A device as people know it: name, memory with all that lies there, and driver in words."""

    name: str
    used_bytes: int
    total_bytes: int
    detail: str = ""


def device_facts(wish: str) -> DeviceFacts:
    """Return what an engine would compute on.

    Args:
        wish: ``auto``, ``cpu``, ``mps``, ``cuda`` or ``cuda:N``, as the user chose.
    """
    if wish == "auto" or wish.startswith("cuda"):
        cards = _nvidia_cards()
        index = int(wish.partition(":")[2] or 0)
        if index < len(cards):
            return cards[index]
    memory = psutil.virtual_memory()
    is_apple = sys.platform == "darwin" and wish in ("auto", "mps")
    return DeviceFacts(
        "Apple GPU" if is_apple else PROCESSOR, memory.total - memory.available, memory.total
    )


def facts_with(memory: DeviceMemory | None, wish: str) -> DeviceFacts:
    """Return what an engine told of the device it works on, else ``device_facts``."""
    if memory is None:
        return device_facts(wish)
    return DeviceFacts(memory.device, memory.used_bytes, memory.total_bytes, _driver(memory.device))


@cache
def _driver(name: str) -> str:
    return next((card.detail for card in _nvidia_cards() if card.name == name), "")


def _nvidia_cards() -> tuple[DeviceFacts, ...]:
    """Ask the driver; nothing where it can't be asked."""
    program = _nvidia_program()
    if program is None:
        return ()
    try:
        answer = subprocess.run(
            [program, f"--query-gpu={_ASKED}", "--format=csv,noheader,nounits"],
            capture_output=True,
            text=True,
            timeout=_MOST_SECONDS,
            check=True,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ()
    return tuple(card for line in answer.stdout.splitlines() if (card := _card(line)) is not None)


@cache
def _nvidia_program() -> str | None:
    return shutil.which("nvidia-smi")


def _card(line: str) -> DeviceFacts | None:
    parts = [part.strip() for part in line.split(",")]
    if len(parts) != 4 or not (parts[1].isdecimal() and parts[2].isdecimal()):
        return None
    name, used, total, driver = parts
    return DeviceFacts(
        short_name(name), int(used) * _MEBIBYTE, int(total) * _MEBIBYTE, f"driver {driver}"
    )
