"""What a sampler is given and tells: the denoiser, the noise levels, the hooks of each step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from torch import Tensor

from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from prismdesk.engines.sampling.step_noise import StepNoise

Denoiser = Callable[[Tensor, float], Tensor]
"""Takes x [B, C, N] at a noise level sigma; gives the clean estimate, [B, C, N]."""

OnStep = Callable[[int, int, Tensor, Tensor, float], None]
"""Told after each step: steps done, steps in all, x after the step, the clean estimate that the
step was made from, and the noise level reached."""


class Blend(Protocol):
    """Puts known material into x at each step, after the denoiser and before the update."""

    def __call__(self, index: int, x: Tensor, sigma: float) -> Tensor:
        """Return x [B, C, N] of step ``index`` with the known material at its noise level."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a sampler.

    Attributes:
        denoiser: of the model.
        sigmas: the noise levels, falling, the last one 0.
        step_noise: what stochastic samplers add.
        blend: what is put in at each step.
        on_step: is told after each step.
        cancelled: asked before each call of the denoiser.
    """

    denoiser: Denoiser
    sigmas: tuple[float, ...]
    step_noise: StepNoise | None = None
    blend: Blend | None = None
    on_step: OnStep | None = None
    cancelled: IsCancelled = never_cancelled

    @property
    def steps(self) -> int:
        """How many steps there are, the one to 0 included."""
        return len(self.sigmas) - 1

    def denoised(self, x: Tensor, sigma: float) -> Tensor:
        """Return the clean estimate, float32."""
        raise_if_cancelled(self.cancelled)
        return self.denoiser(x, sigma).float()

    def blended(self, index: int, x: Tensor) -> Tensor:
        """Return x of a step with what the blend puts in."""
        return x if self.blend is None else self.blend(index, x, self.sigmas[index])

    def noise(self, index: int, like: Tensor) -> Tensor:
        """Return the noise of a step, on the device of ``like``."""
        if self.step_noise is None:
            raise ValueError("a stochastic sampler needs noise for its steps")
        return self.step_noise.at(index, self.sigmas[index], self.sigmas[index + 1]).to(like)

    def tell(self, index: int, x: Tensor, denoised: Tensor) -> None:
        """Tell what a step led to."""
        if self.on_step is not None:
            self.on_step(index + 1, self.steps, x, denoised, self.sigmas[index + 1])
