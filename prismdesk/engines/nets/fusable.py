"""Networks that can go over to quicker routines, and say when their parameters have moved."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from torch import nn

from prismdesk.engines.nets.channel_last import SequenceConv, SequenceLinear
from prismdesk.engines.nets.gated_mlp import GatedConvMlp, GatedMlp

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

_MEMORIES = count()
_FUSABLE = (SequenceLinear, SequenceConv, GatedMlp, GatedConvMlp)


class FusableNetwork(nn.Module):
    """A network whose projections that read the same become one, in place.

    ``memory`` is a number that changes whenever parameters come to lie elsewhere, and that no
    other network ever has: what was recorded for another number must not be played back.

    Args:
        fused: whether ``finish`` makes it quick.
    """

    def __init__(self, *, fused: bool) -> None:
        super().__init__()
        self.is_fused = False
        self._wants_fused = fused
        self.memory = next(_MEMORIES)

    def finish(self) -> None:
        """Make the network quick once its weights are there, if it was built to be."""
        if self._wants_fused:
            self.fuse()

    def fuse(self) -> None:
        """Work by the quickest routines from now on; the memory needed stays the same."""
        for module in self.modules():
            if isinstance(module, _FUSABLE):
                module.fuse()
        self.is_fused = True
        self.memory = next(_MEMORIES)

    def unfuse(self) -> None:
        """Go back to the plain layers, with every row in the order of the file."""
        for module in self.modules():
            if isinstance(module, _FUSABLE):
                module.unfuse()
        self.is_fused = False
        self.memory = next(_MEMORIES)

    def weights_changed(self) -> None:
        """Let go of what was worked out of weights that have been changed in place."""

    def _apply(self, fn: Callable[..., Tensor], recurse: bool = True) -> Any:
        """Move or cast the network."""
        self.memory = next(_MEMORIES)
        return super()._apply(fn, recurse)  # type: ignore[no-untyped-call]  # torch leaves it untyped
