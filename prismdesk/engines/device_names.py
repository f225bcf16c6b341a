"""What people call the device that computes."""

from __future__ import annotations

PROCESSOR = "processor"
_MAKERS = ("NVIDIA ", "GeForce ", "AMD ", "Intel(R) ")


def short_name(full_name: str) -> str:
    """Return "RTX 4070" for "NVIDIA GeForce RTX 4070"."""
    name = full_name.strip()
    for maker in _MAKERS:
        name = name.removeprefix(maker)
    return name or full_name
