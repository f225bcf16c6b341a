"""The diffusion transformer of AudioX and AudioX-MAF: any length, a context by cross attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from prismdesk.engines.audiox.denoiser.dit_layers import DitLayer
from prismdesk.engines.audiox.denoiser.network import (
    DenoisingNetwork,
    Transformer,
    embedding_layers,
    with_unconditional,
)
from prismdesk.engines.audiox.denoiser.prepared import joined_groups, over_takes
from prismdesk.engines.nets.rotary import half_turning

if TYPE_CHECKING:
    from prismdesk.engines.audiox.denoiser.network_config import DitConfig
    from prismdesk.engines.audiox.denoiser.prepared import Prepared


class Dit(DenoisingNetwork):
    """A stream of tokens: conditions put in front, time, then the latents.

    What is prepared of the context are the keys and values of all layers,
    [depth, 2, told G, h_kv, M, d]. A half whose context is all zeros has none: no layer of the
    cross attention has a bias, so it would find zeros.
    """

    def __init__(self, config: DitConfig, *, fused: bool = True) -> None:
        layers = [DitLayer(config) for _ in range(config.depth)]
        super().__init__(config, Transformer(config, list(layers)), fused=fused)
        self.config = config
        dim = config.embed_dim
        if config.cond_token_dim:
            self.to_cond_embed = embedding_layers(config.cond_token_dim, config.context_dim)
        if config.global_cond_dim:
            made = dim if config.project_global_cond else config.global_cond_dim
            self.to_global_embed = embedding_layers(config.global_cond_dim, made)
        if config.prepend_cond_dim:
            self.to_prepend_embed = embedding_layers(config.prepend_cond_dim, dim)

    def _rotation(self, tokens_in_front: int, tokens: int) -> Tensor:
        places = tokens_in_front + self.config.has_time_token + tokens
        device = self.transformer.project_in.weight.device
        return half_turning(places, self.config.rotated, device)

    def _context(
        self, cross: Tensor | None, negative: Tensor | None, halves: int
    ) -> tuple[Tensor | None, int]:
        if cross is None:
            return None, 0
        told = 1
        if negative is not None and halves > 1:
            cross, told = joined_groups(cross, negative), 2
        context = self.to_cond_embed(cross)
        each = []
        for layer in self.transformer.layers:
            assert isinstance(layer, DitLayer)
            each.append(layer.cross_attn.keys_values(context))
        return torch.stack(each), told

    def _front(self, front: Tensor, halves: int) -> Tensor:
        embedded: Tensor = self.to_prepend_embed(front)
        return with_unconditional(embedded, halves)

    def _global(self, global_: Tensor) -> Tensor:
        embedded: Tensor = self.to_global_embed(global_)
        return embedded.float()

    def _through(self, tokens: Tensor, time: Tensor, prepared: Prepared, rows: int) -> Tensor:
        halves, places = prepared.halves, tokens.shape[1]
        time = over_takes(time, rows // halves).repeat(halves, 1).unsqueeze(1)
        x = tokens.repeat(halves, 1, 1)
        in_front = [] if prepared.front is None else [over_takes(prepared.front, rows)]
        if self.config.has_time_token:
            in_front.append(time)
        if in_front:
            x = torch.cat([*in_front, x], dim=1)
        modulating = None if self.config.has_time_token else time
        told_rows = rows // halves * prepared.told
        for index, layer in enumerate(self.transformer.layers):
            keys_values = None if prepared.context is None else prepared.context[index]
            x = layer(x, prepared.rotation, keys_values, told_rows, modulating)
        return x[:, -places:]
