"""On what the networks work, and in which numbers."""

from __future__ import annotations

import torch

from prismdesk.engines.errors import UnsupportedError

_PRECISIONS = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}


def choose_device(wish: str) -> torch.device:
    """Return the device for ``auto``, ``cpu``, ``mps``, ``cuda`` or ``cuda:N``.

    Raises:
        UnsupportedError: this machine hasn't got it.
    """
    if wish == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(wish)
    except RuntimeError as error:
        raise UnsupportedError(
            f'There is no device "{wish}"; choose auto, cpu, mps, cuda or cuda:N.'
        ) from error
    if not _is_there(device):
        raise UnsupportedError(f'This machine has no device "{wish}"; choose auto or cpu.')
    return device


def choose_precision(wish: str, device: torch.device) -> torch.dtype:
    """Return the numbers for ``auto``, ``bf16``, ``fp16`` or ``fp32`` on a device."""
    if wish != "auto":
        return _PRECISIONS[wish]
    if device.type == "cuda":
        # Older cards only imitate bf16, slower than they do anything else.
        has_bf16 = torch.cuda.is_bf16_supported(including_emulation=False)
        return torch.bfloat16 if has_bf16 else torch.float16
    return torch.float32


def name_of(precision: torch.dtype) -> str:
    """Return the short name of a precision, e.g. ``bf16``."""
    return next(name for name, dtype in _PRECISIONS.items() if dtype == precision)


def empty_cache(device: torch.device) -> None:
    """Give memory that tensors left behind back to the device."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()


def _is_there(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count()
    return device.type == "cpu" or (device.type == "mps" and torch.backends.mps.is_available())
