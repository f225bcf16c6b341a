"""Runs a sampler by name."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from prismdesk.engines.sampling.samplers.kinds import sampler_kind
from prismdesk.engines.sampling.samplers.run import Blend, Denoiser, OnStep, Run
from prismdesk.errors import InputError
from prismdesk.progress import IsCancelled, never_cancelled

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.sampling.step_noise import StepNoise


def sample(
    kind: str,
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    step_noise: StepNoise | None = None,
    blend: Blend | None = None,
    on_step: OnStep | None = None,
    cancelled: IsCancelled = never_cancelled,
) -> Tensor:
    """Lead x down the noise levels.

    Args:
        kind: of the sampler, see ``SAMPLER_KINDS``.
        denoiser: gives the clean estimate of x at a level.
        x: the state at the first level, [B, C, N]: noise times it, with or without data.
        sigmas: the levels, falling, the last one 0; two of them are one step, which is the clean
            estimate at the first.
        step_noise: for stochastic samplers.
        blend: puts known material into x at each step.
        on_step: is told after each step.
        cancelled: asked before each call of the denoiser.

    Returns:
        The data, [B, C, N], float32.

    Raises:
        InputError: there is no such sampler, or it can't blend.
        ValueError: the levels don't fall to 0, or noise is missing.
        Cancelled: as told.
    """
    method = sampler_kind(kind)
    if blend is not None and not method.can_blend:
        raise InputError(f"{method.id} can't keep part of the sound; choose another sampler.")
    levels: tuple[float, ...] = tuple(sigmas.tolist())
    if len(levels) < 2 or levels[-1] != 0.0 or any(a <= b for a, b in pairwise(levels)):
        raise ValueError("noise levels must fall, and end at 0")
    run = Run(
        denoiser=denoiser,
        sigmas=levels,
        step_noise=step_noise,
        blend=blend,
        on_step=on_step,
        cancelled=cancelled,
    )
    x = x.float()
    return _single_step(run, x) if run.steps == 1 else method.walk(run, x)


def _single_step(run: Run, x: Tensor) -> Tensor:
    denoised = run.denoised(x, run.sigmas[0])
    run.tell(0, denoised, denoised)
    return denoised
