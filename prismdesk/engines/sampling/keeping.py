"""Keeping known latents while the rest of a flow is sampled.

The path from noise to data is straight, x_t = (1 - t) e + t z, with t = 0 noise and t = 1 data.
A known latent z therefore has a known place at every t, given its noise e; putting it there
after every step lets the network complete what is missing around it. The same e at every step
keeps that path straight. Going back and forth in time so that both parts agree is that of
A. Lugmayr et al., "RePaint: inpainting using denoising diffusion probabilistic models"
(CVPR 2022), here for straight paths.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

MOST_JUMPS = 3
_JUMPS_FROM = 0.2
_JUMPS_TO = 0.6


def feathered_mask(frames: int, start: float, end: float, feather_frames: float) -> Tensor:
    """Where new sound is wanted: float32 [frames, 1], 1 inside the region, 0 outside.

    Frame i spans i to i + 1. Frames that the region touches are 1: they can't be known in part.
    The feather lies outside the region, a raised cosine over ``feather_frames`` frames, because
    latents right beside a region were encoded with what the region held before. Its sound is
    not heard: the real sound stands there.

    Args:
        frames: length of the latent.
        start: where the region begins, in frames, whole or not.
        end: where it ends.
        feather_frames: 0 for a hard edge.

    Raises:
        ValueError: the region ends before it begins, or the feather is below 0.
    """
    if end < start or feather_frames < 0.0:
        raise ValueError(f"no region from frame {start} to {end} with feather {feather_frames}")
    first = torch.arange(frames, dtype=torch.float64)
    # Rounding of seconds to frames must not make a frame partly wanted by a billionth.
    outside = torch.maximum(start + 1e-6 - (first + 1.0), first - end + 1e-6)
    outside = torch.where(outside >= 0.0, outside, -0.5)
    if feather_frames == 0.0:
        mask = (outside < 0.0).double()
    else:
        share = ((outside + 0.5) / feather_frames).clamp(0.0, 1.0)
        mask = 0.5 + 0.5 * torch.cos(torch.pi * share)
        mask[outside + 0.5 >= feather_frames] = 0.0
        mask[outside < 0.0] = 1.0
    return mask.float()[:, None]


@dataclass(frozen=True, slots=True)
class KeptLatent:
    """Puts known latents back on their path after each step.

    Args:
        known: normalised latent z of the existing sound, [frames, C] or [B, frames, C].
        mask: [frames, 1]; 1 where new sound is wanted, 0 where ``known`` is kept.
        noise: the noise e that sampling began with, [B, frames, C].
    """

    known: Tensor
    mask: Tensor
    noise: Tensor

    def after_step(self, latent: Tensor, t: float) -> Tensor:
        """Return m x + (1 - m)((1 - t) e + t z); exactly z where m is 0 and t is 1."""
        return self.mask * latent + (1.0 - self.mask) * on_path(self.noise, self.known, t)


def on_path(noise: Tensor, known: Tensor, t: float) -> Tensor:
    """(1 - t) e + t z: where a known latent is at ``t``; the start of a variation as well."""
    return (1.0 - t) * noise + t * known


def variation_start(strength: float) -> float:
    """The t at which a variation of a sound begins: 0 (all anew) at 1, near 1 (as it was) at 0.

    Sampling begins at ``on_path(noise, known, variation_start(strength))``.

    Raises:
        ValueError: the strength isn't above 0 and at most 1.
    """
    if not 0.0 < strength <= 1.0:
        raise ValueError(f"strength is above 0 and at most 1, not {strength}")
    return 1.0 - strength


@dataclass(frozen=True, slots=True)
class Jump:
    """After reaching step ``from_step`` of the times, go back to ``to_step``, once."""

    from_step: int
    to_step: int


def plan_jumps(times: Sequence[float], jumps: int) -> tuple[Jump, ...]:
    """Where to go back so that known and new sound agree: ``jumps`` times, t from 0.2 to 0.6.

    Each jump goes back by about 0.4 / (jumps + 1), at least one step; jumps that don't fit
    between the times are left out.

    Args:
        times: the ascending times of the steps, ending with 1.
        jumps: 0 to 3.

    Raises:
        ValueError: more jumps than 3, or fewer than 0.
    """
    if not 0 <= jumps <= MOST_JUMPS:
        raise ValueError(f"0 to {MOST_JUMPS} jumps can be made, not {jumps}")
    inside = [i for i, t in enumerate(times) if _JUMPS_FROM - 1e-6 <= t <= _JUMPS_TO + 1e-6]
    if len(inside) < 2:
        return ()
    planned: list[Jump] = []
    width = (_JUMPS_TO - _JUMPS_FROM) / (jumps + 1)
    for number in range(jumps):
        wanted = _JUMPS_FROM + (number + 2) * width
        reached = [i for i in inside if times[i] <= wanted + 1e-6 and i > inside[0]]
        if not reached:
            continue
        back = [i for i in inside if times[i] <= times[reached[-1]] - width + 1e-6]
        jump = Jump(reached[-1], back[-1] if back else inside[0])
        if not planned or planned[-1].from_step != jump.from_step:
            planned.append(jump)
    return tuple(planned)


def jump_back(latent: Tensor, t: float, s: float, noise: Tensor) -> Tensor:
    """Go from ``t`` back to s < t: (s/t) x + sqrt((1-s)^2 - (s/t)^2 (1-t)^2) n.

    That has the distribution of x_s if ``latent`` has that of x_t and ``noise`` is new.

    Raises:
        ValueError: ``s`` isn't from 0 to below ``t``.
    """
    if not 0.0 <= s < t <= 1.0:
        raise ValueError(f"a jump goes back in time, not from {t} to {s}")
    share = s / t
    return share * latent + sqrt((1.0 - s) ** 2 - (share * (1.0 - t)) ** 2) * noise


def jump_noise(seeds: Sequence[int], jump: int, frames: int, channels: int) -> Tensor:
    """New noise for a jump, [seeds, frames, channels], float32 on the CPU, told apart by jump."""
    drawn = []
    for seed in seeds:
        generator = torch.Generator().manual_seed((seed * 1_000_003 + jump + 1) % 2**63)
        drawn.append(torch.randn(frames, channels, generator=generator))
    return torch.stack(drawn)


def feather_samples(feather_frames: float, rate_hz: int, latent_rate_hz: float) -> int:
    """Samples beside a region whose decoded sound isn't that of the known latents alone.

    One frame more than the feather: a region's edge may lie anywhere in a frame.
    """
    return ceil((feather_frames + 1.0) * rate_hz / latent_rate_hz)
