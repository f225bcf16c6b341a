"""What the picture shows: CLIP's features of eight frames a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from prismdesk.engines.contract import Phase
from prismdesk.engines.selva.looks import sees_meaning
from prismdesk.engines.selva.networks import CLIP_IMAGE
from prismdesk.engines.selva.stages.frame_selection import frames_for

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.picture.frames_read import FramesToRead
    from prismdesk.engines.selva.run_state import RunState

STAGE = "picture meaning"


def is_used(run: RunState) -> bool:
    """Whether the generator is to see what the picture shows."""
    return sees_meaning(run.settings, run.checkpoint.model) and run.picture is not None


def picture_meaning(run: RunState) -> Tensor | None:
    """Return features of the whole stretch, float32 [frames, width] on the CPU, or None."""
    if not is_used(run):
        run.monitor.skip(STAGE)
        return None
    size_px = int(run.checkpoint.sizes("clip")["vision"]["image_size"])
    frames = frames_for(run, "clip", size_px=size_px)
    about = {**frames.about(), **run.about_encoder("clip"), "is_still": run.is_still}
    found = run.features.get("clip-picture", about)
    if found is None:
        run.monitor.begin(STAGE, Phase.PICTURE_FEATURES)
        found = {"features": _encoded(run, frames)}
        run.features.put("clip-picture", about, found)
    else:
        run.monitor.skip(STAGE)
    return torch.from_numpy(found["features"])


def _encoded(
    run: RunState, frames: FramesToRead
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    # A still image is looked at once, whatever the length.
    count = 1 if run.is_still else len(frames)
    at_once = run.memory.clip_frames_at_once
    parts = []
    with run.using(CLIP_IMAGE) as tower:
        for start in range(0, count, at_once):
            end = min(start + at_once, count)
            pixels = frames.read(run, start, end).to(run.checkpoint.device)
            parts.append(tower.encode(pixels).float().cpu().numpy())
            run.monitor.at(Phase.PICTURE_FEATURES, end, count)
    encoded = np.concatenate(parts)
    return np.repeat(encoded, len(frames), axis=0) if run.is_still else encoded
