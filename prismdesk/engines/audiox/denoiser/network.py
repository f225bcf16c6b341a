"""What both denoisers have in common: the way in, the way out, and time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from prismdesk.engines.audiox.conditioning.tokens import ConditioningInputs
from prismdesk.engines.audiox.denoiser.denoiser_error import DenoiserError
from prismdesk.engines.audiox.denoiser.prepared import Prepared, joined_groups, over_takes
from prismdesk.engines.audiox.denoiser.time_embedding import FourierFeatures, time_layers
from prismdesk.engines.nets.channel_last import SequenceLinear
from prismdesk.engines.nets.fusable import FusableNetwork

if TYPE_CHECKING:
    from prismdesk.engines.audiox.denoiser.network_config import OuterConfig


def embedding_layers(given: int, made: int) -> nn.Sequential:
    """Return two linear layers without biases and SiLU between them."""
    return nn.Sequential(
        nn.Linear(given, made, bias=False), nn.SiLU(), nn.Linear(made, made, bias=False)
    )


class Transformer(nn.Module):
    """The layers of a denoiser, with the projections of its tokens [.., p C] on either side."""

    def __init__(self, config: OuterConfig, layers: list[nn.Module]) -> None:
        super().__init__()
        dim, patch = config.embed_dim, config.patch_size
        self.project_in = SequenceLinear(patch * config.input_channels, dim, bias=False)
        self.layers = nn.ModuleList(layers)
        self.project_out = SequenceLinear(dim, patch * config.io_channels, bias=False)


class DenoisingNetwork(FusableNetwork, ABC):
    """A denoiser: latents [B, C, N] and a time to a velocity [B, C, N].

    Modules and parameters have the names of the published files. ``forward`` evaluates in one go;
    ``prepare`` and ``velocity`` divide the same into what is done once per run and what is done
    at every step. After ``finish`` the layers work by the quickest routines there are; results
    differ by rounding alone. Train after ``unfuse``.
    """

    def __init__(self, config: OuterConfig, transformer: Transformer, *, fused: bool) -> None:
        super().__init__(fused=fused)
        self.outer = config
        self.timestep_features = FourierFeatures()
        self.to_timestep_embed = time_layers(config.embed_dim)
        entering, leaving = config.input_channels, config.io_channels
        self.preprocess_conv = nn.Conv1d(entering, entering, 1, bias=False)
        self.transformer = transformer
        self.postprocess_conv = nn.Conv1d(leaving, leaving, 1, bias=False)

    @property
    def dtype(self) -> torch.dtype:
        """The type that it works in."""
        return self.transformer.project_in.weight.dtype

    def forward(self, x: Tensor, t: Tensor, conditions: ConditioningInputs | None) -> Tensor:
        """Return the velocity of latents [B, C, N] at times [B]."""
        return self.velocity(x, t, self.prepare(conditions, x.shape[-1]))

    def prepare(self, conditions: ConditioningInputs | None, length: int) -> Prepared:
        """Work out what depends neither on latents nor on time; once per run.

        Args:
            conditions: of the batch, or of the groups whose takes the batch will hold.
            length: latent frames, N.

        Raises:
            DenoiserError: the length or a condition is none that this network can take.
        """
        return self._prepared(conditions, length, halves=1, negative=None)

    def prepare_guided(
        self, conditions: ConditioningInputs, length: int, negative: Tensor | None = None
    ) -> Prepared:
        """Do the same for a batch with an unconditional half.

        Args:
            conditions: of the conditional half.
            length: latent frames, N.
            negative: the context of the other half [G or 1, M, D]; zeros if None.

        Raises:
            DenoiserError: the length or a condition is none that this network can take.
        """
        return self._prepared(conditions, length, halves=2, negative=negative)

    def velocity(self, x: Tensor, t: Tensor, prepared: Prepared) -> Tensor:
        """Return the velocity in every half, [halves B, C, N], in the network's type.

        Args:
            x: noisy latents [B, C, N], B a multiple of the groups prepared.
            t: time of each, or one for all: [B] or [1], from 0 (clean) to 1.
            prepared: for this length.
        """
        if x.shape[0] % prepared.groups:
            raise ValueError(
                f"{x.shape[0]} takes don't share {prepared.groups} groups of conditions evenly"
            )
        rows = prepared.halves * x.shape[0]
        time = self.to_timestep_embed(self.timestep_features(t))
        if prepared.global_ is not None:
            time = time + over_takes(prepared.global_, x.shape[0])
        tokens = self._entering(x.to(self.dtype), prepared.input_concat)
        tokens = self._through(tokens, time.to(self.dtype), prepared, rows)
        return self._leaving(tokens)

    def _prepared(
        self,
        conditions: ConditioningInputs | None,
        length: int,
        *,
        halves: int,
        negative: Tensor | None,
    ) -> Prepared:
        patch = self.outer.patch_size
        if length < 1 or length % patch:
            raise DenoiserError(
                f"This model makes multiples of {patch} latent frames, not {length}."
            )
        told = conditions or ConditioningInputs()
        given = (told.cross_tokens, told.prepend, told.global_, told.input_concat, negative)
        own = self.transformer.project_in.weight
        cross, front, global_, concat, negative = (
            None if one is None else one.to(own) for one in given
        )
        self._check(cross, front, global_, concat)
        if cross is not None and negative is not None and negative.shape[1:] != cross.shape[1:]:
            raise DenoiserError(
                f"A negative context of {negative.shape[1]} tokens of {negative.shape[2]} channels "
                f"doesn't go with a context of {cross.shape[1]} of {cross.shape[2]}."
            )
        tokens_in_front = 0 if front is None else front.shape[1]
        context, told_halves = self._context(cross, negative, halves)
        return Prepared(
            halves=halves,
            told=told_halves,
            groups=max([1, *(one.shape[0] for one in given if one is not None)]),
            rotation=self._rotation(tokens_in_front, length // patch),
            context=context,
            front=None if front is None else self._front(front, halves),
            global_=None if global_ is None else self._global(global_),
            input_concat=None if concat is None else _stretched(concat, length),
        )

    def _check(
        self,
        cross: Tensor | None,
        front: Tensor | None,
        global_: Tensor | None,
        concat: Tensor | None,
    ) -> None:
        outer = self.outer
        for what, given, axis, wanted in (
            ("context", cross, -1, outer.cond_token_dim),
            ("tokens in front", front, -1, outer.prepend_cond_dim),
            ("global condition", global_, -1, outer.global_cond_dim),
            ("channels beside the latents", concat, 1, outer.input_concat_dim),
        ):
            found = 0 if given is None else given.shape[axis]
            if found != wanted and (found or what == "channels beside the latents"):
                needed = f"takes {wanted}" if wanted else "takes none"
                raise DenoiserError(
                    f"This model {needed} as the width of its {what}, and was given {found}."
                )

    def _entering(self, x: Tensor, concat: Tensor | None) -> Tensor:
        """Return the tokens [B, N / p, D] of latents [B, C, N]."""
        if concat is not None:
            x = torch.cat([x, over_takes(concat, x.shape[0])], dim=1)
        x = _with_residual(self.preprocess_conv, x.mT)
        patch = self.outer.patch_size
        # A token holds p frames channel by channel: [B, N / p, (C p)].
        patched = torch.unflatten(x, 1, (-1, patch)).mT.flatten(2) if patch > 1 else x
        tokens: Tensor = self.transformer.project_in(patched)
        return tokens

    def _leaving(self, tokens: Tensor) -> Tensor:
        """Return what ``_entering`` undoes: [R, C, N] of tokens [R, N / p, D]."""
        x: Tensor = self.transformer.project_out(tokens)
        patch = self.outer.patch_size
        if patch > 1:
            x = torch.unflatten(x, 2, (-1, patch)).mT.flatten(1, 2)
        return _with_residual(self.postprocess_conv, x).mT

    @abstractmethod
    def _rotation(self, tokens_in_front: int, tokens: int) -> Tensor:
        """Return the rotary angles or factors of all places."""

    @abstractmethod
    def _context(
        self, cross: Tensor | None, negative: Tensor | None, halves: int
    ) -> tuple[Tensor | None, int]:
        """Return what all layers see of the context, and how many halves have one."""

    def _front(self, front: Tensor, halves: int) -> Tensor:
        """Return the tokens in front of all halves; those of the unconditional one are zeros.

        Raises:
            DenoiserError: this kind of network takes none.
        """
        raise DenoiserError("This kind of model takes no tokens in front.")

    def _global(self, global_: Tensor) -> Tensor:
        """Return what is added to the embedding of time.

        Raises:
            DenoiserError: this kind of network takes nothing.
        """
        raise DenoiserError("This kind of model takes no global condition.")

    @abstractmethod
    def _through(self, tokens: Tensor, time: Tensor, prepared: Prepared, rows: int) -> Tensor:
        """Send the tokens [B, N / p, D] of all halves through the layers: [rows, N / p, D].

        ``time`` is the embedding, [B or 1, D].
        """


def with_unconditional(given: Tensor, halves: int) -> Tensor:
    """Return [G, ...] and, for a second half, as many zeros."""
    return joined_groups(given, torch.zeros_like(given)) if halves > 1 else given


def _with_residual(convolution: nn.Conv1d, x: Tensor) -> Tensor:
    """Add what a convolution of width 1 makes of [B, N, C]."""
    return x + functional.linear(x, convolution.weight[..., 0])


def _stretched(channels: Tensor, length: int) -> Tensor:
    """Bring [G, C, n] to a length by taking the nearest frame before."""
    return functional.interpolate(channels, size=length, mode="nearest")
