"""The denoiser of each window, and of all of them together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.audiox.denoiser.guidance import GuidedDenoiser
from prismdesk.engines.audiox.denoiser.v_denoiser import VDenoiser
from prismdesk.engines.sampling.joint import JointVelocity
from prismdesk.engines.sampling.made_when_asked import MadeWhenAsked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from prismdesk.engines.audiox.denoiser.network import DenoisingNetwork
    from prismdesk.engines.audiox.run_state import RunState
    from prismdesk.engines.audiox.stages.fusing import Told
    from prismdesk.engines.sampling.samplers.run import Denoiser

_KEPT_WINDOWS = 8


def window_denoisers(
    run: RunState, network: DenoisingNetwork, told: Sequence[Told]
) -> Sequence[Denoiser]:
    """Return the denoiser of each window, for the takes that ``told`` is of."""
    device = run.checkpoint.device

    def make(index: int) -> Denoiser:
        of_window = told[index]
        unwanted = of_window.unwanted
        return VDenoiser(
            GuidedDenoiser.of(
                network,
                of_window.conditions(device),
                run.windows[index].latent_frames,
                cfg_scale=run.settings.guidance,
                scale_phi=run.settings.guidance_rescale,
                negative=None if unwanted is None else unwanted.to(device),
                run=run.evaluate,
            )
        )

    return MadeWhenAsked(make, len(run.windows), kept_at_most=_KEPT_WINDOWS)


def joint_denoiser(run: RunState, denoisers: Sequence[Denoiser]) -> Denoiser:
    """Return one denoiser for the whole length: where windows overlap, their weighted mean.

    A denoised latent is a velocity's, so what holds for velocities holds for it.
    """
    if len(run.windows) == 1:
        return denoisers[0]
    joint = JointVelocity(
        run.windows,
        MadeWhenAsked(
            lambda index: _frames_first(denoisers[index]), len(denoisers), kept_at_most=0
        ),
        run.stretch.latent_frames,
        cancelled=run.monitor.cancelled,
    )
    return lambda x, sigma: joint(x.mT, sigma).mT


def _frames_first(denoiser: Denoiser) -> Denoiser:
    """Return the same denoiser for latents [B, frames, channels]."""

    def denoised(latent: Tensor, sigma: float) -> Tensor:
        return denoiser(latent.mT, sigma).mT

    return denoised
