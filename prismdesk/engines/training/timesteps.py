"""Which times, that is noise levels, a step trains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.training.options import TrainingOptions


def mode_at(options: TrainingOptions, step: int) -> str:
    """Return "uniform" or "logit_normal": what step number ``step``, from 0, trains."""
    if options.timestep_mode != "curriculum":
        return options.timestep_mode
    return "logit_normal" if step < options.curriculum_switch * options.steps else "uniform"


def drawn_times(
    options: TrainingOptions, step: int, count: int, generator: torch.Generator
) -> Tensor:
    """Return times [count] of a step: uniform in 0 to 1, or sigmoid(sigma z) with z normal."""
    if mode_at(options, step) == "uniform":
        return torch.rand(count, generator=generator, device="cpu")
    z = torch.randn(count, generator=generator, device="cpu")
    return torch.sigmoid(options.logit_normal_sigma * z)


def measuring_times(count: int) -> Tensor:
    """Return the middles of ``count`` equal parts of 0 to 1."""
    return (torch.arange(count, dtype=torch.float32, device="cpu") + 0.5) / count
