"""What each stage of a run costs, estimated, so that progress moves evenly."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prismdesk.engines.hosting.memory import StageNeeds

    Work = Callable[[str, int], float]
    """Operations of a stage, told its name and the bytes of its weights."""

CHECKING = "checking"
"""The stage in which files are read for their checksums; of known files it takes no time."""

_FLOP_PER_LOADED_BYTE = 100.0
"""A byte read from disk takes as long as so many operations, roughly, wherever that is."""

_FLOP_PER_CHECKED_BYTE = 30.0


def stage_costs(needs: Sequence[StageNeeds], work: Work) -> dict[str, float]:
    """Return the cost of every stage by name, in operations: loading its weights, and its work."""
    weights: dict[str, int] = {}
    for need in needs:
        weights[need.name] = weights.get(need.name, 0) + need.weight_bytes
    costs = {
        name: count * _FLOP_PER_LOADED_BYTE + work(name, count) for name, count in weights.items()
    }
    costs[CHECKING] = sum(weights.values()) * _FLOP_PER_CHECKED_BYTE
    return costs
