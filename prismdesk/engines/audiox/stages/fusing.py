"""All tokens of each window, put together and fused, as the denoiser takes them."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from prismdesk.engines.audiox.conditioning.assembly import conditioning_inputs
from prismdesk.engines.audiox.conditioning.tokens import ConditioningInputs, Tokens
from prismdesk.engines.audiox.networks import MAF
from prismdesk.engines.contract import Phase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from prismdesk.engines.audiox.conditioning.maf import Maf
    from prismdesk.engines.audiox.run_state import RunState

STAGE = "fusing"


@dataclass(frozen=True, slots=True, kw_only=True)
class StretchTokens:
    """The tokens of all prompts, on the CPU.

    Attributes:
        words: of the prompt [1, tokens, width].
        unwanted: of the negative prompt, None if there is none.
        pictures: of each window [1, tokens, width].
        sounds: of each window [1 or takes, tokens, width].
    """

    words: Tensor
    unwanted: Tensor | None
    pictures: Sequence[Tensor]
    sounds: Sequence[Tensor]


@dataclass(frozen=True, slots=True)
class Told:
    """What the denoiser is told of one window, on the CPU: of all takes, or of each."""

    context: Tensor
    unwanted: Tensor | None

    def of_takes(self, first: int, last: int) -> Told:
        """Return what it is told of some of the takes."""
        if len(self.context) == 1:
            return self
        unwanted = None if self.unwanted is None else self.unwanted[first:last]
        return Told(self.context[first:last], unwanted)

    def conditions(self, device: torch.device) -> ConditioningInputs:
        """Return the context on a device."""
        return ConditioningInputs(cross_tokens=self.context.to(device))


def fused(run: RunState, tokens: StretchTokens) -> list[Told]:
    """Return what the denoiser is told of each window."""
    run.monitor.begin(STAGE, Phase.ANALYSING)
    made = []
    with nullcontext() if run.config.gate is None else run.using(MAF) as maf:
        for index, (picture, sound) in enumerate(zip(tokens.pictures, tokens.sounds, strict=True)):
            context = _context(run, tokens.words, picture, sound, maf)
            unwanted = None
            if tokens.unwanted is not None:
                unwanted = _context(run, tokens.unwanted, picture, sound, maf)
            made.append(Told(context, unwanted))
            run.monitor.at(Phase.ANALYSING, index + 1, len(run.windows))
    return made


def _context(
    run: RunState, words: Tensor, picture: Tensor, sound: Tensor, maf: Maf | None
) -> Tensor:
    """Return [1 or takes, tokens, width]: each take by itself, so that none depends on others."""
    config, device = run.config, run.checkpoint.device
    dtype = torch.float32 if maf is None else maf.unified_experts.dtype
    rows = []
    for row in sound:
        groups = {}
        for found, group in (
            (config.text, words),
            (config.picture, picture),
            (config.sound, row[None]),
        ):
            if found is not None:
                placed = group.to(device, dtype)
                groups[found.id] = Tokens(placed, torch.ones(1, 1, device=device))
        inputs = conditioning_inputs(config, groups, maf)
        if inputs.cross_tokens is None:
            raise ValueError("a model without a context can't be told anything")
        rows.append(inputs.cross_tokens.float().cpu())
    return torch.cat(rows)
