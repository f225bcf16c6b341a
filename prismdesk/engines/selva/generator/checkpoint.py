"""How a published file becomes a generator."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prismdesk.engines.loading.published import Published
from prismdesk.engines.selva.generator.network import Generator

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.selva.generator.config import GeneratorConfig

_COMPUTED = frozenset({"t_embed.freqs", "latent_rot", "clip_rot"})


def generator_checkpoint(config: GeneratorConfig, *, fused: bool = True) -> Published[Generator]:
    """Return how a file of SelVA or MMAudio fills a generator of this configuration.

    Tables that old files hold beside what was learned are dropped. The statistics of the latent
    stay in float32: they scale the finished sound, which is float32 too.

    Args:
        config: the hyper-parameters.
        fused: join projections once filled; see ``Generator``.
    """
    return Published(
        what="generator of SelVA or MMAudio",
        build=partial(Generator, config, fused=fused),
        translate=_without_tables,
        exact=("latent_mean", "latent_std"),
    )


def _without_tables(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor for name, tensor in state.items() if name not in _COMPUTED}
