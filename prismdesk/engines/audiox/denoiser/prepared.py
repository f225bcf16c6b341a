"""What a denoiser works out once for all steps of a run."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Hashable


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What stays the same over all steps.

    G groups of conditions serve any multiple of G takes: the takes of a group lie side by side in
    the batch, and share its tensors without a copy. A batch holds one half (the conditional one)
    or two, with the unconditional one last.

    Attributes:
        halves: how many evaluations of the latents there are, 1 or 2.
        told: how many of the halves have a context, the first ones; of the others the context is
            all zeros in a network where that has no effect.
        groups: G; tensors that hold one group serve all of them.
        rotation: rotary angles or factors.
        context: what the context is turned into for every layer; None if there is none.
        front: tokens put in front [halves G, P, D].
        global_: what is added to the time embedding [G, D], float32.
        input_concat: channels that join the latents [G, C, N].
    """

    halves: int
    told: int
    groups: int
    rotation: Tensor
    context: Tensor | None = None
    front: Tensor | None = None
    global_: Tensor | None = None
    input_concat: Tensor | None = None

    def tensors(self) -> tuple[Tensor, ...]:
        """Return all tensors that are there, in a fixed order."""
        return tuple(getattr(self, name) for name in self._names())

    def with_tensors(self, tensors: tuple[Tensor, ...]) -> Prepared:
        """Return the same with other tensors, as ``tensors`` gives them."""
        given: dict[str, Any] = dict(zip(self._names(), tensors, strict=True))
        return replace(self, **given)

    def layout(self) -> Hashable:
        """Return what there is besides the tensors' values and shapes."""
        return (self.halves, self.told, self.groups, self._names())

    def _names(self) -> tuple[str, ...]:
        return tuple(
            one.name for one in fields(self) if isinstance(getattr(self, one.name), Tensor)
        )


def over_takes(groups: Tensor, rows: int) -> Tensor:
    """Repeat each of [G, ...] for its takes: [rows, ...]; a view where that is possible."""
    count = groups.shape[0]
    if count == rows:
        return groups
    if rows % count:
        raise ValueError(f"{rows} takes don't share {count} groups of conditions evenly")
    takes = rows // count
    return groups.unsqueeze(1).expand(-1, takes, *groups.shape[1:]).flatten(0, 1)


def joined_groups(first: Tensor, second: Tensor) -> Tensor:
    """Return the groups of both, [2 G, ...]; one of the two may hold one group for all."""
    count = max(first.shape[0], second.shape[0])
    return torch.cat([over_takes(first, count), over_takes(second, count)])
