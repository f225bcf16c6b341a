"""Which part of a sound is left out of the sound prompt when filling gaps is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import torch

if TYPE_CHECKING:
    from torch import Tensor

GapKind = Literal["segments", "suffix"]
_MOST_SEGMENTS = 10


def drawn_gap(kind: GapKind, real_frames: int, frames: int, generator: torch.Generator) -> Tensor:
    """Return where sound is missing, bool [frames]; what comes after the real sound is missing.

    Args:
        kind: "segments": one to ten of them, each 1 to real_frames // count frames long,
            beginning anywhere; "suffix": all after a beginning of 0 to real_frames frames.
        real_frames: frames that hold sound, R.
        frames: of the window.
        generator: what is drawn from.
    """
    gap = torch.ones(frames, dtype=torch.bool, device="cpu")
    if real_frames < 1:
        return gap
    if kind == "suffix":
        gap[: _whole(0, real_frames, generator)] = False
        return gap
    gap[:real_frames] = False
    count = _whole(1, _MOST_SEGMENTS, generator)
    for _ in range(count):
        length = _whole(1, max(1, real_frames // count), generator)
        start = _whole(0, real_frames - length, generator)
        gap[start : start + length] = True
    return gap


def kind_of_version(version: int) -> GapKind:
    """Return what gap version 1, 2 ... of a pair has: both kinds by turns."""
    return "segments" if version % 2 else "suffix"


def _whole(least: int, most: int, generator: torch.Generator) -> int:
    """Return a whole number from ``least`` to ``most``, both possible."""
    return int(torch.randint(least, most + 1, (), generator=generator, device="cpu"))
