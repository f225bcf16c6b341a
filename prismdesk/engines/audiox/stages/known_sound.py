"""The latents of the sound that is there, for what is kept or varied."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from prismdesk.engines.audiox.networks import ENCODER
from prismdesk.engines.contract import Phase
from prismdesk.engines.joining.resampling import resample
from prismdesk.engines.nets.oobleck_pieces import posterior_long

if TYPE_CHECKING:
    import numpy.typing as npt
    from torch import Tensor

    from prismdesk.engines.audiox.run_state import RunState
    from prismdesk.engines.hosting.surroundings import Surroundings
    from prismdesk.engines.sound import AudioBlock

STAGE = "known sound"


def is_used(run: RunState, around: Surroundings) -> bool:
    """Whether there is any sound to keep or to vary."""
    is_varied = run.settings.noise_level is not None
    return is_varied or (run.keeps_surroundings and bool(around.known.any()))


def known_latents(run: RunState, around: Surroundings) -> Tensor | None:
    """Return the mean latents of the stretch, float32 [1, channels, frames], CPU, or None."""
    if not is_used(run, around):
        run.monitor.skip(STAGE)
        return None
    return sound_latents(run, around.stereo).mean


@dataclass(frozen=True, slots=True)
class SoundLatents:
    """What the autoencoder knows of a sound: each [1, channels, frames], float32, on the CPU."""

    mean: Tensor
    deviation: Tensor


def sound_latents(run: RunState, stereo: AudioBlock) -> SoundLatents:
    """Return the latents of a sound that begins with the stretch; silence follows it.

    Args:
        run: whose networks, lengths and cache are used.
        stereo: (2, samples) at the project's rate.
    """
    sound = np.ascontiguousarray(stereo)
    about: dict[str, object] = {
        "sound": hashlib.sha256(sound.tobytes()).hexdigest(),
        "from_hz": run.stretch.project_rate_hz,
        "frames": run.stretch.latent_frames,
        "weights": run.sha256_of("model"),
    }
    found = run.features.get("sound-latents", about)
    if found is None:
        run.monitor.begin(STAGE, Phase.ANALYSING)
        found = _encoded(run, sound)
        run.features.put("sound-latents", about, found)
    else:
        run.monitor.skip(STAGE)
    return SoundLatents(torch.from_numpy(found["mean"]), torch.from_numpy(found["deviation"]))


def _encoded(run: RunState, sound: AudioBlock) -> dict[str, npt.NDArray[np.float32]]:
    stretch = run.stretch
    wave = resample(
        sound,
        stretch.project_rate_hz,
        stretch.model_rate_hz,
        length_samples=stretch.latent_frames * stretch.samples_per_frame,
        cancelled=run.monitor.cancelled,
    )
    with run.using(ENCODER) as encoder:
        known = posterior_long(
            encoder,
            torch.from_numpy(wave)[None],
            progress=lambda share: run.monitor.at(Phase.ANALYSING, 0, 1, share=share),
            cancelled=run.monitor.cancelled,
        )
        scale = encoder.config.scale
    return {
        "mean": (known.mean / scale).float().cpu().numpy(),
        "deviation": (known.deviation / scale).float().cpu().numpy(),
    }
