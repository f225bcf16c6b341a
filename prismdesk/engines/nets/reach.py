"""What a chain of convolutions makes of a length, and which input a stretch of its output hears.

Both follow from widths, strides, dilations and paddings alone, and they are exact: a network that
is given the input that ``heard_by`` names for a stretch gives that stretch as it stands in the
whole, to rounding. Where the input is cut at a whole multiple of the chain's strides, the stretch
also lies where it lies in the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.engines.nets.pieces import Span


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
    def _taps_to_last(self) -> int:
        return (self.width - 1) * self.dilation

    def length_after(self, length: int) -> int:
        """Return how long the output is, 0 if the input is too short for any."""
        if length < 1:
            return 0
        if self.is_transposed:
            made = (length - 1) * self.stride - 2 * self.padding + self._taps_to_last + 1
        else:
            made = (length + 2 * self.padding - self._taps_to_last - 1) // self.stride + 1
        return max(0, made)

    def heard_by(self, span: Span) -> Span:
        """Return the inputs that some of these outputs depend on; they may lie outside of all."""
        first, last = span[0], span[1] - 1
        if self.is_transposed:
            earliest = -(-(first + self.padding - self._taps_to_last) // self.stride)
            return earliest, (last + self.padding) // self.stride + 1
        start = first * self.stride - self.padding
        return start, last * self.stride - self.padding + self._taps_to_last + 1


def length_after(steps: Sequence[ConvStep], length: int) -> int:
    """Return how long the output of a chain is."""
    for step in steps:
        length = step.length_after(length)
    return length


def heard_by(steps: Sequence[ConvStep], span: Span) -> Span:
    """Return the inputs of a chain that some of these outputs depend on.

    They may lie outside of what there is: before 0, or past the end.
    """
    for step in reversed(steps):
        span = step.heard_by(span)
    return span
