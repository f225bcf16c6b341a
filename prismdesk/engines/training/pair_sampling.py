"""From encoded pairs back to latents, without guidance and always with the same noise."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import torch

from prismdesk.engines.audiox.conditioning.tokens import ConditioningInputs
from prismdesk.engines.audiox.denoiser.guidance import GuidedDenoiser
from prismdesk.engines.audiox.denoiser.v_denoiser import VDenoiser
from prismdesk.engines.audiox.settings import read_settings
from prismdesk.engines.sampling.flow import draw_noise, sample_flow
from prismdesk.engines.sampling.samplers.sample import sample
from prismdesk.engines.sampling.sigmas import polyexponential_sigmas
from prismdesk.engines.sampling.step_noise import BrownianNoise
from prismdesk.engines.selva.generator.conditions import Conditions
from prismdesk.engines.selva.generator.guidance import GuidedVelocity
from prismdesk.engines.selva.lengths import NATURAL_SECONDS, lengths_of
from prismdesk.engines.training.encoded_set import (
    CLIP,
    CONTEXT,
    LATENT,
    LATENT_MEAN,
    SYNC,
    TEXT,
)
from prismdesk.engines.training.selva_subject import SelvaSubject
from prismdesk.progress import IsCancelled, never_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import Tensor, nn

    from prismdesk.engines.audiox.denoiser.network import DenoisingNetwork
    from prismdesk.engines.selva.generator.network import Generator
    from prismdesk.engines.training.encoded_set import EncodedPair
    from prismdesk.engines.training.low_rank_subject import LowRankSubject

    ConditionsOf = Callable[[EncodedPair], Conditions]
    ContextOf = Callable[[EncodedPair], Tensor]

_USUAL = lengths_of(NATURAL_SECONDS, 44100)


class PairSampler(Protocol):
    """Makes the latents of pairs with a network as it is at the moment."""

    def latents(
        self,
        pair: EncodedPair,
        *,
        steps: int,
        seed: int,
        cancelled: IsCancelled = never_cancelled,
    ) -> Tensor:
        """Return the latents of a pair, of a batch of one, as the decoder takes them; float32.

        Raises:
            Cancelled: as told.
        """
        ...


class SelvaSampler:
    """Samples with the generator of SelVA or MMAudio.

    Args:
        generator: with or without an adapter in it; it stays as it is.
        conditions: gives what the generator is told of a pair, on its device; by default what was
            encoded for it.
    """

    def __init__(self, generator: Generator, conditions: ConditionsOf | None = None) -> None:
        self._generator = generator
        self._conditions = conditions

    def latents(
        self,
        pair: EncodedPair,
        *,
        steps: int,
        seed: int,
        cancelled: IsCancelled = never_cancelled,
    ) -> Tensor:
        """Return the latent [1, frames, channels], not normalised, on the CPU."""
        generator = self._generator
        frames, channels = pair.tensors[LATENT].shape
        with undisturbed(generator):
            if self._conditions is None:
                conditions = encoded_conditions(pair, _device(generator))
            else:
                conditions = self._conditions(pair)
            told = generator.prepare(conditions, latent_frames=frames)
            latent = sample_flow(
                GuidedVelocity(generator, told, None, 0.0),
                draw_noise([seed], frames, channels).to(_device(generator)),
                steps=steps,
                cancelled=cancelled,
            )
            return generator.unnormalise(latent).float().cpu()


class AudioxSampler:
    """Samples with AudioX's denoiser.

    Args:
        network: with or without an adapter in it; it stays as it is.
        context: gives what the denoiser is told of a pair, [1, tokens, width]; by default what was
            encoded for it, with no sound prompt.
    """

    def __init__(self, network: DenoisingNetwork, context: ContextOf | None = None) -> None:
        self._network = network
        self._context = context or _context_without_sound

    def latents(
        self,
        pair: EncodedPair,
        *,
        steps: int,
        seed: int,
        cancelled: IsCancelled = never_cancelled,
    ) -> Tensor:
        """Return the latents [1, channels, frames] on the CPU."""
        network, settings = self._network, read_settings({"steps": steps, "guidance": 1.0})
        channels, frames = pair.tensors[LATENT_MEAN].shape
        device = _device(network)
        with undisturbed(network):
            told = ConditioningInputs(cross_tokens=self._context(pair).to(device))
            denoiser = VDenoiser(GuidedDenoiser.of(network, told, frames))
            sigmas = polyexponential_sigmas(steps, *settings.levels)
            noise = draw_noise([seed], frames, channels).mT.contiguous().to(device)
            latents = sample(
                settings.sampler,
                denoiser,
                noise * float(sigmas[0]),
                sigmas,
                step_noise=BrownianNoise([seed], (channels, frames)),
                cancelled=cancelled,
            )
            return latents.float().cpu()


@contextmanager
def undisturbed(network: nn.Module) -> Iterator[None]:
    """Let a network work as when it makes sound, and leave no trace of it.

    No gradient is kept, dropout rests, and afterwards every part of the network is in the mode that
    it was in and the random states of the processor and the network's device are as they were.
    """
    modes = [(module, module.training) for module in network.modules()]
    first = next(network.parameters())
    devices = [first.device] if first.device.type == "cuda" else []
    # A few tensors of a 16-bit network keep 32 bits.
    dtype = min({one.dtype for one in network.parameters()}, key=lambda one: one.itemsize)
    is_half = dtype != torch.float32
    network.eval()
    try:
        with (
            torch.random.fork_rng(devices=devices),
            torch.no_grad(),
            # The layers of an adapter keep float32 in a network that doesn't.
            torch.autocast(first.device.type, dtype, enabled=is_half),
        ):
            yield
    finally:
        for module, was_training in modes:
            module.training = was_training


def sampler_of(subject: LowRankSubject[Any]) -> PairSampler:
    """Return what samples with the network of a subject, as it has learned so far."""
    if isinstance(subject, SelvaSubject):
        return SelvaSampler(subject.network)
    return AudioxSampler(subject.network)


def encoded_conditions(pair: EncodedPair, device: torch.device) -> Conditions:
    """Return what was encoded for a pair, for the generator; nothing where a pair lacks it."""

    def placed(name: str) -> Tensor | None:
        found = pair.tensors.get(name)
        return None if found is None else found[None].float().to(device)

    clip, sync = placed(CLIP), placed(SYNC)
    return Conditions(
        clip=clip,
        sync=sync,
        text=placed(TEXT),
        batch=1,
        clip_frames=_USUAL.clip_frames if clip is None else clip.shape[1],
        sync_frames=_USUAL.sync_frames if sync is None else sync.shape[1],
    )


def _context_without_sound(pair: EncodedPair) -> Tensor:
    return pair.tensors[CONTEXT][:1].float()


def _device(network: nn.Module) -> torch.device:
    return next(network.parameters()).device
