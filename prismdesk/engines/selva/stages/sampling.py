"""From noise to the latents of all takes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import torch

from prismdesk.engines.contract import Phase
from prismdesk.engines.sampling.flow import draw_noise, sample_flow, step_times
from prismdesk.engines.sampling.joint import JointVelocity
from prismdesk.engines.sampling.keeping import (
    KeptLatent,
    feathered_mask,
    jump_back,
    jump_noise,
    on_path,
    plan_jumps,
    variation_start,
)
from prismdesk.engines.selva.networks import GENERATOR
from prismdesk.engines.selva.stages.conditioning import WindowVelocities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from prismdesk.engines.sampling.flow import AfterStep, Velocity
    from prismdesk.engines.selva.generator.network import Generator
    from prismdesk.engines.selva.run_state import RunState
    from prismdesk.engines.selva.stages.conditioning import StretchFeatures
    from prismdesk.engines.selva.surroundings import Surroundings

STAGE = "sampling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of the latent before sampling.

    Attributes:
        latent: normalised, [1, frames, channels].
        mask: [frames, 1], 1 where new sound is wanted; None if it is everywhere.
    """

    latent: Tensor
    mask: Tensor | None


def sample_latents(
    run: RunState, features: StretchFeatures, around: Surroundings, known_latent: Tensor | None
) -> Tensor:
    """Return the latents of all takes, not normalised, float32 [takes, frames, channels]."""
    run.monitor.begin(STAGE, Phase.STEP)
    device = run.checkpoint.device
    at_once = run.memory.takes_at_once
    made = []
    with run.residence.use(GENERATOR, run.checkpoint) as generator:
        known = None
        if known_latent is not None:
            latent = generator.normalise(known_latent.to(device)).float()
            known = Known(latent=latent, mask=_mask(run, around))
        for first in range(0, len(run.seeds), at_once):
            seeds = run.seeds[first : first + at_once]
            sampler = _Sampler(run, generator, features, known, seeds, first)
            made.append(generator.unnormalise(sampler.sample()).float())
    return torch.cat(made)


def _mask(run: RunState, around: Surroundings) -> Tensor | None:
    """Where new sound is wanted: in the region, and wherever there is nothing to keep."""
    if not run.keeps_surroundings:
        return None
    frames = run.stretch.lengths.latent_frames
    rate_hz, per_second = run.stretch.project_rate_hz, run.stretch.latent_rate_hz
    mask = torch.zeros(frames, 1)
    for start, end in _unknown_runs(around):
        part = feathered_mask(
            frames,
            start / rate_hz * per_second,
            end / rate_hz * per_second,
            run.settings.feather_frames,
        )
        mask = torch.maximum(mask, part)
    return mask.to(run.checkpoint.device)


def _unknown_runs(around: Surroundings) -> list[tuple[int, int]]:
    """The stretches of samples that aren't known, the region's among them."""
    edges = (
        torch.from_numpy(around.known)
        .int()
        .diff(prepend=torch.ones(1, dtype=torch.int32), append=torch.ones(1, dtype=torch.int32))
    )
    starts = (edges < 0).nonzero().flatten().tolist()
    ends = (edges > 0).nonzero().flatten().tolist()
    return list(zip(starts, ends, strict=True))


class _Sampler:
    """Samples some of the takes, over all windows."""

    def __init__(
        self,
        run: RunState,
        generator: Generator,
        features: StretchFeatures,
        known: Known | None,
        seeds: Sequence[int],
        takes_done: int,
    ) -> None:
        self._run = run
        self._known = known
        self._seeds = list(seeds)
        self._takes_done = takes_done
        channels = generator.config.latent_dim
        noise = draw_noise(self._seeds, run.stretch.lengths.latent_frames, channels)
        self._noise = noise.to(run.checkpoint.device)
        self._velocities = WindowVelocities(run, generator, features, takes=len(self._seeds))
        self._start = 0.0 if known is None else variation_start(run.settings.strength)

    def sample(self) -> Tensor:
        """Return normalised latents [takes, frames, channels]."""
        if self._run.settings.long == "sequential" and len(self._run.windows) > 1:
            return self._one_after_the_other()
        velocity: Velocity = self._velocities[0]
        if len(self._run.windows) > 1:
            velocity = JointVelocity(
                self._run.windows,
                self._velocities,
                self._noise.shape[1],
                cancelled=self._run.monitor.cancelled,
            )
        return self._flow(velocity, self._noise, self._known, part=(0, 1))

    def _one_after_the_other(self) -> Tensor:
        """Each window takes the end of the one before as known sound."""
        windows = self._run.windows
        made = torch.zeros_like(self._noise)
        wanted = torch.ones(made.shape[1], 1, device=made.device)
        if self._known is not None:
            made = made + self._known.latent
            wanted = wanted if self._known.mask is None else self._known.mask.clone()
        for index, window in enumerate(windows):
            span = slice(window.latent_start, window.latent_end)
            known = Known(latent=made[:, span].clone(), mask=wanted[span].clone())
            made[:, span] = self._flow(
                self._velocities[index],
                self._noise[:, span],
                known if index or self._known is not None else None,
                part=(index, len(windows)),
            )
            wanted[span] = 0.0
        return made

    def _flow(
        self, velocity: Velocity, noise: Tensor, known: Known | None, *, part: tuple[int, int]
    ) -> Tensor:
        settings = self._run.settings
        start = self._start if self._known is not None else 0.0
        begin = noise if start == 0.0 or known is None else on_path(noise, known.latent, start)
        return sample_flow(
            velocity,
            begin,
            steps=settings.steps,
            start=start,
            after_step=self._after_step(velocity, noise, known, start),
            on_step=lambda done, steps, latent, v, t: self._tell(done, steps, latent, v, t, part),
            cancelled=self._run.monitor.cancelled,
        )

    def _after_step(
        self, velocity: Velocity, noise: Tensor, known: Known | None, start: float
    ) -> AfterStep | None:
        if known is None or known.mask is None:
            return None
        kept = KeptLatent(known.latent, known.mask, noise)
        jumps = self._run.settings.jumps if self._run.keeps_surroundings else 0
        if jumps == 0:
            return kept.after_step
        times = step_times(self._run.settings.steps, start)
        return _Harmonised(velocity, kept, times, jumps, self._seeds)

    def _tell(
        self, done: int, steps: int, latent: Tensor, v: Tensor, t: float, part: tuple[int, int]
    ) -> None:
        del latent, v, t
        index, parts = part
        all_takes = len(self._run.seeds)
        share = (index + done / steps) / parts
        share = (self._takes_done + share * len(self._seeds)) / all_takes
        self._run.monitor.at(Phase.STEP, index * steps + done, parts * steps, share=share)


class _Harmonised:
    """Keeps known latents and, at some steps, goes back in time and forward once more."""

    def __init__(
        self,
        velocity: Velocity,
        kept: KeptLatent,
        times: list[float],
        jumps: int,
        seeds: list[int],
    ) -> None:
        self._velocity = velocity
        self._kept = kept
        self._times = times
        self._seeds = seeds
        self._jumps = {jump.from_step: jump for jump in plan_jumps(times, jumps)}
        self._step = 0

    def __call__(self, latent: Tensor, t: float) -> Tensor:
        self._step += 1
        latent = self._kept.after_step(latent, t)
        jump = self._jumps.get(self._step)
        if jump is None:
            return latent
        times = self._times[jump.to_step : jump.from_step + 1]
        drawn = jump_noise(self._seeds, self._step, latent.shape[1], latent.shape[2])
        latent = jump_back(latent, t, times[0], drawn.to(latent.device))
        for s, following in pairwise(times):
            latent = latent + (following - s) * self._velocity(latent, s)
            latent = self._kept.after_step(latent, following)
        return latent
