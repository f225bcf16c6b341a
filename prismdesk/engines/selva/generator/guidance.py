"""Classifier-free guidance (Ho and Salimans, 2022) of the generator's velocity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from prismdesk.engines.sampling.graphed import run_plainly
from prismdesk.engines.selva.generator.conditions import Prepared

if TYPE_CHECKING:
    from prismdesk.engines.sampling.graphed import Run
    from prismdesk.engines.selva.generator.network import Generator

GUIDED_FROM = 1.0
"""Below this strength the unconditional velocity isn't evaluated at all."""


class GuidedVelocity:
    """v = w v(conditional) + (1 - w) v(unconditional), both evaluated in one batch.

    With w below one, or without unconditional conditions, it is v(conditional) alone. Called with
    a latent [B, L, C] and a time; answers in float32 whatever the network's type. Keeps no
    gradients.

    Args:
        generator: the network.
        conditional: prepared for a batch of B.
        unconditional: prepared for a batch of B of the same lengths, or None.
        guidance: the strength w.
        run: how the network is evaluated, e.g. a ``GraphedRun``.
    """

    def __init__(
        self,
        generator: Generator,
        conditional: Prepared,
        unconditional: Prepared | None,
        guidance: float,
        *,
        run: Run = run_plainly,
    ) -> None:
        self._generator = generator
        self._run = run
        self._guidance = guidance
        self._is_guided = unconditional is not None and guidance >= GUIDED_FROM
        prepared = conditional
        if unconditional is not None and self._is_guided:
            prepared = Prepared.join(conditional, unconditional)
        self._constant = prepared.tensors()

    @torch.no_grad()
    def __call__(self, latent: Tensor, t: float) -> Tensor:
        """Return the velocity of a latent [B, L, C] at time t, float32."""
        numbers = latent.new_tensor([t, self._guidance], dtype=torch.float32)
        function = self._guided if self._is_guided else self._conditional
        key = (self._generator.memory, self._is_guided)
        return self._run(function, (latent, numbers), self._constant, key)

    def _guided(self, latent: Tensor, numbers: Tensor, *constant: Tensor) -> Tensor:
        both = self._evaluated(torch.cat([latent, latent]), numbers[0], constant)
        conditional, unconditional = both.chunk(2)
        guidance = numbers[1]
        return guidance * conditional + (1.0 - guidance) * unconditional

    def _conditional(self, latent: Tensor, numbers: Tensor, *constant: Tensor) -> Tensor:
        return self._evaluated(latent, numbers[0], constant)

    def _evaluated(self, latent: Tensor, t: Tensor, constant: tuple[Tensor, ...]) -> Tensor:
        return _velocity(self._generator, latent, t, Prepared.of_tensors(constant))


class TwoPassVelocity:
    """The same velocity as that of ``GuidedVelocity``, one evaluation after the other."""

    def __init__(
        self,
        generator: Generator,
        conditional: Prepared,
        unconditional: Prepared | None,
        guidance: float,
    ) -> None:
        self._generator = generator
        self._conditional = conditional
        self._unconditional = unconditional
        self._guidance = guidance

    @torch.no_grad()
    def __call__(self, latent: Tensor, t: float) -> Tensor:
        """Return the velocity of a latent [B, L, C] at time t, float32."""
        time = latent.new_tensor(t, dtype=torch.float32)
        conditional = _velocity(self._generator, latent, time, self._conditional)
        if self._unconditional is None or self._guidance < GUIDED_FROM:
            return conditional
        unconditional = _velocity(self._generator, latent, time, self._unconditional)
        return self._guidance * conditional + (1.0 - self._guidance) * unconditional


def _velocity(generator: Generator, latent: Tensor, t: Tensor, prepared: Prepared) -> Tensor:
    latent = latent.to(generator.dtype)
    return generator.velocity(latent, t.expand(latent.shape[0]), prepared).float()
