"""From noise to the latents of all takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import torch

from prismdesk.engines.contract import Phase
from prismdesk.engines.hosting.hands import SamplingHands, StepDone
from prismdesk.engines.sampling.ended import SamplingEnded
from prismdesk.engines.sampling.flow import draw_noise, sample_flow, step_times
from prismdesk.engines.sampling.harmonising import Harmonised
from prismdesk.engines.sampling.joint import JointVelocity
from prismdesk.engines.sampling.keeping import (
    KeptLatent,
    feathered_mask,
    on_path,
    variation_start,
)
from prismdesk.engines.sampling.preview import predicted_clean, wait_for
from prismdesk.engines.sampling.sequential import sample_in_turn
from prismdesk.engines.selva.networks import GENERATOR
from prismdesk.engines.selva.stages.conditioning import WindowVelocities
from prismdesk.engines.selva.stages.previewing import sampling_preview

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from prismdesk.engines.hosting.surroundings import Surroundings
    from prismdesk.engines.sampling.flow import AfterStep, Velocity
    from prismdesk.engines.sampling.preview import SoundPreview
    from prismdesk.engines.selva.generator.network import Generator
    from prismdesk.engines.selva.run_state import RunState
    from prismdesk.engines.selva.stages.conditioning import StretchFeatures

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
    run: RunState,
    features: StretchFeatures,
    around: Surroundings,
    known_latent: Tensor | None,
    hands: SamplingHands,
) -> Tensor:
    """Return the latents of all takes, not normalised, float32 [takes, frames, channels]."""
    run.monitor.begin(STAGE, Phase.STEP)
    device = run.checkpoint.device
    at_once = run.memory.takes_at_once
    made = []
    with run.using(GENERATOR) as generator:
        known = None
        if known_latent is not None:
            latent = generator.normalise(known_latent.to(device)).float()
            known = Known(latent=latent, mask=_mask(run, around))
        for first in range(0, len(run.seeds), at_once):
            seeds = run.seeds[first : first + at_once]
            with sampling_preview(run, generator) as preview:
                sampler = _Sampler(run, generator, features, known, seeds, hands)
                sampler.shows(first, None if first else preview)
                made.append(generator.unnormalise(sampler.sample()).float())
    return torch.cat(made)


def _mask(run: RunState, around: Surroundings) -> Tensor | None:
    """Where new sound is wanted: in the region, and wherever there is nothing to keep."""
    if not run.keeps_surroundings:
        return None
    frames = run.stretch.lengths.latent_frames
    rate_hz, per_second = run.stretch.project_rate_hz, run.stretch.latent_rate_hz
    mask = torch.zeros(frames, 1)
    for start, end in around.unknown_runs():
        part = feathered_mask(
            frames,
            start / rate_hz * per_second,
            end / rate_hz * per_second,
            run.settings.feather_frames,
        )
        mask = torch.maximum(mask, part)
    return mask.to(run.checkpoint.device)


class _Sampler:
    """Samples some of the takes, over all windows."""

    def __init__(
        self,
        run: RunState,
        generator: Generator,
        features: StretchFeatures,
        known: Known | None,
        seeds: Sequence[int],
        hands: SamplingHands,
    ) -> None:
        self._run = run
        self._generator = generator
        self._hands = hands
        self._known = known
        self._seeds = list(seeds)
        self._takes_done = 0
        self._preview: SoundPreview | None = None
        channels = generator.config.latent_dim
        noise = draw_noise(self._seeds, run.stretch.lengths.latent_frames, channels)
        self._noise = noise.to(run.checkpoint.device)
        self._velocities = WindowVelocities(run, generator, features, takes=len(self._seeds))
        self._start = 0.0 if known is None else variation_start(run.settings.strength)

    def shows(self, takes_done: int, preview: SoundPreview | None) -> None:
        """Say how many takes were made before, and what draws the sound so far."""
        self._takes_done = takes_done
        self._preview = preview

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
        windows, known = self._run.windows, self._known
        shown = self._noise[:1, :0]

        def sample_window(
            index: int, noise: Tensor, found: Tensor | None, mask: Tensor | None
        ) -> Tensor:
            nonlocal shown
            before = shown[:, : windows[index].latent_start]
            part = None if found is None else Known(latent=found, mask=mask)
            latent = self._flow(
                self._velocities[index], noise, part, part=(index, len(windows)), before=before
            )
            shown = torch.cat([before, latent[:1]], dim=1)
            return latent

        return sample_in_turn(
            windows,
            self._noise,
            sample_window,
            feather_frames=self._run.settings.feather_frames,
            known=None if known is None else known.latent,
            mask=None if known is None else known.mask,
            cancelled=self._run.monitor.cancelled,
        )

    def _flow(
        self,
        velocity: Velocity,
        noise: Tensor,
        known: Known | None,
        *,
        part: tuple[int, int],
        before: Tensor | None = None,
    ) -> Tensor:
        """Sample one stretch; ``before`` is what the first take has ahead of it already."""
        settings = self._run.settings
        start = self._start if self._known is not None else 0.0
        begin = noise if start == 0.0 or known is None else on_path(noise, known.latent, start)

        def on_step(done: int, steps: int, latent: Tensor, v: Tensor, t: float) -> None:
            place = _Place(part[0] * steps + done, part[1] * steps, steps)
            shown = _shown(latent, v, before)
            self._tell(place, *shown, t)
            if self._has_enough(place, *shown, t):
                raise SamplingEnded(_kept(predicted_clean(latent, v, t), noise, known))

        try:
            return sample_flow(
                velocity,
                begin,
                steps=settings.steps,
                start=start,
                after_step=self._after_step(velocity, noise, known, start),
                on_step=on_step,
                cancelled=self._run.monitor.cancelled,
            )
        except SamplingEnded as ended:
            return ended.clean

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
        return Harmonised(
            velocity,
            kept,
            times,
            jumps=jumps,
            seeds=self._seeds,
            cancelled=self._run.monitor.cancelled,
        )

    def _tell(self, place: _Place, latent: Tensor, velocity: Tensor, t: float) -> None:
        """Tell how far all takes are."""
        # Steps are counted when they are done, not when the device was told to do them.
        wait_for(latent.device)
        done, steps, envelope = place.done, place.steps, None
        if self._preview is not None:
            envelope = self._preview.after_step(done, steps, latent, velocity, t)
            frames = self._run.stretch.lengths.latent_frames
            self._run.expect_decoding(self._preview.seconds_per_frame * frames)
        all_takes = len(self._run.seeds)
        share = (self._takes_done + done / steps * len(self._seeds)) / all_takes
        self._run.monitor.at(Phase.STEP, done, steps, share=share, envelope=envelope)

    def _has_enough(self, place: _Place, latent: Tensor, velocity: Tensor, t: float) -> bool:
        """Do what the user wants after a step; True if sampling ends with it."""

        def first_clean() -> Tensor:
            return self._generator.unnormalise(predicted_clean(latent, velocity, t)).float()

        return self._hands.after_step(
            StepDone(
                done=place.done,
                steps=place.steps,
                window_steps=place.window_steps,
                seeds=self._seeds,
                first_clean=first_clean,
            )
        )


class _Place(NamedTuple):
    """Steps done and in all, over all windows, and those of one."""

    done: int
    steps: int
    window_steps: int


def _kept(clean: Tensor, noise: Tensor, known: Known | None) -> Tensor:
    """Return clean latents with what is known in its place."""
    if known is None or known.mask is None:
        return clean
    return KeptLatent(known.latent, known.mask, noise).after_step(clean, 1.0)


def _shown(latent: Tensor, velocity: Tensor, before: Tensor | None) -> tuple[Tensor, Tensor]:
    """Latent and velocity of the first take, with what is made ahead of them, which rests."""
    latent, velocity = latent[:1], velocity[:1]
    if before is None or not before.shape[1]:
        return latent, velocity
    resting = torch.zeros_like(before)
    return torch.cat([before, latent], dim=1), torch.cat([resting, velocity], dim=1)
