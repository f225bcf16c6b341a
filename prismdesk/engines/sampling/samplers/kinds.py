"""The samplers by name, and what each can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.sampling.samplers.dpm_2 import dpm_2
from prismdesk.engines.sampling.samplers.dpm_fast import dpm_fast
from prismdesk.engines.sampling.samplers.dpmpp_2m import dpmpp_2m
from prismdesk.engines.sampling.samplers.dpmpp_2m_sde import dpmpp_2m_sde
from prismdesk.engines.sampling.samplers.dpmpp_2s_ancestral import dpmpp_2s_ancestral
from prismdesk.engines.sampling.samplers.dpmpp_3m_sde import dpmpp_3m_sde
from prismdesk.engines.sampling.samplers.heun import heun
from prismdesk.engines.sampling.samplers.lms import lms
from prismdesk.engines.sampling.samplers.unipc_2 import unipc_2
from prismdesk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from prismdesk.engines.sampling.samplers.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplerKind:
    """One method.

    Attributes:
        id: its name in settings.
        walk: runs it.
        is_stochastic: whether it adds noise at each step.
        calls_per_step: of the denoiser; the last step of those with 2 makes one.
        can_blend: whether known material can be put in at each step.
        ends_clean: whether the result is the last clean estimate itself, whatever a blend put in
            at the last step.
    """

    id: str
    walk: Callable[[Run, Tensor], Tensor]
    is_stochastic: bool = False
    calls_per_step: int = 1
    can_blend: bool = True
    ends_clean: bool = True


SAMPLER_KINDS: dict[str, SamplerKind] = {
    kind.id: kind
    for kind in (
        SamplerKind(id="dpmpp-3m-sde", walk=dpmpp_3m_sde, is_stochastic=True),
        SamplerKind(id="dpmpp-2m-sde", walk=dpmpp_2m_sde, is_stochastic=True),
        SamplerKind(id="dpmpp-2m", walk=dpmpp_2m),
        SamplerKind(id="unipc-2", walk=unipc_2),
        SamplerKind(id="k-heun", walk=heun, calls_per_step=2, ends_clean=False),
        SamplerKind(id="k-lms", walk=lms, ends_clean=False),
        SamplerKind(id="k-dpm-2", walk=dpm_2, calls_per_step=2, ends_clean=False),
        SamplerKind(
            id="k-dpmpp-2s-ancestral", walk=dpmpp_2s_ancestral, is_stochastic=True, calls_per_step=2
        ),
        SamplerKind(id="k-dpm-fast", walk=dpm_fast, can_blend=False, ends_clean=False),
    )
}

_OTHER_NAMES = {"heun": "k-heun"}


def sampler_kind(name: str) -> SamplerKind:
    """Return the method of a name.

    Raises:
        InputError: there is none; the message names those there are.
    """
    kind = SAMPLER_KINDS.get(_OTHER_NAMES.get(name, name))
    if kind is None:
        known = ", ".join(SAMPLER_KINDS)
        raise InputError(f'There is no sampler called "{name}"; choose one of: {known}.')
    return kind
