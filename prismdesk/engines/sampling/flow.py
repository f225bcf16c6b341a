"""Sampling of straight flows: from noise at time 0 to data at time 1 (Lipman et al., 2023)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled

Velocity = Callable[[Tensor, float], Tensor]
"""Takes a latent [B, L, C] and its time, 0 to 1; gives where it moves, [B, L, C]."""

AfterStep = Callable[[Tensor, float], Tensor]
"""Takes the latent after a step and the time reached; gives the latent to go on with."""

OnStep = Callable[[int, int, Tensor, Tensor, float], None]
"""Told after each step: steps done, steps in all, the latent, the velocity used and the time
reached. ``latent + (1 - time) * velocity`` is the clean latent that the step points at."""

_SAME_TIME = 1e-4


def step_times(steps: int, start: float = 0.0) -> list[float]:
    """Return the times of ``steps`` equal steps from 0 to 1 that are left from ``start`` on.

    The first is ``start`` itself, the last is 1.

    Raises:
        ValueError: there is no step, or ``start`` is not between 0 and 1 (1 excluded).
    """
    if steps < 1:
        raise ValueError(f"{steps} steps lead nowhere")
    if not 0.0 <= start < 1.0:
        raise ValueError(f"a flow can't start at {start}")
    grid: list[float] = torch.linspace(0.0, 1.0, steps + 1, dtype=torch.float32).tolist()
    return [start, *(time for time in grid if time > start + _SAME_TIME / steps)]


def sample_flow(
    velocity: Velocity,
    noise: Tensor,
    *,
    steps: int,
    start: float = 0.0,
    after_step: AfterStep | None = None,
    on_step: OnStep | None = None,
    cancelled: IsCancelled = never_cancelled,
) -> Tensor:
    """Follow a flow by Euler's method: x <- x + (t' - t) v(x, t), the state in float32.

    Args:
        velocity: of the flow.
        noise: where to start, [B, L, C]: noise, or with ``start`` above 0 what lies on the way
            there, (1 - start) * noise + start * data.
        steps: equal steps from 0 to 1; those before ``start`` are left out.
        start: time of the beginning, 0 to below 1.
        after_step: changes the latent after each step.
        on_step: is told after each step.
        cancelled: asked before each step.

    Returns:
        The latent at time 1, [B, L, C], float32.

    Raises:
        ValueError: see ``step_times``.
        Cancelled: as told.
    """
    times = step_times(steps, start)
    x = noise.float()
    for done, (t, t_next) in enumerate(pairwise(times), start=1):
        raise_if_cancelled(cancelled)
        v = velocity(x, t)
        x = x + (t_next - t) * v
        if after_step is not None:
            x = after_step(x, t_next)
        if on_step is not None:
            on_step(done, len(times) - 1, x, v, t_next)
    return x


def draw_noise(seeds: Sequence[int], frames: int, channels: int) -> Tensor:
    """Return standard normal noise [len(seeds), frames, channels], float32, on the CPU.

    Each seed has a generator of its own, so that a take doesn't depend on its companions, nor on
    the device that it is made on.
    """
    if not seeds:
        raise ValueError("noise is drawn from seeds, and there are none")
    return torch.stack([_noise_of(seed, frames, channels) for seed in seeds])


def _noise_of(seed: int, frames: int, channels: int) -> Tensor:
    generator = torch.Generator(device="cpu").manual_seed(seed)
    return torch.randn(frames, channels, generator=generator, device="cpu", dtype=torch.float32)
