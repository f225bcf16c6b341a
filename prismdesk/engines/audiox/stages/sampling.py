"""From noise to the latents of all takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import torch

from prismdesk.engines.audiox.masks import KeepBlend, keep_by_step
from prismdesk.engines.audiox.networks import DENOISER_NETWORK
from prismdesk.engines.audiox.region_masks import wanted_mask
from prismdesk.engines.audiox.stages.denoising import joint_denoiser, window_denoisers
from prismdesk.engines.audiox.stages.previewing import sampling_preview
from prismdesk.engines.contract import Phase
from prismdesk.engines.hosting.hands import SamplingHands, StepDone
from prismdesk.engines.sampling.ended import SamplingEnded
from prismdesk.engines.sampling.flow import draw_noise
from prismdesk.engines.sampling.preview import wait_for
from prismdesk.engines.sampling.samplers.kinds import sampler_kind
from prismdesk.engines.sampling.samplers.sample import sample
from prismdesk.engines.sampling.sequential import sample_in_turn
from prismdesk.engines.sampling.sigmas import polyexponential_sigmas
from prismdesk.engines.sampling.step_noise import BrownianNoise, FreshNoise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from prismdesk.engines.audiox.denoiser.network import DenoisingNetwork
    from prismdesk.engines.audiox.run_state import RunState
    from prismdesk.engines.audiox.settings import AudioxSettings
    from prismdesk.engines.audiox.stages.fusing import Told
    from prismdesk.engines.hosting.surroundings import Surroundings
    from prismdesk.engines.sampling.preview import SoundPreview
    from prismdesk.engines.sampling.samplers.run import Denoiser

STAGE = "sampling"

_FEATHER_FRAMES = 3
"""Over how many frames a window made after another passes into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of the latents before sampling.

    Attributes:
        latents: [1 or takes, channels, frames].
        mask: [frames], 1 where new sound is wanted; None if it is everywhere.
    """

    latents: Tensor
    mask: Tensor | None


def sample_latents(
    run: RunState,
    told: Sequence[Told],
    around: Surroundings,
    known_latents: Tensor | None,
    hands: SamplingHands,
) -> Tensor:
    """Return the latents of all takes, float32 [takes, channels, frames], on the device."""
    run.monitor.begin(STAGE, Phase.STEP)
    device, at_once = run.checkpoint.device, run.memory.takes_at_once
    known = None
    if known_latents is not None:
        mask = wanted_mask(run, around).to(device) if run.keeps_surroundings else None
        known = Known(latents=known_latents.to(device), mask=mask)
    made = []
    with run.using(DENOISER_NETWORK) as network:
        for first in range(0, len(run.seeds), at_once):
            seeds = run.seeds[first : first + at_once]
            of_takes = [one.of_takes(first, first + len(seeds)) for one in told]
            with sampling_preview(run) as preview:
                sampler = _Sampler(run, network, of_takes, known, seeds, hands)
                sampler.shows(first, None if first else preview)
                made.append(sampler.sample())
    return torch.cat(made)


class _Sampler:
    """Samples some of the takes, over all windows."""

    def __init__(
        self,
        run: RunState,
        network: DenoisingNetwork,
        told: Sequence[Told],
        known: Known | None,
        seeds: Sequence[int],
        hands: SamplingHands,
    ) -> None:
        self._run = run
        self._hands = hands
        self._known = known
        self._seeds = list(seeds)
        self._takes_done = 0
        self._preview: SoundPreview | None = None
        noise = draw_noise(self._seeds, run.stretch.latent_frames, run.config.io_channels)
        self._noise = noise.mT.contiguous().to(run.checkpoint.device)
        self._denoisers = window_denoisers(run, network, told)
        low, high = run.settings.levels
        self._sigmas = polyexponential_sigmas(run.settings.steps, low, high)

    def shows(self, takes_done: int, preview: SoundPreview | None) -> None:
        """Say how many takes were made before, and what draws the sound so far."""
        self._takes_done = takes_done
        self._preview = preview

    def sample(self) -> Tensor:
        """Return latents [takes, channels, frames]."""
        run = self._run
        if run.settings.long == "sequential" and len(run.windows) > 1:
            return self._one_after_the_other()
        denoiser = joint_denoiser(run, self._denoisers)
        return self._walk(denoiser, self._noise, self._known, part=(0, 1))

    def _one_after_the_other(self) -> Tensor:
        """Each window takes the end of the one before as known sound."""
        windows, known = self._run.windows, self._known
        shown = self._noise[:1, :, :0]

        def sample_window(
            index: int, noise: Tensor, found: Tensor | None, mask: Tensor | None
        ) -> Tensor:
            nonlocal shown
            before = shown[..., : windows[index].latent_start]
            part = None
            if found is not None:
                part = Known(latents=found.mT, mask=None if mask is None else mask[:, 0])
            denoiser, place = self._denoisers[index], (index, len(windows))
            latents = self._walk(denoiser, noise.mT, part, part=place, before=before)
            shown = torch.cat([before, latents[:1]], dim=2)
            return latents.mT

        return sample_in_turn(
            windows,
            self._noise.mT,
            sample_window,
            feather_frames=_FEATHER_FRAMES,
            known=None if known is None else known.latents.mT,
            mask=None if known is None or known.mask is None else known.mask[:, None],
            cancelled=self._run.monitor.cancelled,
        ).mT

    def _walk(
        self,
        denoiser: Denoiser,
        noise: Tensor,
        known: Known | None,
        *,
        part: tuple[int, int],
        before: Tensor | None = None,
    ) -> Tensor:
        """Sample one stretch; ``before`` is what the first take has ahead of it already."""
        run, shape = self._run, tuple(noise.shape[1:])
        highest = float(self._sigmas[0])
        is_varied = run.settings.noise_level is not None
        begin = noise * highest
        blend = None
        if known is not None and known.mask is not None:
            blend = KeepBlend(
                known=known.latents,
                keep=_kept(known.mask.cpu(), run.settings).to(noise.device),
                noise=FreshNoise(self._seeds, shape),
            )
            begin = blend.start(noise, highest)
        if known is not None and is_varied:
            begin = known.latents + noise * highest

        def on_step(done: int, steps: int, x: Tensor, clean: Tensor, sigma: float) -> None:
            place = _Place(part[0] * steps + done, part[1] * steps, steps)
            shown = _shown(clean, before)
            self._tell(place, shown)
            if self._has_enough(place, shown):
                raise SamplingEnded(clean)

        try:
            latents = sample(
                run.settings.sampler,
                denoiser,
                begin,
                self._sigmas,
                step_noise=BrownianNoise(self._seeds, shape),
                blend=blend,
                on_step=on_step,
                cancelled=run.monitor.cancelled,
            )
        except SamplingEnded as ended:
            latents = ended.clean
        if known is None or known.mask is None:
            return latents
        # What is kept was only near to what is known at every step.
        return torch.where(known.mask == 0.0, known.latents, latents)

    def _tell(self, place: _Place, clean: Tensor) -> None:
        """Tell how far all takes are; ``clean`` is the first, [1, frames, channels]."""
        # Steps are counted when they are done, not when the device was told to do them.
        wait_for(clean.device)
        done, steps, envelope = place.done, place.steps, None
        if self._preview is not None:
            resting = torch.zeros_like(clean)
            envelope = self._preview.after_step(done, steps, clean, resting, 1.0)
            frames = self._run.stretch.latent_frames
            self._run.expect_decoding(self._preview.seconds_per_frame * frames)
        share = (self._takes_done + done / steps * len(self._seeds)) / len(self._run.seeds)
        self._run.monitor.at(Phase.STEP, done, steps, share=share, envelope=envelope)

    def _has_enough(self, place: _Place, clean: Tensor) -> bool:
        """Do what the user wants after a step; True if sampling ends with it."""
        return self._hands.after_step(
            StepDone(
                done=place.done,
                steps=place.steps,
                window_steps=place.window_steps,
                seeds=self._seeds,
                first_clean=lambda: clean.mT.float(),
            )
        )


class _Place(NamedTuple):
    """Steps done and in all, over all windows, and those of one."""

    done: int
    steps: int
    window_steps: int


def _kept(mask: Tensor, settings: AudioxSettings) -> Tensor:
    """Return what is kept at each step, [steps, frames].

    At the last step everything is, as published. Samplers whose result isn't the clean estimate
    would give the old sound back everywhere, so for them new sound is left alone there.
    """
    keep = keep_by_step(mask, settings.steps)
    if not sampler_kind(settings.sampler).ends_clean:
        keep[-1] = (mask < 1.0).float()
    return keep


def _shown(clean: Tensor, before: Tensor | None) -> Tensor:
    """The first take [1, frames, channels], with what is made ahead of it."""
    latents = clean[:1] if before is None else torch.cat([before, clean[:1]], dim=2)
    return latents.mT
