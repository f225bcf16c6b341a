"""From latents to sound at the model's rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.audiox.networks import DECODER
from prismdesk.engines.contract import Phase
from prismdesk.engines.nets.oobleck_pieces import decode_long

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.audiox.run_state import RunState

STAGE = "decoding"


def decoded_so_far(run: RunState, latents: Tensor) -> Tensor:
    """Return the sound of latents [1, channels, frames] while sampling goes on: [2, samples]."""
    with run.using(DECODER) as decoder:
        return decode_long(decoder, latents, cancelled=run.monitor.cancelled)[0]


def decoded(run: RunState, latents: Tensor) -> Tensor:
    """Return the sound of latents [takes, channels, frames]: float32 [takes, 2, samples], CPU."""
    run.monitor.begin(STAGE, Phase.DECODING)
    with run.using(DECODER) as decoder:
        return decode_long(
            decoder,
            latents,
            progress=lambda share: run.monitor.at(Phase.DECODING, 0, 1, share=share),
            cancelled=run.monitor.cancelled,
        )
