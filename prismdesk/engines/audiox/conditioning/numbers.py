"""Tokens of numbers: lengths in seconds, say, or counts."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import nn

from prismdesk.engines.audiox.conditioner_config import ConditionerConfig, NumberConfig
from prismdesk.engines.audiox.conditioning.tokens import Tokens
from prismdesk.engines.loading.published import Published
from prismdesk.engines.nets.row_table import RowTable

if TYPE_CHECKING:
    from torch import Tensor

_FREQUENCIES = 128


class NumberFeatures(nn.Module):
    """A number between 0 and 1, with its sine and cosine at learned frequencies."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.empty(_FREQUENCIES))

    def forward(self, share: Tensor) -> Tensor:
        """Map [B] to [B, 257], float32."""
        share = share[:, None]
        angles = share * self.weights.float() * (2.0 * math.pi)
        return torch.cat((share, angles.sin(), angles.cos()), dim=1)


class NumberPrompt(nn.Module):
    """A number between two others, as one token."""

    def __init__(self, options: NumberConfig, width: int) -> None:
        super().__init__()
        self.options = options
        projection = nn.Linear(1 + 2 * _FREQUENCIES, width)
        self.embedder = nn.ModuleDict({"embedding": nn.Sequential(NumberFeatures(), projection)})

    def encode(self, values: Tensor) -> Tokens:
        """Return tokens [B, 1, D] and a mask [B, 1] of numbers [B], cut to the range."""
        features, projection = self.embedder["embedding"].children()
        weight = self.get_parameter("embedder.embedding.1.weight")
        low, high = self.options.min_val, self.options.max_val
        share = (values.to(weight.device).float().clamp(low, high) - low) / (high - low)
        return _one_each(projection(features(share).to(weight.dtype)))


class WholeNumberPrompt(nn.Module):
    """A whole number up to a largest one, as one token: a row of a table."""

    def __init__(self, options: NumberConfig, width: int) -> None:
        super().__init__()
        self.options = options
        rows = round(options.max_val - options.min_val) + 1
        self.int_embedder = RowTable(rows, width)

    def encode(self, values: Tensor) -> Tokens:
        """Return tokens [B, 1, D] and a mask [B, 1] of whole numbers [B], cut to the range."""
        low, high = round(self.options.min_val), round(self.options.max_val)
        rows = values.to(self.int_embedder.weight.device).long().clamp(low, high)
        return _one_each(self.int_embedder(rows))


AnyNumberPrompt = NumberPrompt | WholeNumberPrompt


def _one_each(rows: Tensor) -> Tokens:
    return Tokens(rows[:, None], torch.ones(rows.shape[0], 1, device=rows.device))


def number_checkpoint(config: ConditionerConfig) -> Published[AnyNumberPrompt]:
    """Say how the tensors of a number become its conditioner."""
    options = config.options
    if not isinstance(options, NumberConfig):
        raise ValueError(f"{config.type} takes no number")  # noqa: TRY004  (a wrong value)
    kind = WholeNumberPrompt if options.is_whole else NumberPrompt
    return Published(
        what=f"number {config.id} of AudioX", build=partial(kind, options, config.output_dim)
    )
