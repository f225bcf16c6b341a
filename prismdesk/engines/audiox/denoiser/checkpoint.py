"""How a published file becomes a denoiser."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prismdesk.engines.audiox.denoiser.dit import Dit
from prismdesk.engines.audiox.denoiser.mmdit import Mmdit
from prismdesk.engines.audiox.denoiser.network_config import MmditConfig, network_config
from prismdesk.engines.loading.published import Published

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.audiox.denoiser.network import DenoisingNetwork
    from prismdesk.engines.audiox.denoiser_config import DenoiserConfig

PREFIX = "model.model."

_TABLES = (".beta", ".inv_freq")
_EXACT = ("timestep_features.", "to_timestep_embed.")
_WITHOUT_EFFECT = ("to_cond_embed.", "to_global_embed.")
_KEYS_AND_VALUES = ".cross_attn.to_kv.weight"


def denoiser_checkpoint(
    config: DenoiserConfig, *, fused: bool = True
) -> Published[DenoisingNetwork]:
    """Return how a file of AudioX fills a denoiser of this configuration.

    Tables that files hold beside what was learned are dropped, and so is what has no effect on
    the result. The embedding of time stays in float32.

    Args:
        config: what the model's configuration states.
        fused: work by the quickest routines once filled; see ``DenoisingNetwork``.
    """
    network = network_config(config)
    if isinstance(network, MmditConfig):
        return Published(
            what="denoiser of AudioX-MAF-MMDiT",
            build=partial(Mmdit, network, fused=fused),
            translate=_mmdit_names,
            exact=_EXACT,
        )
    return Published(
        what="denoiser of AudioX",
        build=partial(Dit, network, fused=fused),
        translate=_dit_names,
        exact=_EXACT,
    )


def _dit_names(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.removeprefix(PREFIX): tensor
        for name, tensor in state.items()
        if not name.endswith(_TABLES)
    }


def _mmdit_names(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return what has an effect: of the attention to time that is every second row, the values."""
    names = {}
    for name, tensor in _dit_names(state).items():
        if name.endswith(_KEYS_AND_VALUES):
            names[name.replace("to_kv", "to_value")] = tensor[0::2].contiguous()
        elif not name.startswith(_WITHOUT_EFFECT) and not name.endswith(".cross_attn.to_q.weight"):
            names[name] = tensor
    return names
