"""Lack of memory, known by the many ways in which libraries tell it."""

from __future__ import annotations

import torch

_WORDS = (
    "out of memory",
    "not enough memory",
    "can't allocate memory",
    "cannot allocate memory",
    "unable to mmap",
    # All that the library of convolutions on the CPU says when it gets no memory.
    "could not create a primitive",
)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of torch, Python or the system says that memory ran out."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    told = str(error).casefold()
    return isinstance(error, (RuntimeError, OSError)) and any(words in told for words in _WORDS)
