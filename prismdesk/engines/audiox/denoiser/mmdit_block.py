"""The block of the MMDiT variant: latents modulated token by token by what they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from prismdesk.engines.nets.channel_last import SequenceConv, SequenceLinear
from prismdesk.engines.nets.gated_mlp import GatedConvMlp, GatedMlp
from prismdesk.engines.nets.interleaved_qkv import QkvLinear
from prismdesk.engines.nets.rms_norm import unit_rms
from prismdesk.engines.nets.rotary import rotate, turn_halves

if TYPE_CHECKING:
    from prismdesk.engines.audiox.denoiser.network_config import MmditConfig

HEAD_EPSILON = 1e-6


class TokenAttention(nn.Module):
    """Every token attends to every token; queries and keys are normalised, then turned."""

    def __init__(self, config: MmditConfig) -> None:
        super().__init__()
        self.heads, self.head_dim = config.heads, config.head_dim
        self.qkv = QkvLinear(config.embed_dim, config.heads)

    def forward(self, x: Tensor, rotation: Tensor) -> Tensor:
        """Map [R, L, D] to what is found, heads side by side.

        ``rotation`` holds the factors [2, L, d] of ``turn_halves`` with fused projections, where
        the even channels of a head lie before the odd ones, else the angles [L, d / 2].
        """
        q, k, v = self._fused(x, rotation) if self.qkv.is_fused else self._plain(x, rotation)
        attended = functional.scaled_dot_product_attention(q, k, v)
        return attended.transpose(1, 2).flatten(2)

    def _fused(self, x: Tensor, turning: Tensor) -> tuple[Tensor, ...]:
        qkv: Tensor = self.qkv(x).view(*x.shape[:-1], 3, self.heads, self.head_dim)
        normalised = unit_rms(qkv[:, :, :2].float(), HEAD_EPSILON)
        q, k = turn_halves(normalised, turning[:, :, None, None]).to(x.dtype).unbind(2)
        return tuple(one.transpose(1, 2) for one in (q, k, qkv[:, :, 2]))

    def _plain(self, x: Tensor, angles: Tensor) -> tuple[Tensor, ...]:
        qkv: Tensor = self.qkv(x).view(*x.shape[:-1], self.heads, self.head_dim, 3)
        q, k, v = qkv.transpose(1, 2).unbind(-1)
        q, k = (rotate(unit_rms(one.float(), HEAD_EPSILON), angles).to(x.dtype) for one in (q, k))
        return q, k, v


class TimeAttention(nn.Module):
    """Attention to one token, that of the time: it always finds that token's values.

    Neither queries nor keys have any influence, so there are none.
    """

    def __init__(self, config: MmditConfig) -> None:
        super().__init__()
        self.to_value = SequenceLinear(config.embed_dim, config.embed_dim, bias=False)


class MmditBlock(nn.Module):
    """Attention, time and feed-forward, each added to the tokens, two of them modulated."""

    def __init__(self, config: MmditConfig) -> None:
        super().__init__()
        dim, kernel = config.embed_dim, config.kernel_size
        self.attn = TokenAttention(config)
        self.cross_attn = TimeAttention(config)
        self.linear1: SequenceLinear | SequenceConv
        self.ffn: GatedMlp | GatedConvMlp
        if kernel == 1:
            self.linear1 = SequenceLinear(dim, dim)
            self.ffn = GatedMlp(dim, hidden=config.hidden)
        else:
            self.linear1 = SequenceConv(dim, dim, kernel)
            self.ffn = GatedConvMlp(dim, kernel, hidden=config.hidden)
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), SequenceLinear(dim, 6 * dim))

    def modulation(self, activated: Tensor) -> Tensor:
        """Return shifts, factors and gates [6, G, L, D] for silu of the context [G, L, D]."""
        sixths = self.adaLN_modulation[1](activated).chunk(6, dim=-1)
        shift1, scale1, gate1, shift2, scale2, gate2 = sixths
        return torch.stack([shift1, 1 + scale1, gate1, shift2, 1 + scale2, gate2])

    def forward(self, x: Tensor, modulation: Tensor, time: Tensor, rotation: Tensor) -> Tensor:
        """Map the tokens [R, L, D].

        Args:
            x: the tokens.
            modulation: of ``modulation``, of G groups that share R evenly.
            time: what the attention to time finds, [R or 1, 1, D].
            rotation: as the attention wants it.
        """
        shift1, factor1, gate1, shift2, factor2, gate2 = modulation
        found = self.linear1(self.attn(_modulated(x, factor1, shift1), rotation))
        x = _added(x + time, found, gate1)
        return _added(x, self.ffn(_modulated(x, factor2, shift2)), gate2)


def _modulated(x: Tensor, factor: Tensor, shift: Tensor) -> Tensor:
    """Return LayerNorm(x) factor + shift, the norm without learned parameters."""
    return _added(shift, functional.layer_norm(x, x.shape[-1:]), factor)


def _added(x: Tensor, found: Tensor, gate: Tensor) -> Tensor:
    """Return x + found gate for [R, L, D], of which some may be [G, L, D] for all takes of each."""
    groups, rows = gate.shape[0], found.shape[0]
    if groups in (1, rows):
        return torch.addcmul(x, found, gate)
    grouped = [one.reshape(groups, -1, *one.shape[1:]) for one in (x, found)]
    result = torch.addcmul(grouped[0], grouped[1], gate.unsqueeze(1))
    return result.flatten(0, 1)
