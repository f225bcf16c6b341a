"""The latent of the sound that is there, for what is kept or varied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.contract import Phase
from prismdesk.engines.joining.resampling import resample
from prismdesk.engines.nets.mel import MEL_16K, MEL_44K, MelScale
from prismdesk.engines.nets.sound_decoder import encode_sound
from prismdesk.engines.selva.networks import VAE_ENCODER

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.selva.run_state import RunState
    from prismdesk.engines.selva.surroundings import Surroundings

STAGE = "known sound"


def is_used(run: RunState, around: Surroundings) -> bool:
    """Whether there is any sound to keep or to vary."""
    return run.settings.strength < 1.0 or (run.keeps_surroundings and bool(around.known.any()))


def known_latent(run: RunState, around: Surroundings) -> Tensor | None:
    """Return the mean latent of the stretch, float32 [1, frames, channels] on the CPU, or None."""
    if not is_used(run, around):
        run.monitor.skip(STAGE)
        return None
    run.monitor.begin(STAGE, Phase.ANALYSING)
    stretch = run.stretch
    mode = MEL_16K if stretch.model_rate_hz == MEL_16K.rate_hz else MEL_44K
    wave = resample(
        around.mono,
        stretch.project_rate_hz,
        stretch.model_rate_hz,
        length_samples=stretch.lengths.audio_samples,
        cancelled=run.monitor.cancelled,
    )
    with run.using(VAE_ENCODER) as encoder:
        mean = encode_sound(
            MelScale(mode),
            encoder,
            torch.from_numpy(wave).to(run.checkpoint.device),
            latent_frames=stretch.lengths.latent_frames,
            cancelled=run.monitor.cancelled,
        )
    return mean.float().cpu()
