"""What a chain of convolutions makes of a length, and which input a stretch of its output hears.

Both follow from widths, strides, dilations and paddings alone, and they are exact: a network that
is given what a stretch hears gives that stretch as it stands in the whole, to rounding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from prismdesk.engines.nets.pieces import Span
    from prismdesk.progress import FractionDone


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvStep:
    """One convolution, or one transposed one, whose input has zeros on either side.

    Attributes:
        width: taps.
        padding: zeros on either side; a transposed one drops as many of its output instead.
        dilation: distance of the taps.
        stride: by which it shortens, or lengthens if it is transposed.
        is_transposed: which of the two it is.
    """

    width: int
    padding: int
    dilation: int = 1
    stride: int = 1
    is_transposed: bool = False

    @property
    def _to_last_tap(self) -> int:
        return (self.width - 1) * self.dilation

    def length_after(self, length: int) -> int:
        """Return how long the output is, 0 if the input is too short for any."""
        if length < 1:
            return 0
        if self.is_transposed:
            made = (length - 1) * self.stride - 2 * self.padding + self._to_last_tap + 1
        else:
            made = (length + 2 * self.padding - self._to_last_tap - 1) // self.stride + 1
        return max(0, made)

    def heard_by(self, span: Span) -> Span:
        """Return the inputs that some of these outputs depend on; they may lie outside of all."""
        first, last = span[0], span[1] - 1
        if self.is_transposed:
            earliest = -(-(first + self.padding - self._to_last_tap) // self.stride)
            return earliest, (last + self.padding) // self.stride + 1
        start = first * self.stride - self.padding
        return start, last * self.stride - self.padding + self._to_last_tap + 1


class Excerpt(NamedTuple):
    """What has to be given for a stretch of the output.

    Attributes:
        start: first input.
        stop: one past the last.
        lead: how many outputs of the excerpt come before those that are wanted.
    """

    start: int
    stop: int
    lead: int


@dataclass(frozen=True, slots=True)
class Chain:
    """Convolutions one after the other."""

    steps: tuple[ConvStep, ...]

    @property
    def up(self) -> int:
        """How many times longer the output is, but for its ends."""
        return math.prod(step.stride for step in self.steps if step.is_transposed)

    @property
    def down(self) -> int:
        """How many times shorter it is, likewise."""
        return math.prod(step.stride for step in self.steps if not step.is_transposed)

    def length_after(self, length: int) -> int:
        """Return how long the output is."""
        for step in self.steps:
            length = step.length_after(length)
        return length

    def heard_by(self, span: Span) -> Span:
        """Return the inputs that some of these outputs depend on.

        They may lie outside of what there is: before 0, or past the end.
        """
        for step in reversed(self.steps):
            span = step.heard_by(span)
        return span

    def excerpt_for(self, span: Span, length: int) -> Excerpt:
        """Return what has to be given, of so many inputs, for some of the outputs."""
        start, stop = self.heard_by(span)
        start = max(0, start)
        start -= start % self.down
        return Excerpt(start, min(length, stop), span[0] - start * self.up // self.down)


def in_tiles(
    work: Callable[[Tensor], Tensor],
    chain: Chain,
    x: Tensor,
    *,
    tile: int,
    progress: FractionDone,
) -> Tensor:
    """Do the work of a chain on [B, C, N] in tiles, which fit the cache, each with its context.

    Args:
        work: gives [B, D, M] of any excerpt.
        chain: the convolutions in it.
        x: the whole.
        tile: outputs of a tile, at most.
        progress: called after each tile.
    """
    length = x.shape[-1]
    made = chain.length_after(length)
    if made <= tile:
        result = work(x)
        progress(1.0)
        return result
    whole: Tensor | None = None
    for first in range(0, made, tile):
        last = min(first + tile, made)
        start, stop, lead = chain.excerpt_for((first, last), length)
        part = work(x[..., start:stop])[..., lead : lead + last - first]
        if whole is None:
            whole = part.new_empty(*part.shape[:-1], made)
        whole[..., first:last] = part
        progress(last / made)
    assert whole is not None
    return whole
