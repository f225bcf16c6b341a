"""Cutting something long into overlapping pieces, and joining what was made of them.

The pieces of one thing are nearly equal where they overlap: what differs is only how far each saw.
A sum of equals keeps its level under weights that add up to one, so the crossfade is linear. An
equal-power one, which suits unrelated sounds, would raise the middle of every overlap by 3 dB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import Tensor

Span = tuple[int, int]
"""Half-open range of frames."""


@dataclass(frozen=True, slots=True)
class Cutting:
    """How long pieces are and how far neighbours overlap, at least.

    Raises:
        ValueError: the overlap is negative or leaves nothing of the piece.
    """

    piece_frames: int
    overlap_frames: int

    def __post_init__(self) -> None:
        if not 0 <= self.overlap_frames < self.piece_frames:
            raise ValueError("An overlap is shorter than its piece.")

    def spans(self, length: int) -> list[Span]:
        """Cut so many frames: one piece if they fit, otherwise equal ones, evenly spread."""
        if length <= self.piece_frames:
            return [(0, length)]
        last_start = length - self.piece_frames
        steps = -(-last_start // (self.piece_frames - self.overlap_frames))
        starts = [round(last_start * step / steps) for step in range(steps + 1)]
        return [(start, start + self.piece_frames) for start in starts]


def join_pieces(
    pieces: Iterable[tuple[Span, Tensor]], length: int, *, frames_per_unit: int = 1
) -> Tensor:
    """Join pieces [..., n] that come in order of time, each fading linearly into the next.

    Args:
        pieces: span of each, and what was made of it.
        length: of the whole, in the unit of the spans.
        frames_per_unit: frames of the result for each unit of the spans.

    Returns:
        [..., length * frames_per_unit]; a piece that is the whole is returned as it is.
    """
    whole: Tensor | None = None
    filled = 0
    for (start, stop), piece in pieces:
        first, last = start * frames_per_unit, stop * frames_per_unit
        if (start, stop) == (0, length):
            return piece
        if whole is None:
            whole = piece.new_empty(*piece.shape[:-1], length * frames_per_unit)
        overlap = filled - first
        if overlap > 0:
            share = (torch.arange(overlap, device=piece.device) + 0.5) / overlap
            faded = torch.lerp(whole[..., first:filled], piece[..., :overlap], share.to(piece))
            whole[..., first:filled] = faded
        whole[..., max(first, filled) : last] = piece[..., max(0, overlap) :]
        filled = last
    if whole is None:
        raise ValueError("There are no pieces to join.")
    return whole
