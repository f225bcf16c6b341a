"""Going back and forth in time while sampling, so that known and new sound agree."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from prismdesk.engines.sampling.keeping import jump_back, jump_noise, plan_jumps
from prismdesk.progress import never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from prismdesk.engines.sampling.flow import Velocity
    from prismdesk.engines.sampling.keeping import KeptLatent
    from prismdesk.progress import IsCancelled


class Harmonised:
    """What to do after each step of a flow: keep what is known, and at some steps jump.

    Given as ``after_step`` to ``sample_flow``, for one sampling. Where a jump is planned, it goes
    back in time and comes to where it was by the same steps; those evaluations come on top of the
    flow's own.

    Args:
        velocity: of the flow.
        kept: what is known.
        times: of the flow's steps, see ``step_times``.
        jumps: how many, 0 to 3.
        seeds: of the takes.
        cancelled: asked before each step.
    """

    def __init__(
        self,
        velocity: Velocity,
        kept: KeptLatent,
        times: Sequence[float],
        *,
        jumps: int,
        seeds: Sequence[int],
        cancelled: IsCancelled = never_cancelled,
    ) -> None:
        self._velocity = velocity
        self._kept = kept
        self._times = list(times)
        self._jumps = {jump.from_step: jump for jump in plan_jumps(self._times, jumps)}
        self._seeds = list(seeds)
        self._cancelled = cancelled
        self._step = 0

    @property
    def extra_steps(self) -> int:
        """Steps that the jumps add."""
        return sum(jump.from_step - jump.to_step for jump in self._jumps.values())

    def __call__(self, latent: Tensor, t: float) -> Tensor:
        """Return the latent to go on with from ``t``, the time that the step reached."""
        self._step += 1
        latent = self._kept.after_step(latent, t)
        jump = self._jumps.get(self._step)
        if jump is None:
            return latent
        again = self._times[jump.to_step : jump.from_step + 1]
        noise = jump_noise(self._seeds, self._step, latent.shape[1], latent.shape[2])
        latent = jump_back(latent, t, again[0], noise.to(latent.device))
        latent = self._kept.after_step(latent, again[0])
        for s, following in pairwise(again):
            raise_if_cancelled(self._cancelled)
            latent = latent + (following - s) * self._velocity(latent, s)
            latent = self._kept.after_step(latent, following)
        return latent
