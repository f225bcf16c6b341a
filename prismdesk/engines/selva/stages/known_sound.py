"""The latent of the sound that is there, for what is kept or varied."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import torch

from prismdesk.engines.contract import Phase
from prismdesk.engines.joining.resampling import resample
from prismdesk.engines.nets.mel import MelScale
from prismdesk.engines.nets.sound_decoder import encode_sound
from prismdesk.engines.selva.fitting_sizes import MEL_MODES
from prismdesk.engines.selva.networks import VAE_ENCODER

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from torch import Tensor

    from prismdesk.engines.hosting.surroundings import Surroundings
    from prismdesk.engines.selva.run_state import RunState
    from prismdesk.engines.sound import AudioBlock

STAGE = "known sound"


def is_used(run: RunState, around: Surroundings) -> bool:
    """Whether there is any sound to keep or to vary."""
    return run.settings.strength < 1.0 or (run.keeps_surroundings and bool(around.known.any()))


def known_latent(run: RunState, around: Surroundings) -> Tensor | None:
    """Return the mean latent of the stretch, float32 [1, frames, channels] on the CPU, or None."""
    if not is_used(run, around):
        run.monitor.skip(STAGE)
        return None
    return sound_latent(run, around.mono)


def sound_latent(run: RunState, mono: AudioBlock) -> Tensor:
    """Return the mean latent of a sound that begins with the stretch; silence follows it.

    Args:
        run: whose networks, lengths and cache are used.
        mono: (1, samples) at the project's rate.

    Returns:
        float32 [1, frames, channels] on the CPU, not normalised.
    """
    about: dict[str, object] = {
        "sound": hashlib.sha256(mono.tobytes()).hexdigest(),
        "from_hz": run.stretch.project_rate_hz,
        "frames": run.stretch.lengths.latent_frames,
        "weights": run.sha256_of("vae"),
    }
    found = run.features.get("sound", about)
    if found is None:
        run.monitor.begin(STAGE, Phase.ANALYSING)
        found = {"latent": _encoded(run, mono)}
        run.features.put("sound", about, found)
    else:
        run.monitor.skip(STAGE)
    return torch.from_numpy(found["latent"])


def _encoded(run: RunState, mono: AudioBlock) -> npt.NDArray[np.float32]:
    stretch = run.stretch
    wave = resample(
        mono,
        stretch.project_rate_hz,
        stretch.model_rate_hz,
        length_samples=stretch.lengths.audio_samples,
        cancelled=run.monitor.cancelled,
    )
    with run.using(VAE_ENCODER) as encoder:
        mean = encode_sound(
            MelScale(MEL_MODES[stretch.model_rate_hz]),
            encoder,
            torch.from_numpy(wave).to(run.checkpoint.device),
            latent_frames=stretch.lengths.latent_frames,
            cancelled=run.monitor.cancelled,
        )
    latent: npt.NDArray[np.float32] = mean.float().cpu().numpy()
    return latent
