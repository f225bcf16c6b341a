"""What adapters add to the memory of a run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.engines.adapting.application import kept_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.engines.hosting.memory import StageNeeds
    from prismdesk.engines.hosting.network import Checkpoint
    from prismdesk.engines.request import AdapterOnRun

SAMPLING = "sampling"
"""The stage in which the network works that adapters change."""


def with_kept_weights(
    needs: tuple[StageNeeds, ...], adapters: Sequence[AdapterOnRun], checkpoint: Checkpoint
) -> tuple[StageNeeds, ...]:
    """Return needs with the pretrained weights that are kept while adapters are on.

    They are kept in main memory, so only a run that works there needs them.

    Raises:
        AdapterRefusedError: a file can't be used.
    """
    if not adapters or checkpoint.device.type != "cpu":
        return needs
    kept = kept_bytes(adapters, checkpoint.precision.itemsize)
    return tuple(
        replace(one, weight_bytes=one.weight_bytes + kept) if one.name == SAMPLING else one
        for one in needs
    )
