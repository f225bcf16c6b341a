"""From latents to sound at the model's rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.contract import Phase
from prismdesk.engines.nets.sound_decoder import decode_latent
from prismdesk.engines.selva.networks import VAE_DECODER, VOCODER

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.selva.run_state import RunState

STAGE = "decoding"


def decoded_so_far(run: RunState, latent: Tensor) -> Tensor:
    """Return the sound of one latent [1, frames, channels] while sampling goes on: [1, samples]."""
    with run.using(VAE_DECODER) as decoder, run.using(VOCODER) as vocoder:
        return decode_latent(decoder, vocoder, latent, cancelled=run.monitor.cancelled)


def decoded(run: RunState, latents: Tensor) -> Tensor:
    """Return the sound of latents [takes, frames, channels]: float32 [takes, samples], CPU."""
    run.monitor.begin(STAGE, Phase.DECODING)
    at_once = run.memory.takes_at_once
    batches = range(0, len(latents), at_once)
    waves = []
    with (
        run.using(VAE_DECODER) as decoder,
        run.using(VOCODER) as vocoder,
    ):
        for number, first in enumerate(batches):

            def tell(done: int, total: int, number: int = number) -> None:
                share = (number + done / total) / len(batches)
                run.monitor.at(Phase.DECODING, number + 1, len(batches), share=share)

            waves.append(
                decode_latent(
                    decoder,
                    vocoder,
                    latents[first : first + at_once],
                    on_piece=tell,
                    cancelled=run.monitor.cancelled,
                )
            )
    return torch.cat(waves)
