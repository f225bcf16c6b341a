"""The denoiser of each window, and of all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from prismdesk.engines.audiox.denoiser.guidance import GuidedDenoiser
from prismdesk.engines.audiox.denoiser.v_denoiser import VDenoiser
from prismdesk.engines.sampling.joint import JointVelocity

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.audiox.denoiser.network import DenoisingNetwork
    from prismdesk.engines.audiox.run_state import RunState
    from prismdesk.engines.audiox.stages.fusing import Told
    from prismdesk.engines.sampling.samplers.run import Denoiser

_KEPT_WINDOWS = 8
"""Of longer plans each window's conditions are prepared anew at every step: so memory stays
constant."""


class WindowDenoisers(Sequence["Denoiser"]):
    """The denoiser of each window, prepared when it is first asked for.

    Args:
        run: the run.
        network: its denoiser.
        told: of each window, for the takes of this batch.
    """

    def __init__(self, run: RunState, network: DenoisingNetwork, told: Sequence[Told]) -> None:
        self._run = run
        self._network = network
        self._told = told
        self._kept: dict[int, Denoiser] = {}

    def __len__(self) -> int:
        return len(self._run.windows)

    @overload
    def __getitem__(self, index: int) -> Denoiser: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Denoiser]: ...
    def __getitem__(self, index: int | slice) -> Denoiser | Sequence[Denoiser]:
        """Return the denoiser of one window."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        found = self._kept.get(index)
        if found is None:
            found = self._made(index)
            if len(self) <= _KEPT_WINDOWS:
                self._kept[index] = found
        return found

    def _made(self, index: int) -> Denoiser:
        run, told = self._run, self._told[index]
        device = run.checkpoint.device
        return VDenoiser(
            GuidedDenoiser.of(
                self._network,
                told.conditions(device),
                run.windows[index].latent_frames,
                cfg_scale=run.settings.guidance,
                scale_phi=run.settings.guidance_rescale,
                negative=None if told.unwanted is None else told.unwanted.to(device),
                run=run.evaluate,
            )
        )


def joint_denoiser(run: RunState, denoisers: WindowDenoisers) -> Denoiser:
    """Return one denoiser for the whole length: where windows overlap, their weighted mean.

    A denoised latent is a velocity's, so what holds for velocities holds for it.
    """
    if len(run.windows) == 1:
        return denoisers[0]
    joint = JointVelocity(
        run.windows,
        _FramesFirst(denoisers),
        run.stretch.latent_frames,
        cancelled=run.monitor.cancelled,
    )
    return lambda x, sigma: joint(x.mT, sigma).mT


class _FramesFirst(Sequence["Denoiser"]):
    """The same denoisers for latents [B, frames, channels]."""

    def __init__(self, denoisers: WindowDenoisers) -> None:
        self._denoisers = denoisers

    def __len__(self) -> int:
        return len(self._denoisers)

    @overload
    def __getitem__(self, index: int) -> Denoiser: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Denoiser]: ...
    def __getitem__(self, index: int | slice) -> Denoiser | Sequence[Denoiser]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        denoiser = self._denoisers[index]

        def frames_first(latent: Tensor, sigma: float) -> Tensor:
            return denoiser(latent.mT, sigma).mT

        return frames_first
