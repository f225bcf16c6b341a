"""Gated feed-forward layers (SwiGLU; Shazeer, "GLU variants improve transformer", 2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from prismdesk.engines.nets.channel_last import SequenceConv, SequenceLinear

if TYPE_CHECKING:
    from collections.abc import Callable

_MULTIPLE = 256


def inner_width(hidden: int) -> int:
    """Return the inner width for a nominal one: two thirds of it, up to a multiple of 256."""
    return _MULTIPLE * -(-(2 * hidden // 3) // _MULTIPLE)


class _Gated(nn.Module):
    """w2( silu(w1 x) * w3 x ) for three layers of one kind, none with a bias.

    Once fused, the weights of ``w1`` and ``w3`` are two halves of one piece of memory, and both
    products are one; changing them in place goes on working.
    """

    def __init__(
        self,
        layer: Callable[[int, int], SequenceLinear | SequenceConv],
        dim: int,
        hidden: int | None,
    ) -> None:
        super().__init__()
        inner = inner_width(4 * dim if hidden is None else hidden)
        self.w1 = layer(dim, inner)
        self.w2 = layer(inner, dim)
        self.w3 = layer(dim, inner)
        self._joined: Tensor | None = None

    def fuse(self) -> None:
        """Put the weights of ``w1`` and ``w3`` into one piece of memory."""
        joined = torch.cat([self.w1.weight.data, self.w3.weight.data])
        self.w1.weight.data, self.w3.weight.data = joined.chunk(2)
        self._joined = joined

    def unfuse(self) -> None:
        """Give ``w1`` and ``w3`` memory of their own again."""
        self._joined = None
        self.w1.weight.data = self.w1.weight.data.clone()
        self.w3.weight.data = self.w3.weight.data.clone()

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, N, D] to [B, N, D]."""
        joined = self._joined
        if joined is None:
            return self._outward(self.w1(x), self.w3(x))
        gate, value = self.w1.with_weight(x, joined, None).chunk(2, dim=-1)
        return self._outward(gate, value)

    def _outward(self, gate: Tensor, value: Tensor) -> Tensor:
        mapped: Tensor = self.w2(functional.silu(gate) * value)
        return mapped

    def _apply(self, fn: Callable[..., Tensor], recurse: bool = True) -> Any:
        """Move or cast the layer; what was one piece of memory is one again afterwards."""
        was_joined, self._joined = self._joined is not None, None
        applied = super()._apply(fn, recurse)  # type: ignore[no-untyped-call]  # torch leaves it untyped
        if was_joined:
            self.fuse()
        return applied


class GatedMlp(_Gated):
    """The layer over single places: ``w1``, ``w3`` [M, D], ``w2`` [D, M].

    M is the inner width for the nominal ``hidden``, 4 D if that is None.
    """

    def __init__(self, dim: int, *, hidden: int | None = None) -> None:
        super().__init__(lambda i, o: SequenceLinear(i, o, bias=False), dim, hidden)


class GatedConvMlp(_Gated):
    """The layer with convolutions of width k: ``w1``, ``w3`` [M, D, k], ``w2`` [D, M, k]."""

    def __init__(self, dim: int, kernel_size: int, *, hidden: int | None = None) -> None:
        super().__init__(lambda i, o: SequenceConv(i, o, kernel_size, bias=False), dim, hidden)
