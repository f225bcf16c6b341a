"""Memory for work in blocks: kept by the C library instead of given back at each block."""

from __future__ import annotations

import numpy as np

_KEPT_BYTES = 16 * 2**20


def keep_freed_memory() -> None:
    """Raise the C library's limits for giving freed memory back to the system.

    glibc raises them to the size of the largest mapping that was freed (mallopt(3),
    M_MMAP_THRESHOLD). Else each block's memory may be mapped and cleared anew, which takes a third
    of the time of a conform. Elsewhere this does nothing.
    """
    np.empty(_KEPT_BYTES, np.uint8)
