"""The MMDiT variant of AudioX: one length, a context that modulates every token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional

from prismdesk.engines.audiox.denoiser.denoiser_error import DenoiserError
from prismdesk.engines.audiox.denoiser.mmdit_block import HEAD_EPSILON, MmditBlock
from prismdesk.engines.audiox.denoiser.network import DenoisingNetwork, Transformer
from prismdesk.engines.audiox.denoiser.prepared import joined_groups, over_takes
from prismdesk.engines.nets.channel_last import SequenceLinear
from prismdesk.engines.nets.rms_norm import unit_rms
from prismdesk.engines.nets.rotary import half_turning, rotary_angles

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.engines.audiox.denoiser.network_config import MmditConfig
    from prismdesk.engines.audiox.denoiser.prepared import Prepared

CONTEXT_WIDTH = 768
CONTEXT_TOKENS = 384
"""Both are the same in every published model and stand in no configuration."""


class MmditTransformer(Transformer):
    """The blocks, with what brings the context to one vector for every token."""

    def __init__(self, config: MmditConfig) -> None:
        super().__init__(config, [MmditBlock(config) for _ in range(config.depth)])
        dim, tokens = config.embed_dim, config.latent_seq_len
        if dim != CONTEXT_WIDTH:
            self.proj_mm_tokens = SequenceLinear(CONTEXT_WIDTH, dim)
        if tokens != CONTEXT_TOKENS:
            self.proj_mm_seq_len = SequenceLinear(CONTEXT_TOKENS, tokens)

    def for_tokens(self, context: Tensor) -> Tensor:
        """Map a context [G, 384, 768] to [G, L, D]."""
        if hasattr(self, "proj_mm_tokens"):
            context = self.proj_mm_tokens(context)
        if hasattr(self, "proj_mm_seq_len"):
            context = self.proj_mm_seq_len(context.mT).mT
        return context


class Mmdit(DenoisingNetwork):
    """A token of the time and tokens of the latents, L together.

    What is prepared of the context are shifts, factors and gates of all layers,
    [depth, 6, halves G, L, D]. Those of a context of zeros are worked out once and kept until the
    network is moved, refilled or rearranged; who changes weights in place calls
    ``weights_changed``.
    """

    def __init__(self, config: MmditConfig, *, fused: bool = True) -> None:
        super().__init__(config, MmditTransformer(config), fused=fused)
        self.config = config
        self._null: Tensor | None = None
        self._joined: Tensor | None = None

    def fuse(self) -> None:
        """Work by the quickest routines; the values of time of all layers are one product."""
        self.forget_null()
        super().fuse()
        values = [block.cross_attn.to_value for block in self._blocks()]
        joined = torch.cat([one.weight.data for one in values])
        for value, weight in zip(values, joined.chunk(len(values)), strict=True):
            value.weight.data = weight
        self._joined = joined

    def unfuse(self) -> None:
        """Go back to the plain layers."""
        self.forget_null()
        super().unfuse()
        self._joined = None
        for block in self._blocks():
            weight = block.cross_attn.to_value.weight
            weight.data = weight.data.clone()

    def weights_changed(self) -> None:
        """Let go of what was worked out of weights that have been changed in place."""
        self.forget_null()

    def forget_null(self) -> None:
        """Let go of what was kept of the context of zeros."""
        self._null = None

    def _blocks(self) -> list[MmditBlock]:
        return [block for block in self.transformer.layers if isinstance(block, MmditBlock)]

    def _apply(self, fn: Callable[..., Tensor], recurse: bool = True) -> Any:
        """Move or cast the network; what was one piece of memory is one again afterwards."""
        self.forget_null()
        was_joined, self._joined = self._joined is not None, None
        applied = super()._apply(fn, recurse)
        if was_joined:
            self.fuse()
        return applied

    def _check(
        self,
        cross: Tensor | None,
        front: Tensor | None,
        global_: Tensor | None,
        concat: Tensor | None,
    ) -> None:
        for what, given in (("tokens in front", front), ("a global condition", global_)):
            if given is not None:
                raise DenoiserError(f"This model takes no {what.removeprefix('a ')}.")
        if cross is None:
            raise DenoiserError("This model makes nothing without a context; give it one.")
        if cross.shape[1:] != (CONTEXT_TOKENS, CONTEXT_WIDTH):
            raise DenoiserError(
                f"This model takes a context of {CONTEXT_TOKENS} tokens of {CONTEXT_WIDTH} "
                f"channels, and was given {cross.shape[1]} of {cross.shape[2]}."
            )
        super()._check(None, None, None, concat)

    def _rotation(self, tokens_in_front: int, tokens: int) -> Tensor:
        length = self.config.latent_frames
        if tokens + 1 != self.config.latent_seq_len:
            raise DenoiserError(
                f"This model makes exactly {length} latent frames at a time, not "
                f"{tokens * self.config.patch_size}."
            )
        device = self.transformer.project_in.weight.device
        if self.is_fused:
            return half_turning(tokens + 1, self.config.head_dim, device)
        return rotary_angles(tokens + 1, self.config.head_dim, 1.0, device)

    def _context(
        self, cross: Tensor | None, negative: Tensor | None, halves: int
    ) -> tuple[Tensor | None, int]:
        assert cross is not None
        if halves == 1:
            return self._modulations(cross), 1
        if negative is not None:
            return self._modulations(joined_groups(cross, negative)), 2
        told, null = self._modulations(cross), self._null_modulations(cross)
        return torch.cat([told, null.expand(-1, -1, told.shape[2], -1, -1)], dim=2), 2

    def _null_modulations(self, like: Tensor) -> Tensor:
        if torch.is_grad_enabled() and any(p.requires_grad for p in self.parameters()):
            return self._modulations(torch.zeros_like(like[:1]))
        if self._null is None:
            with torch.inference_mode(mode=False), torch.no_grad():
                self._null = self._modulations(torch.zeros_like(like[:1]))
        return self._null

    def _modulations(self, context: Tensor) -> Tensor:
        """Return what all blocks make of a context [G, 384, 768]: [depth, 6, G, L, D]."""
        assert isinstance(self.transformer, MmditTransformer)
        activated = functional.silu(self.transformer.for_tokens(context))
        return torch.stack([block.modulation(activated) for block in self._blocks()])

    def _through(self, tokens: Tensor, time: Tensor, prepared: Prepared, rows: int) -> Tensor:
        assert prepared.context is not None
        halves, batch = prepared.halves, tokens.shape[0]
        x = torch.cat([over_takes(time, batch).unsqueeze(1), tokens], dim=1).repeat(halves, 1, 1)
        found = self._values(time)
        if time.shape[0] > 1:
            found = found.repeat(1, halves, 1)
        for index, block in enumerate(self._blocks()):
            x = block(x, prepared.context[index], found[index].unsqueeze(1), prepared.rotation)
        return x[:, 1:]

    def _values(self, time: Tensor) -> Tensor:
        """Return what every layer finds in the embedding of time [B or 1, D]: [depth, .., D]."""
        if self._joined is None:
            each = [block.cross_attn.to_value(time) for block in self._blocks()]
        else:
            each = list(functional.linear(time, self._joined).chunk(self.config.depth, dim=-1))
        heads = torch.unflatten(torch.stack(each), -1, (-1, self.config.head_dim))
        return unit_rms(heads.float(), HEAD_EPSILON).flatten(-2).to(time.dtype)
