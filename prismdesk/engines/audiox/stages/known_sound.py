"""The latents of the sound that is there, for what is kept or varied."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import torch

from prismdesk.engines.audiox.networks import ENCODER
from prismdesk.engines.contract import Phase
from prismdesk.engines.joining.resampling import resample
from prismdesk.engines.nets.oobleck_pieces import encode_long

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
    sound = np.ascontiguousarray(around.stereo)
    about: dict[str, object] = {
        "sound": hashlib.sha256(sound.tobytes()).hexdigest(),
        "from_hz": run.stretch.project_rate_hz,
        "frames": run.stretch.latent_frames,
        "weights": run.sha256_of("model"),
    }
    found = run.features.get("sound", about)
    if found is None:
        run.monitor.begin(STAGE, Phase.ANALYSING)
        found = {"latents": _encoded(run, sound)}
        run.features.put("sound", about, found)
    else:
        run.monitor.skip(STAGE)
    return torch.from_numpy(found["latents"])


def _encoded(run: RunState, sound: AudioBlock) -> npt.NDArray[np.float32]:
    stretch = run.stretch
    wave = resample(
        sound,
        stretch.project_rate_hz,
        stretch.model_rate_hz,
        length_samples=stretch.latent_frames * stretch.samples_per_frame,
        cancelled=run.monitor.cancelled,
    )
    with run.using(ENCODER) as encoder:
        latents = encode_long(
            encoder,
            torch.from_numpy(wave)[None],
            progress=lambda share: run.monitor.at(Phase.ANALYSING, 0, 1, share=share),
            cancelled=run.monitor.cancelled,
        )
    encoded: npt.NDArray[np.float32] = latents.float().cpu().numpy()
    return encoded
