"""A learned row for each of a few numbers: tokens, places, distances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn.functional import embedding

if TYPE_CHECKING:
    from torch import Tensor


class RowTable(nn.Module):
    """``weight`` [rows, width], looked up by row.

    torch's own table draws start values, which every file replaces; drawn on the meta device, they
    make torch import all of its symbolic mathematics, a second of work.
    """

    def __init__(self, rows: int, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(rows, width))

    def forward(self, numbers: Tensor) -> Tensor:
        """Return the rows of whole numbers [...], as [..., width]."""
        return embedding(numbers, self.weight)
