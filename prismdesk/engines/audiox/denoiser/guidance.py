"""Classifier-free guidance (Ho and Salimans, 2022), rescaled if wanted (Lin et al., 2023)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from prismdesk.engines.sampling.graphed import run_plainly

if TYPE_CHECKING:
    from prismdesk.engines.audiox.conditioning.tokens import ConditioningInputs
    from prismdesk.engines.audiox.denoiser.network import DenoisingNetwork
    from prismdesk.engines.audiox.denoiser.prepared import Prepared
    from prismdesk.engines.sampling.graphed import Run


def is_guided(conditions: ConditioningInputs | None, cfg_scale: float) -> bool:
    """Whether an unconditional evaluation has any influence."""
    if conditions is None or cfg_scale == 1.0:
        return False
    return conditions.cross_tokens is not None or conditions.prepend is not None


def guided(v_told: Tensor, v_null: Tensor, cfg_scale: Tensor | float) -> Tensor:
    """Return v_null + s (v_told - v_null)."""
    return v_null + cfg_scale * (v_told - v_null)


def rescaled(v: Tensor, v_told: Tensor, phi: Tensor | float) -> Tensor:
    """Return phi v std(v_told) / std(v) + (1 - phi) v, deviations over the channels [B, C, N]."""
    smallest = torch.finfo(v.dtype).tiny
    ratio = v_told.std(dim=1, keepdim=True) / v.std(dim=1, keepdim=True).clamp_min(smallest)
    return phi * v * ratio + (1 - phi) * v


def negative_context(tokens: Tensor, mask: Tensor | None) -> Tensor:
    """Return a negative context [B, M, D] with zeros where its mask [B, M] is 0."""
    return tokens if mask is None else torch.where(mask.bool()[..., None], tokens, 0)


class GuidedDenoiser:
    """The guided velocity, all halves evaluated in one batch; float32 whatever the network's type.

    Keeps no gradients. The same prepared conditions serve any number of calls.

    Args:
        network: the denoiser.
        prepared: by its ``prepare``, then there is no guidance, or ``prepare_guided``.
        cfg_scale: strength of the guidance.
        scale_phi: share of the rescaling, 0 for none.
        run: how the network is evaluated, e.g. a ``GraphedRun``.
    """

    def __init__(
        self,
        network: DenoisingNetwork,
        prepared: Prepared,
        cfg_scale: float = 1.0,
        scale_phi: float = 0.0,
        *,
        run: Run = run_plainly,
    ) -> None:
        self._network = network
        self._prepared = prepared
        self._constant = prepared.tensors()
        self._phi = scale_phi
        self._scales = torch.tensor([cfg_scale, scale_phi], dtype=torch.float32)
        self._run = run

    @classmethod
    def of(
        cls,
        network: DenoisingNetwork,
        conditions: ConditioningInputs | None,
        length: int,
        *,
        cfg_scale: float = 1.0,
        scale_phi: float = 0.0,
        negative: Tensor | None = None,
        run: Run = run_plainly,
    ) -> GuidedDenoiser:
        """Prepare conditions as far as the strength asks for it; see ``prepare_guided``.

        Raises:
            DenoiserError: the length or a condition is none that the network can take.
        """
        with torch.no_grad():
            if conditions is not None and is_guided(conditions, cfg_scale):
                prepared = network.prepare_guided(conditions, length, negative)
            else:
                prepared = network.prepare(conditions, length)
        return cls(network, prepared, cfg_scale, scale_phi, run=run)

    @torch.no_grad()
    def __call__(self, x: Tensor, t: float | Tensor) -> Tensor:
        """Return the velocity of latents [B, C, N] at a time, or one for each [B]; float32."""
        time = _time(t, x)
        is_rescaled = self._phi != 0.0
        function = self._guided_and_rescaled if is_rescaled else self._guided
        key = (self._network.memory, self._prepared.layout(), is_rescaled)
        return self._run(function, (x, time, self._scales_on(x.device)), self._constant, key)

    def _scales_on(self, device: torch.device) -> Tensor:
        """Return strength and rescaling as a tensor, which is copied to a device once."""
        if self._scales.device != device:
            self._scales = self._scales.to(device)
        return self._scales

    def _guided(self, x: Tensor, t: Tensor, scales: Tensor, *constant: Tensor) -> Tensor:
        return self._both(x, t, scales, constant)[0]

    def _guided_and_rescaled(
        self, x: Tensor, t: Tensor, scales: Tensor, *constant: Tensor
    ) -> Tensor:
        v, v_told = self._both(x, t, scales, constant)
        return v if self._prepared.halves == 1 else rescaled(v, v_told, scales[1])

    def _both(
        self, x: Tensor, t: Tensor, scales: Tensor, constant: tuple[Tensor, ...]
    ) -> tuple[Tensor, Tensor]:
        """Return the guided and the conditional velocity."""
        prepared = self._prepared.with_tensors(constant)
        v = self._network.velocity(x, t, prepared).float()
        if prepared.halves == 1:
            return v, v
        v_told, v_null = v.chunk(2)
        return guided(v_told, v_null, scales[0]), v_told


class PlainGuidedDenoiser:
    """The same velocity by one whole evaluation after the other, with nothing prepared."""

    def __init__(
        self,
        network: DenoisingNetwork,
        conditions: ConditioningInputs | None,
        cfg_scale: float = 1.0,
        scale_phi: float = 0.0,
        *,
        negative: Tensor | None = None,
    ) -> None:
        self._network = network
        self._conditions = conditions
        self._negative = negative
        self._scales = (cfg_scale, scale_phi)

    @torch.no_grad()
    def __call__(self, x: Tensor, t: float | Tensor) -> Tensor:
        """Return the velocity of latents [B, C, N] at a time, or one for each [B]; float32."""
        time = _time(t, x).expand(x.shape[0])
        conditions, (cfg_scale, phi) = self._conditions, self._scales
        v_told: Tensor = self._network(x, time, conditions).float()
        if conditions is None or not is_guided(conditions, cfg_scale):
            return v_told
        v_null = self._network(x, time, unconditional(conditions, self._negative)).float()
        v = guided(v_told, v_null, cfg_scale)
        return rescaled(v, v_told, phi) if phi else v


def _time(t: float | Tensor, x: Tensor) -> Tensor:
    """Return a time, or one of each, as float32 [1] or [B] beside the latents."""
    if isinstance(t, Tensor):
        return t.to(device=x.device, dtype=torch.float32).reshape(-1)
    # Filled where it lies: a copy from main memory would wait for what the device has to do.
    return torch.full((1,), t, dtype=torch.float32, device=x.device)


def unconditional(
    conditions: ConditioningInputs, negative: Tensor | None = None
) -> ConditioningInputs:
    """Return conditions with zeros, or a negative context, in place of what is guided."""
    cross, prepend = conditions.cross_tokens, conditions.prepend
    if cross is not None:
        cross = torch.zeros_like(cross) if negative is None else negative
    return replace(
        conditions,
        cross_tokens=cross,
        prepend=None if prepend is None else torch.zeros_like(prepend),
    )
